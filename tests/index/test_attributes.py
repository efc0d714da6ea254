from __future__ import annotations

import pytest
from msgspec import structs

from crawler.article import (
    Abstract,
    Article,
    Correction,
    DataBank,
    Ids,
    Keyword,
    Markup,
    PubDate,
    Section,
)
from crawler.parsers.corrections import OF_TAGS
from index.attributes import ATTRIBUTES, FILTERS, VALUE_WORDS, attributes, key
from index.schema import BY_NAME

BARE = Article(ids=Ids(pmid="1"), title=Markup("A systematic approach"))
TEXT = (Section(Markup("Text.")),)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"abstract": Abstract(sections=TEXT)}, ["hasabstract"]),
        (
            {"abstract": Abstract(sections=(Section(Markup("Text."), label="AIM"),))},
            ["hasabstract", "hasstructuredabstract"],
        ),
        (
            {"other_abstracts": (Abstract(sections=TEXT, language="spa"),)},
            ["hasabstract", "hasnonenglishabstract"],
        ),
        ({"keywords": (Keyword("als"),)}, ["haskeyword"]),
        ({"conflict_of_interest": Markup("None.")}, ["hascois"]),
        ({"data_banks": (DataBank("GEO", ("1",)),)}, ["hasdatabanklist"]),
        (
            {"corrections": (Correction(kind="RetractionIn"), Correction(kind="CommentIn"))},
            ["retracted", "hasretractionin", "hascommentin"],
        ),
        ({"electronic": PubDate(2024, 1)}, ["pubstatusaheadofprint"]),
        ({"electronic": PubDate(2024, 1), "volume": "3"}, []),
        ({"electronic": PubDate(2024, 1), "publication_types": ("Preprint",)}, ["preprint"]),
        ({"ids": Ids(doi="10.1000/x")}, ["fulltext"]),
        ({"ids": Ids(pmcid="PMC1")}, ["fulltext", "freefulltext", "pubmedpmc"]),
        ({"title": Markup("A Systematic Review")}, ["systematic"]),
        ({"status": "MEDLINE"}, ["medline"]),
        ({"status": "PubMed-not-MEDLINE"}, ["pubmednotmedline"]),
    ],
)
def test_what_holds_of_an_article_is_named(changes: dict[str, object], expected: list[str]) -> None:
    assert attributes(structs.replace(BARE, **changes)) == expected


def test_every_kind_of_correction_can_be_searched_by_its_bare_name() -> None:
    assert {f"has{kind.lower()}" for kind in OF_TAGS.values()} <= VALUE_WORDS <= ATTRIBUTES


def test_every_filter_names_a_field_and_is_known_by_its_key() -> None:
    assert all(field in BY_NAME and key(name) == name for name, (field, _) in FILTERS.items())
    assert all(value in ATTRIBUTES for field, value in FILTERS.values() if field == "has")
