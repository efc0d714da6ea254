"""Names are parted as they are cited, and no part of one is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.article import Author
from crawler.parsers.names import cited_person, initials, printed_person, stands_for_others


@pytest.mark.parametrize(
    ("full", "cited", "expected"),
    [
        ("Rita Roe", "Roe R", Author(last="Roe", fore="Rita", initials="R")),
        ("Ada B van den Berg", "van den Berg AB", Author(last="van den Berg", fore="Ada B", initials="AB")),
        ("Maria Pérez Roe", "Perez Roe M", Author(last="Pérez Roe", fore="Maria", initials="M")),
        ("John Q Roe Jr", "Roe JQ Jr", Author(last="Roe", fore="John Q", initials="JQ", suffix="Jr")),
        ("John Roe III", "Roe J 3rd", Author(last="Roe", fore="John", initials="J", suffix="3rd")),
        ("Ivan I Ivanov", "Ivanov II", Author(last="Ivanov", fore="Ivan I", initials="II")),
        ("Plato", "Plato", Author(last="Plato")),
        ("Philip Van Damme", "", Author(last="Van Damme", fore="Philip", initials="P")),
        ("Jean-Paul de la Roe", "", Author(last="de la Roe", fore="Jean-Paul", initials="JP")),
        ("Van Roe", "", Author(last="Roe", fore="Van", initials="V")),
        ("RJ Roe Sr", "", Author(last="Roe", fore="RJ", initials="RJ", suffix="Sr")),
        ("Rita Roe", "Somebody E", Author(last="Roe", fore="Rita", initials="R")),
        ("", "", Author()),
    ],
)
def test_a_name_is_parted_as_it_is_cited(full: str, cited: str, expected: Author) -> None:
    assert printed_person(full, cited) == expected


@given(st.text(), st.text())
def test_no_part_of_a_name_without_suffix_is_lost(full: str, cited: str) -> None:
    author = printed_person(full, cited)
    assert author.suffix or author.full() == " ".join(full.split())


def test_what_has_no_initials_is_no_person_cited() -> None:
    assert cited_person("van den Berg LH") == Author(last="van den Berg", initials="LH")
    assert [cited_person(text) for text in ("Invented Consortium", "UNESCO", "", "Jr")] == [None] * 4


@pytest.mark.parametrize(
    ("fore", "short"),
    [
        ("Jean-Paul", "JP"),
        ("Leonard H.", "LH"),
        ("DFS-H", "DFSH"),
        ("RJ", "RJ"),
        ("J. P.", "JP"),
        ("ANNA", "A"),
        ("", ""),
    ],
)
def test_initials_are_those_of_the_fore_names(fore: str, short: str) -> None:
    assert initials(fore) == short


def test_et_al_stands_for_others() -> None:
    assert all(map(stands_for_others, ["et al", "et al.", " Et al. "]))
    assert not stands_for_others("Etal R")
