"""The application as server processes have it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Final

import pytest

from als_search import Settings
from crawler.errors import LibraryError
from search.errors import EngineDown
from tests.sites import ON_CLUSTER
from webui.making import app_of, opened_app_of
from webui.settings import WebSettings

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(ON_CLUSTER, reason="they are about an index in files")

_FORKED: Final = """
import multiprocessing, sys
from als_search import Settings
from webui.making import opened_app_of
from webui.settings import WebSettings

def ask():
    answer = app.test_client().get("/api/v1/status")
    sys.exit(0 if answer.status_code == 200 else 1)

app = opened_app_of(Settings(data=sys.argv[1]), WebSettings())
process = multiprocessing.get_context("fork").Process(target=ask)
process.start()
process.join()
sys.exit(process.exitcode)
"""


@pytest.fixture
def settings(sample_data: Path) -> Settings:
    return Settings(data=str(sample_data))


def test_both_answer_the_same(settings: Settings) -> None:
    made = (app_of(settings, WebSettings()), opened_app_of(settings, WebSettings()))
    first, second = (app.test_client().get("/api/v1/search?q=als") for app in made)
    assert first.status_code == 200
    assert first.data == second.data


def test_a_process_that_is_forked_answers_with_what_was_opened(settings: Settings) -> None:
    command = [sys.executable, "-c", _FORKED, settings.data]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_nothing_is_opened_without_an_index_or_a_library(settings: Settings, tmp_path: Path) -> None:
    without = Settings(data=str(tmp_path))
    with pytest.raises(EngineDown, match="als-search reindex"):
        opened_app_of(without, WebSettings())
    shutil.copytree(settings.index_root, without.index_root)
    with pytest.raises(LibraryError, match="there is no library"):
        opened_app_of(without, WebSettings())


def test_a_server_without_a_limit_starts_without_what_counts() -> None:
    script = """
import sys
from als_search import Settings
from webui.app import create_app
print({"flask_limiter", "limits", "sklearn", "scipy"} & sys.modules.keys())
"""
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert said.strip() == "set()"
