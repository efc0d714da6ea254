from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

import als_search
from search.errors import BadCollection
from search.evaluation.baselines import BASELINES
from search.evaluation.collections import Collection, Document, Judgement, read
from search.evaluation.measures import measured

if TYPE_CHECKING:
    from pathlib import Path

DOCUMENTS = [
    {"id": "a", "title": "Riluzole", "text": "Riluzole prolongs survival in amyotrophic lateral sclerosis."},
    {"id": "b", "text": "Edaravone slows the decline of function in selected patients."},
    {"id": "c", "text": "Gastrostomy keeps weight stable, and survival may gain."},
    {"id": "d", "text": "Mice without the receptor walk as others do."},
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "docs.jsonl").write_text("\n".join(map(json.dumps, DOCUMENTS)))
    (tmp_path / "queries.tsv").write_text("1\tdoes riluzole prolong survival?\n2\tedaravone\n3\tnot judged\n")
    (tmp_path / "qrels.txt").write_text("1 0 a 2\n1 0 c 1\n2 0 b 1\n2 0 d 0\n")
    return tmp_path


def test_a_collection_is_read_with_the_queries_that_were_judged(folder: Path) -> None:
    collection = read(folder)
    assert [query.id for query in collection.queries] == ["1", "2"]
    assert collection.documents[0] == Document("a", DOCUMENTS[0]["text"], "Riluzole")
    assert collection.judgements[0] == Judgement("1", "a", 2)


@pytest.mark.parametrize(
    ("file", "content", "sentence"),
    [
        ("docs.jsonl", '{"id": "a"}\n', "docs.jsonl, line 1"),
        ("queries.tsv", "1 no tab\n", "queries.tsv, line 1"),
        ("qrels.txt", "1 a 2\n", "qrels.txt, line 1"),
        ("qrels.txt", "", "no query that was judged"),
        ("docs.jsonl", json.dumps(DOCUMENTS[0]) + "\n" + json.dumps(DOCUMENTS[0]), "the same id"),
    ],
)
def test_a_broken_collection_is_refused_with_the_line(
    folder: Path, file: str, content: str, sentence: str
) -> None:
    (folder / file).write_text(content)
    with pytest.raises(BadCollection, match=sentence):
        read(folder)


def test_measures_are_those_of_the_order_alone(folder: Path) -> None:
    collection = read(folder)
    best = {"1": [("a", 1.0), ("c", 1.0)], "2": [("b", 0.0)]}
    assert measured(best, collection.judgements) == {"nDCG@10": 1.0, "MAP": 1.0, "P@10": 0.15, "R@100": 1.0}
    assert measured({"1": [("d", 1.0), ("a", 0.5)]}, collection.judgements)["MAP"] == 0.125


@pytest.mark.parametrize("name", BASELINES)
def test_each_baseline_finds_a_document_by_its_words(name: str) -> None:
    documents = [Document(each["id"], each["text"], each.get("title", "")) for each in DOCUMENTS]
    answer = BASELINES[name](documents)
    assert answer("edaravone", 10)[0][0] == 1
    assert answer('"(* zzz', 10) == []


def test_the_command_measures_ours_and_the_others_in_one_table(folder: Path) -> None:
    done = CliRunner().invoke(als_search.main, ["evaluate", str(folder), "--ablation", "--json"])
    assert done.exit_code == 0, done.output
    rows = {row["engine"]: row["measures"] for row in json.loads(done.output)}
    assert {"als-search", "words alone", "words and meaning", *BASELINES} <= rows.keys()
    assert rows["als-search"]["nDCG@10"] == 1.0


def test_known_items_are_asked_for_in_the_live_index(sample_data: Path) -> None:
    settings = ["--data", str(sample_data)]
    done = CliRunner().invoke(
        als_search.main, [*settings, "evaluate", "--known-item", "--sample", "20", "--json"]
    )
    assert done.exit_code == 0, done.output
    figures = json.loads(done.output)
    assert figures["titles"] == 20
    assert figures["first_by_title"] >= 0.9
    assert figures["in_three_by_rare_words"] >= 0.95


def test_mapping_does_not_lose_articles_that_have_a_heading(sample_data: Path) -> None:
    done = CliRunner().invoke(
        als_search.main, ["--data", str(sample_data), "evaluate", "--headings", "20", "--json"]
    )
    assert done.exit_code == 0, done.output
    figures = json.loads(done.output)
    assert figures["headings"] == 20
    assert figures["mapped"] >= figures["as_typed"] > 0


def test_without_a_collection_or_known_items_the_usage_is_wrong() -> None:
    assert CliRunner().invoke(als_search.main, ["evaluate"]).exit_code == 2


def test_an_empty_collection_has_no_name_to_hide_behind(tmp_path: Path) -> None:
    with pytest.raises(BadCollection, match=r"docs\.jsonl cannot be read"):
        read(tmp_path)
    assert Collection("x", (), (), ()).name == "x"
