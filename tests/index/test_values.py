from __future__ import annotations

import pytest

from crawler.article import (
    Article,
    Author,
    Grant,
    Ids,
    Journal,
    Markup,
    MeshHeading,
    Qualifier,
    Reference,
    Substance,
)
from index.schema import BY_NAME

ARTICLE = Article(
    ids=Ids(pmid="1", pii="S0000-0000(23)1"),
    title=Markup("A study"),
    journal=Journal(issns=("1466447X", "1234-5678"), nlm_id="8704371", country="England", publisher="P"),
    authors=(
        Author(last="Doe", fore="Jane Ann", initials="JA", orcid="0000-0000-0000-0001"),
        Author(last="Roe", fore="Ben", initials="B", suffix="Jr"),
        Author(collective="The Group"),
    ),
    investigators=(Author(last="Poe", fore="Eve", initials="E"),),
    volume="26",
    issue="8 Suppl 1",
    pages="872-81",
    mesh=(
        MeshHeading(
            name="Riluzole", major=True, qualifiers=(Qualifier("therapeutic use"), Qualifier("economics"))
        ),
        MeshHeading(name="Mice", qualifiers=(Qualifier("genetics", major=True), Qualifier("economics"))),
        MeshHeading(name="Humans"),
    ),
    supplemental_mesh=("Disease 1",),
    substances=(Substance("Riluzole", "7LJ087RS6F"), Substance("Other", "0")),
    gene_symbols=("SOD1",),
    grants=(Grant(number="R01 1", acronym="NS", agency="NINDS", country="United States"),),
    conflict_of_interest=Markup("None &lt;declared&gt;."),
    references=(Reference(text="Doe J. A study."),),
)


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("first", ["Doe JA", "Jane Ann Doe", "Doe Jane Ann", "Jane Doe"]),
        ("last", ["The Group"]),
        ("fullname", ["Doe Jane Ann", "Roe Ben Jr"]),
        ("group", ["The Group"]),
        ("investigator", ["Poe E", "Eve Poe", "Poe Eve"]),
        ("orcid", ["0000-0000-0000-0001"]),
        ("major", ["Riluzole/therapeutic use", "Riluzole/economics", "Mice/genetics"]),
        ("subheading", ["therapeutic use", "economics", "genetics"]),
        ("supplement", ["Disease 1"]),
        ("registry", ["7LJ087RS6F"]),
        ("gene", ["SOD1"]),
        ("grant", ["R01 1 NS NINDS United States"]),
        ("volume", ["26"]),
        ("issue", ["8 Suppl 1"]),
        ("page", ["872"]),
        ("pii", ["S0000-0000(23)1"]),
        ("jid", ["8704371"]),
        ("issn", ["1466-447X", "1234-5678"]),
        ("place", ["England"]),
        ("publisher", ["P"]),
        ("conflict", ["None <declared>."]),
        ("reference", ["Doe J. A study."]),
    ],
)
def test_a_field_takes_its_values_from_the_article(field: str, expected: list[str]) -> None:
    assert BY_NAME[field].values(ARTICLE) == expected


def test_an_article_without_anything_has_no_value_in_any_field_but_its_title_and_number() -> None:
    article = Article(ids=Ids(pmid="1"), title=Markup("T"))
    assert [name for name, field in BY_NAME.items() if any(field.values(article))] == ["title", "pmid"]


def test_the_last_of_a_list_that_was_cut_is_no_last_author() -> None:
    article = Article(
        ids=Ids(pmid="1"), title=Markup("T"), authors=(Author(last="Doe"),), authors_complete=False
    )
    assert BY_NAME["first"].values(article) == ["Doe"]
    assert BY_NAME["last"].values(article) == []
