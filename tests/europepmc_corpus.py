"""Invented articles for `europepmc_server`: some with references, some with an open full text, some preprints."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from tests.europepmc_server import cited, full_text, open_access, preprint, result

if TYPE_CHECKING:
    from tests.europepmc_server import EuropePMCServer


def fill(server: EuropePMCServer, size: int, *, seed: int = 0) -> None:
    """Let a server hold so many articles; the same ones for the same seed."""
    random = Random(seed)
    for number in map(str, range(1, size + 1)):
        kind = random.choices(("plain", "cited", "open", "preprint"), weights=(70, 15, 10, 5))[0]
        match kind:
            case "open":
                ids = [("pmid", number), ("pmcid", f"PMC{number}"), ("doi", f"10.5555/test.{number}")]
                server.full_texts[f"PMC{number}"] = full_text(*ids, cites=random.randrange(3))
                server.records.append(open_access(number))
            case "cited":
                entries = [
                    cited(random.randint(1, 2 * size)) for _ in range(random.randint(1, 2 * server.page_size))
                ]
                server.references[f"MED/{number}"] = entries
                server.records.append(result(number, hasReferences="Y"))
            case "preprint":
                server.records.append(preprint(number))
            case _:
                server.records.append(result(number))
