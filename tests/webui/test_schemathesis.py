"""The API is asked at random by what reads its description, over HTTP, and nothing is found to differ.

THOROUGH=1 asks as often as one would before a release: some ten thousand questions, in many minutes.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests
from requests.adapters import HTTPAdapter
from urllib3 import Retry

from tests.conftest import THOROUGH

if TYPE_CHECKING:
    from collections.abc import Iterator

EXAMPLES = "400" if THOROUGH else "15"
CONFIG = Path(__file__).resolve().parents[2] / "schemathesis.toml"
PHASES = "examples,coverage,fuzzing,stateful"


@pytest.fixture
def served(sample_data: Path, tmp_path: Path) -> Iterator[str]:
    """The address of the sample library as `als-search serve` serves it."""
    environment = {name: text for name, text in os.environ.items() if not name.startswith("ALS_SEARCH_")}
    environment |= {
        "ALS_SEARCH_CONFIG": str(tmp_path / "settings.toml"),
        "ALS_SEARCH_DATA": str(sample_data),
        "ALS_SEARCH_WEBUI_LIMIT": "",
        "PYTHONUNBUFFERED": "1",
    }
    (tmp_path / "settings.toml").write_text("")
    command = [sys.executable, "-m", "als_search", "serve", "--port", "0"]
    with (
        (tmp_path / "log").open("wb") as log,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=environment) as process,
    ):
        assert process.stdout is not None
        found = re.search(r"Serving at (\S+)/ ", process.stdout.readline())
        assert found, (tmp_path / "log").read_text()
        yield found[1]
        process.terminate()


def test_schemathesis_has_nothing_to_report(served: str, tmp_path: Path) -> None:
    # As the README says it, in a process of its own: its plugins and warnings are none of ours.
    command = [sys.executable, "-c", "import schemathesis.cli as it; it.schemathesis()"]
    command += ["--config-file", str(CONFIG), "run"]
    command += [f"{served}/api/v1/openapi.json", "--wait-for-schema", "30", "--checks", "all", "--no-color"]
    command += ["--phases", PHASES, "--max-examples", EXAMPLES]
    # The same questions each time where nobody is there to look at new ones; which keeps none for later either.
    command += ["--generation-deterministic"] if os.environ.get("CI") else ["--generation-database", "none"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    asked = re.search(r"([\d,]+) generated, \1 passed", done.stdout)
    assert asked, done.stdout
    assert int(asked[1].replace(",", "")) > 1_000


def test_a_site_has_nothing_to_complain_of(served: str, tmp_path: Path) -> None:
    complained = tmp_path / "log"
    with requests.Session() as session:
        # It says where it will listen a moment before it does.
        session.mount(served, HTTPAdapter(max_retries=Retry(connect=10, backoff_factor=0.1)))
        assert session.get(f"{served}/healthz", timeout=10).ok
    assert complained.read_text() == ""
