from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.segments.suggestions import (
    Entry,
    EntryKind,
    Suggestions,
    read_suggestions,
    suggestion_arrays,
    write_suggestions,
)

if TYPE_CHECKING:
    from pathlib import Path

ALL = 1_000


def entry(text: str, worth: float = 1, kind: EntryKind = EntryKind.KEYWORD, meant: str = "") -> Entry:
    return Entry(text, kind, int(worth), worth, meant)


def suggestions(*entries: Entry) -> Suggestions:
    return Suggestions(suggestion_arrays(entries))


def found(among: Suggestions, typed: str, most: int = ALL) -> list[str]:
    return [among.entry(number).text for number in among.starting(typed, most)]


def words_of(text: str) -> list[str]:
    return re.findall(r"[a-z]+|[0-9]+", text.lower())


def is_found(text: str, typed: list[list[str]]) -> bool:
    """Say whether a text has every typed word in a row of its words, the last one at its start at least."""
    words = words_of(text)
    *before, last = [row for row in typed if row]
    return all(_has(words, row, is_whole=True) for row in before) and _has(words, last, is_whole=False)


def _has(words: list[str], row: list[str], *, is_whole: bool) -> bool:
    rows = (words[n : n + len(row)] for n in range(len(words) - len(row) + 1))
    return any(
        each == row or (not is_whole and each[:-1] == row[:-1] and each[-1].startswith(row[-1]))
        for each in rows
    )


TEXTS = st.lists(
    st.sampled_from(["als", "ALS-1", "alsin", "SOD1", "sod", "1g93", "motor", "-", "x" * 40]), max_size=5
)


@given(st.lists(TEXTS, max_size=12), TEXTS, st.integers(0, 3))
def test_what_has_all_words_and_the_last_as_a_start_is_found(
    texts: list[list[str]], typed: list[str], cut: int
) -> None:
    text = " ".join(typed)
    text = text[: len(text) - cut]
    entries = [entry(" ".join(each), n) for n, each in enumerate(texts)]
    wanted = [words_of(word) for word in text.split()]
    expected = {each.text for each in entries if any(wanted) and is_found(each.text, wanted)}
    assert set(found(suggestions(*entries), text)) == expected


@given(st.lists(st.text(max_size=20), max_size=8), st.text(max_size=20))
def test_any_text_can_be_suggested_and_typed(texts: list[str], typed: str) -> None:
    among = suggestions(*map(entry, texts))
    among.starting(typed, ALL)
    for text in texts:
        plain = unicodedata.normalize("NFKD", text)
        if plain.isascii() and words_of(plain):
            assert text in found(among, text)


@pytest.mark.parametrize(
    "typed", ["TDP-43", "tdp43", "tdp 4", "TDP\u201143 path", "pathology", "proteins of tdp"]
)
def test_hyphens_blanks_and_case_do_not_matter(typed: str) -> None:
    assert found(suggestions(entry("TDP\u201343 pathology: proteins")), typed)


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("Mar\u00eda Mu\u00f1oz", "munoz"),
        ("Munoz", "Mu\u00f1"),
        ("\u03b1-synuclein", "alpha syn"),
        ("alpha-synuclein", "\u03b1-syn"),
    ],
)
def test_accents_and_greek_letters_do_not_matter(text: str, typed: str) -> None:
    assert found(suggestions(entry(text)), typed) == [text]


def test_the_most_useful_come_first_and_titles_last() -> None:
    among = suggestions(
        entry("Motor cortex", 5),
        entry("Motor neuron", 50),
        entry("Upper motor neuron", 500),
        entry("Motor units in a title", 9_000, EntryKind.TITLE),
        entry("On motor units", 9_999, EntryKind.TITLE),
    )
    assert found(among, "motor") == [
        "Motor neuron", "Motor cortex", "Upper motor neuron", "Motor units in a title", "On motor units",
    ]  # fmt: skip
    assert found(among, "motor", 2) == ["Motor neuron", "Motor cortex"]


def test_words_in_a_row_come_before_words_in_any_order() -> None:
    among = suggestions(entry("neuron, motor", 9), entry("the motor neuron", 1))
    assert found(among, "motor neu") == ["the motor neuron", "neuron, motor"]


def test_words_that_say_nothing_may_be_left_out_or_typed() -> None:
    title = entry("Care of the patient at home", 1, EntryKind.TITLE)
    for typed in ("care of the pat", "care patient home", "patient at ho", "home of the care"):
        assert found(suggestions(title), typed) == [title.text]


def test_of_names_of_the_same_concept_the_best_is_found() -> None:
    name = "amyotrophic lateral sclerosis"
    among = suggestions(
        entry("amyotrophe Lateralsklerose", 3, EntryKind.CONCEPT, name),
        entry(name, 4, EntryKind.CONCEPT, name),
        entry("Lou Gehrig disease", 3, EntryKind.CONCEPT, name),
    )
    assert found(among, "amyo") == [name]
    assert found(among, "gehrig") == ["Lou Gehrig disease"]


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    entries = [entry("Ren\u00e9e O", 3, EntryKind.AUTHOR), entry("A title", 1, EntryKind.TITLE, "10.1000/x")]
    write_suggestions(tmp_path, entries)
    among = read_suggestions(tmp_path)
    assert [
        (each.text, each.kind, each.count, each.meant) for each in map(among.entry, range(len(among)))
    ] == [
        ("Ren\u00e9e O", EntryKind.AUTHOR, 3, ""),
        ("A title", EntryKind.TITLE, 1, "10.1000/x"),
    ]


def test_nothing_is_found_where_nothing_is() -> None:
    for among in (suggestions(), suggestions(entry("-"))):
        assert found(among, "a") == []
        assert found(among, "") == []
