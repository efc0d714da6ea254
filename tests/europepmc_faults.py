"""How Europe PMC fails, each kind as somebody has met it, for `europepmc_server`: what an honest answer becomes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tests.dealt_faults import Fault, Faults, changed, common, entity_bomb, said, said_in_json

if TYPE_CHECKING:
    from tests.fault_server import Asked

_PMCID: Final = re.compile(rb"(?<=>)PMC[0-9]+(?=<)")
_OTHER: Final = b"PMC800000000"


def fitting(faults: Faults, asked: Asked, honest: bytes, *, first_page: bytes) -> dict[str, Fault]:
    """Return the kinds that this answer can be broken in, by name.

    What has ids that were not asked for is the first page of a search, or the full text of another article.
    """
    kinds = common(faults) | {
        "error": said(b"<responseWrapper><ERROR>Search backend failed</ERROR></responseWrapper>"),
        "JSON errCode": said_in_json({"version": "6.9", "errCode": 500, "errMsg": "Something went wrong"}),
        "entity bomb": entity_bomb(b"article"),
    }
    if first_page:
        kinds["wrong ids"] = changed(lambda _: first_page)
    if asked.path.endswith("fullTextXML") and _PMCID.search(honest):
        kinds["wrong ids"] = changed(lambda honest: _PMCID.sub(_OTHER, honest, count=1))
    return kinds


FAULTS: Final = (*common(Faults()), "error", "entity bomb", "wrong ids")
"""Every kind by name."""
