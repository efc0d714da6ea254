"""What the README's first command installs is enough: nothing that only an extra brings is needed without it."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Final

import pytest

from tests.records import record_set, record_xml

if TYPE_CHECKING:
    from pathlib import Path

ABSENT: Final = (
    *("opensearchpy", "pybase64", "redis", "bm25s", "ir_measures", "Stemmer", "tantivy", "numba"),
    *("sklearn", "pytest", "hypothesis"),
)
"""What Python finds where the extras, and what tests alone need, are installed."""

SCRIPT: Final = f"""
import sys
sys.modules.update(dict.fromkeys({ABSENT!r}))
import als_search
for command in sys.argv[1].splitlines():
    als_search.main(command.split(), standalone_mode=False)
assert als_search.make_app().test_client().get("/search?q=motor").status_code == 200
"""


def alone(folder: Path, *commands: str) -> subprocess.CompletedProcess[str]:
    environment = {name: text for name, text in os.environ.items() if not name.startswith("ALS_SEARCH_")}
    environment |= {
        "ALS_SEARCH_CONFIG": str(folder / "settings.toml"),
        "ALS_SEARCH_DATA": str(folder / "data"),
    }
    (folder / "settings.toml").write_text("")
    command = [sys.executable, "-c", SCRIPT, "\n".join(commands)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def records(tmp_path: Path) -> Path:
    path = tmp_path / "records.xml"
    path.write_bytes(record_set(*(record_xml(n, f"Motor neurons, part {n}.") for n in range(1, 13))))
    return path


def test_a_library_is_read_indexed_searched_and_served_without_any_extra(
    records: Path, tmp_path: Path
) -> None:
    commands = (f"crawl files {records}", "reindex", "status", "generations", "search motor", "export motor")
    done = alone(tmp_path, *commands)
    assert done.returncode == 0, done.stderr
    assert "12 articles" in done.stdout
