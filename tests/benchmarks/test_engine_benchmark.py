"""The benchmark command, on the sample library: that it measures everything, not how fast anything is."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from msgspec import json

from tests.benchmarks import documents
from tests.benchmarks.building import DOCUMENTS, ROOT
from tests.benchmarks.peers import CONTESTANTS
from tests.benchmarks.questions import classes
from tests.benchmarks.results import Measured, Results

if TYPE_CHECKING:
    from pathlib import Path

    from tests.benchmarks.peers import Contestant

REASONS = {each.name: each.reason() for each in CONTESTANTS if not each.is_cluster}
HERE = [each for each in CONTESTANTS if REASONS.get(each.name) == ""]


@pytest.fixture(scope="module")
def run(sample_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """The whole command, small: where its files lie, and what it said on both streams."""
    work = tmp_path_factory.mktemp("work")
    numbers = ("--questions", "4", "--requests", "200", "--seconds", "20", "--runs", "1")
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.engine", "all", "--data", str(sample_data), "--work", str(work), *numbers],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return work, done.stdout, done.stderr


@pytest.fixture(scope="module")
def measured(run: tuple[Path, str, str]) -> Measured:
    (found,) = json.decode((run[0] / "results.json").read_bytes(), type=Results).sizes.values()
    return found


@pytest.fixture(scope="module")
def work(run: tuple[Path, str, str], sample_data: Path) -> Path:
    return run[0] / sample_data.name


def test_who_is_left_out_is_said_with_the_reason(run: tuple[Path, str, str]) -> None:
    assert [line for line in run[2].splitlines() if "left out" in line] == [
        each for each in REASONS.values() if each
    ]


def test_every_engine_is_built_and_each_class_is_asked_of_all_that_can_answer_it(measured: Measured) -> None:
    assert {each.engine for each in measured.builds} == {each.name for each in HERE if not each.is_plain}
    assert all(each.articles == 80 and each.disk > 0 and each.peak > 0 for each in measured.builds)
    names = {each.question_class for each in measured.answers}
    assert {(each.engine, each.question_class) for each in measured.answers} == {
        (each.name, name) for each in HERE for name in names - each.lacks
    }
    assert all(0 < each.p50 <= each.p99 <= each.most for each in measured.answers)


def test_the_site_answers_all_requests_and_none_fails_while_all_is_indexed_anew(measured: Measured) -> None:
    assert measured.served is not None
    assert (measured.served.failures, measured.served.reindex_failures) == (0, 0)
    assert measured.served.answers == 100
    assert measured.served.reindex_answers > 100


def test_the_table_has_a_row_for_each_class_and_each_engine_that_was_built(
    run: tuple[Path, str, str], measured: Measured
) -> None:
    for name in {each.question_class for each in measured.answers} | {
        each.engine for each in measured.builds
    }:
        assert f"\n| {name} |" in run[1]


def test_questions_are_the_same_for_the_same_seed_and_none_is_drawn_twice(work: Path) -> None:
    first, second, other = (classes(documents.read(work / DOCUMENTS), 20, seed=seed) for seed in (1, 1, 2))
    assert first == second != other
    assert all(len({*each.questions}) == len(each.questions) > 0 for each in first)


@pytest.mark.parametrize("contestant", HERE, ids=lambda each: each.name)
def test_every_engine_finds_articles_by_words_that_they_hold(contestant: Contestant, work: Path) -> None:
    peer = contestant.open(work)
    texts = {
        each.key: " ".join(each.texts.get("abstract", ())).lower()
        for each in documents.read(work / DOCUMENTS)
    }
    asked = next(each for each in classes(documents.read(work / DOCUMENTS), 20) if each.name == "rare word")
    for question in asked.questions:
        assert any(question.words[0] in texts[key] for key in peer.hits(question))


@pytest.mark.parametrize("contestant", [each for each in HERE if not each.lacks], ids=lambda each: each.name)
def test_pages_have_facets_and_marks_and_suggestions_begin_as_typed(
    contestant: Contestant, work: Path
) -> None:
    peer = contestant.open(work)
    by_name = {each.name: each.questions for each in classes(documents.read(work / DOCUMENTS), 20)}
    question = by_name["three words, facets and snippets"][0]
    keys, values = peer.facets(question)
    shown, marks = peer.page(question)
    assert keys == shown
    assert values > 10
    assert marks > 0
    assert any(peer.suggestions(each.words[0]) for each in by_name["suggestions"])
