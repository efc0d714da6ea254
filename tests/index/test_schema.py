from __future__ import annotations

import pickle
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.article import (
    Article,
    Author,
    DataBank,
    Ids,
    Journal,
    Markup,
    MeshHeading,
    PubDate,
    Qualifier,
)
from index.analysis.analyzer import GAP
from index.schema import (
    BY_NAME,
    DATE_COLUMNS,
    FACETS,
    FIELDS,
    Kind,
    date_number,
    facet_value,
    field_text,
    normal_issn,
    whoosh_schema,
)

ARTICLE = Article(
    ids=Ids(pmid="1", doi="10.1000/AbC"),
    title=Markup("<i>SOD1</i><sup>G93A</sup> mice"),
    vernacular_title=Markup("Ratones"),
    journal=Journal(title="Journal of Tests", abbreviation="J Tests"),
    authors=(
        Author(last="van den Berg", fore="Leonard H", initials="LH", affiliations=("Utrecht",)),
        Author(collective="The Group"),
    ),
    published=PubDate(2023, 8),
    languages=("spa", "zzz"),
    mesh=(
        MeshHeading(name="Riluzole", qualifiers=(Qualifier("therapeutic use"), Qualifier("adverse effects"))),
        MeshHeading(name="Humans"),
    ),
    data_banks=(DataBank("ClinicalTrials.gov", ("NCT00000001",)),),
)


def values(field: str) -> list[str]:
    return [value.replace("\u2060", "|") for value in BY_NAME[field].values(ARTICLE) if value]


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("title", ["SOD1|G93A mice", "Ratones"]),
        ("author", ["van den Berg LH", "The Group", "Leonard H van den Berg"]),
        ("journal", ["J Tests", "Journal of Tests"]),
        ("affiliation", ["Utrecht"]),
        ("language", ["spa", "Spanish", "zzz"]),
        ("mesh", ["Riluzole/therapeutic use", "Riluzole/adverse effects", "Humans"]),
        ("trial", ["ClinicalTrials.gov/NCT00000001"]),
        ("doi", ["10.1000/AbC"]),
        ("abstract", []),
        ("caption", []),
        ("fullname", ["van den Berg Leonard H"]),
        ("has", ["hasdatabanklist", "fulltext"]),
    ],
)
def test_a_field_takes_its_values_from_the_article(field: str, expected: list[str]) -> None:
    assert values(field) == expected


def test_values_of_a_field_stand_apart() -> None:
    assert field_text(BY_NAME["journal"], ARTICLE) == f"J Tests{GAP}Journal of Tests"


def test_the_date_is_a_number_that_sorts() -> None:
    assert date_number(ARTICLE) == 20230801


def test_names_of_fields_and_facets_are_unique() -> None:
    assert len({field.name for field in FIELDS}) == len(FIELDS)
    assert len({facet.name for facet in FACETS}) == len(FACETS)
    assert not [pair for pair in combinations(FIELDS, 2) if set(pair[0].tags) & set(pair[1].tags)]


def test_only_identifiers_have_a_normal_spelling() -> None:
    assert {field.name for field in FIELDS if field.normal(" PMC00012 ") != " PMC00012 "} == {
        field.name for field in FIELDS if field.kind is Kind.ID
    }


@pytest.mark.parametrize(
    ("text", "issn"),
    [("1466-447X", "1466-447X"), ("1466447x", "1466-447X"), ("1466", ""), ("14664470 1", "")],
)
def test_an_issn_has_its_hyphen(text: str, issn: str) -> None:
    assert normal_issn(text) == issn


def test_each_date_has_its_column() -> None:
    article = Article(
        ids=Ids(pmid="1"),
        title=Markup("T"),
        published=PubDate(2023, 8),
        electronic=PubDate(2023, 5, 7),
        entered=PubDate(2023, 5, 9),
        revised=PubDate(2024, 1, 1),
    )
    assert {column.name: column.number(article) for column in DATE_COLUMNS} == {
        "date": 20230801,
        "printed": 20230801,
        "online": 20230507,
        "entered": 20230509,
        "revised": 20240101,
    }


def test_the_first_tag_of_a_field_is_its_name() -> None:
    assert all(field.tags[0] == field.name for field in FIELDS)


def test_the_schema_has_every_field_the_date_and_the_article() -> None:
    assert set(whoosh_schema().names()) == {*BY_NAME, "date", "article"}


def test_a_schema_read_back_from_a_file_analyses_as_before() -> None:
    schema = pickle.loads(pickle.dumps(whoosh_schema()))  # noqa: S301 - it was pickled right here
    assert [token.text for token in schema["title"].analyzer("Mice")] == ["mice"]
    assert schema["author"].analyzer == whoosh_schema()["author"].analyzer


@pytest.mark.parametrize(
    "label",
    [
        "ALS",
        "als",
        "Amyotrophic lateral sclerosis",
        "amyotrophic  lateral sclerosis (ALS)",
        "Lou Gehrig's disease",
    ],
)
def test_every_name_of_a_concept_is_one_keyword(label: str) -> None:
    assert facet_value("keyword", label) == "amyotrophic lateral sclerosis"


@given(st.text(max_size=30))
def test_the_value_of_a_keyword_is_its_own_value(label: str) -> None:
    value = facet_value("keyword", label)
    assert facet_value("keyword", value) == value
