from __future__ import annotations

import pytest

from index.schema import BY_NAME, EVERYWHERE, FIELDS
from index.tags import (
    DATE_TAGS,
    GROUPS,
    LOOSE,
    OTHERS,
    TEXT_WORD,
    UNANSWERED,
    Rule,
    meaning,
    tag_of,
    unanswered,
)


@pytest.mark.parametrize(
    ("tag", "fields"),
    [
        ("ti", ("title",)),
        ("Title", ("title",)),
        ("TITLE / Abstract", ("title", "abstract", "keyword")),
        ("MeSH Terms", ("mesh",)),
        ("mesh", ("mesh",)),
        ("mh:noexp", ("mesh",)),
        ("MeSH Terms:noexp", ("mesh",)),
        ("All Fields", EVERYWHERE),
        ("Author", ("author",)),
        ("Full Author Name", ("author",)),
        ("Journal", ("journal",)),
        ("Publication Type", ("type",)),
        ("Affiliation", ("affiliation",)),
        ("Other Term", ("keyword",)),
        ("Language", ("language",)),
        ("Supplementary Concept", ("substance", "supplement")),
        ("Secondary Source ID", ("trial",)),
        ("tw", TEXT_WORD),
        ("Text Word", TEXT_WORD),
        ("1au", ("first",)),
        ("Author - Last", ("last",)),
        ("MeSH Major Topic", ("major",)),
        ("sh:noexp", ("subheading",)),
        ("Grants and Funding", ("grant",)),
        ("EC/RN Number", ("registry",)),
        ("Corporate Author", ("group",)),
        ("lid", ("doi", "pii")),
        ("cois", ("conflict",)),
        ("ref", ("reference",)),
        ("ti, mh", ("title", "mesh")),
        ("tiab,ti", ("title", "abstract", "keyword")),
    ],
)
def test_a_tag_means_its_fields_in_any_case_and_with_any_blanks(tag: str, fields: tuple[str, ...]) -> None:
    meant = meaning(tag)
    assert meant
    assert (meant.fields, meant.is_date, meant.remark) == (fields, False, "")


@pytest.mark.parametrize(
    ("tag", "remark"),
    [
        ("crdt", "[crdt] was read as [edat]: the days of entry and of creation are not told apart here."),
        ("book", "[book] was read as [ta]: titles of books and of journals are not told apart here."),
    ],
)
def test_a_tag_that_is_answered_more_loosely_says_so(tag: str, remark: str) -> None:
    meant = meaning(tag)
    assert meant
    assert meant.remark == remark


@pytest.mark.parametrize(
    ("tag", "column"),
    [
        ("dp", "date"),
        ("year", "date"),
        ("Date - Publication", "date"),
        ("epdat", "online"),
        ("ppdat", "printed"),
        ("edat", "entered"),
        ("Create Date", "entered"),
        ("lr", "revised"),
    ],
)
def test_dates_are_no_field_but_a_column(tag: str, column: str) -> None:
    meant = meaning(tag)
    assert meant
    assert (meant.is_date, meant.column, meant.fields) == (True, column, ())


@pytest.mark.parametrize(
    ("tag", "rule"),
    [("sb", Rule.FILTER), ("Filter", Rule.FILTER), ("cites", Rule.CITES), ("citedby", Rule.CITED_BY)],
)
def test_some_tags_have_a_rule_of_their_own(tag: str, rule: Rule) -> None:
    meant = meaning(tag)
    assert meant
    assert meant.rule is rule


@pytest.mark.parametrize(
    ("tag", "distance", "fields"),
    [
        ("tiab:~3", 3, ("title", "abstract", "keyword")),
        ("Title : ~0", 0, ("title",)),
        ("ref:~12", 12, ("reference",)),
        ("~2", 2, EVERYWHERE),
    ],
)
def test_a_distance_asks_for_words_near_each_other(tag: str, distance: int, fields: tuple[str, ...]) -> None:
    meant = meaning(tag)
    assert meant
    assert (meant.distance, meant.fields) == (distance, fields)


def test_noexp_leaves_narrower_headings_out() -> None:
    plain, alone = meaning("mh"), meaning("mh:noexp")
    assert plain
    assert alone
    assert (plain.is_exploded, alone.is_exploded) == (True, False)


@pytest.mark.parametrize("tag", ["isbn", "Pharmacological Action", "MHDA"])
def test_what_articles_do_not_tell_is_known_by_name(tag: str) -> None:
    assert meaning(tag) is None
    assert unanswered(tag)


@pytest.mark.parametrize("tag", ["", "xx", ":noexp", "dp:~3", "pmid:~1", "ti,xx", "ti,dp", ","])
def test_an_unknown_tag_means_nothing(tag: str) -> None:
    assert meaning(tag) is None


def test_no_tag_is_claimed_twice() -> None:
    claimed = [
        *DATE_TAGS,
        *UNANSWERED,
        *(tag for each in (*FIELDS, *GROUPS, *OTHERS, *LOOSE) for tag in each.tags),
    ]
    keys = ["".join(tag.lower().split()) for tag in claimed]
    assert sorted(keys) == sorted(set(keys))
    assert all(name in BY_NAME for group in GROUPS for name in group.fields)


def test_every_field_and_group_has_a_tag_that_means_just_that() -> None:
    for fields in [
        *((name,) for name in BY_NAME),
        *(group.fields for group in GROUPS),
        ("title", "mesh"),
    ]:
        meant = meaning(tag_of(fields))
        assert meant
        assert meant.fields == fields
