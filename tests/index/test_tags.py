from __future__ import annotations

import pytest

from index.schema import BY_NAME, FIELDS
from index.tags import DATE_TAGS, GROUPS, LOOSE, meaning


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
        ("All Fields", ()),
        ("Author", ("author",)),
        ("Full Author Name", ("author",)),
        ("Journal", ("journal",)),
        ("Publication Type", ("type",)),
        ("Affiliation", ("affiliation",)),
        ("Other Term", ("keyword",)),
        ("Language", ("language",)),
        ("Supplementary Concept", ("substance",)),
        ("Secondary Source ID", ("trial",)),
        ("tw", ("title", "abstract", "keyword", "mesh", "substance", "type")),
        ("Text Word", ("title", "abstract", "keyword", "mesh", "substance", "type")),
    ],
)
def test_a_tag_means_its_fields_in_any_case_and_with_any_blanks(tag: str, fields: tuple[str, ...]) -> None:
    meant = meaning(tag)
    assert meant
    assert (meant.fields, meant.is_date, meant.remark) == (fields, False, "")


@pytest.mark.parametrize(
    ("tag", "field", "remark"),
    [
        (
            "MeSH Major Topic",
            "mesh",
            "[MeSH Major Topic] was read as [mh]: major topics are not told apart here.",
        ),
        ("majr:noexp", "mesh", "[majr] was read as [mh]: major topics are not told apart here."),
        (
            "Author - First",
            "author",
            "[Author - First] was read as [au]: first authors are not told apart here.",
        ),
    ],
)
def test_a_tag_that_is_answered_more_loosely_says_so(tag: str, field: str, remark: str) -> None:
    meant = meaning(tag)
    assert meant
    assert (meant.fields, meant.remark) == ((field,), remark)


@pytest.mark.parametrize("tag", ["dp", "pdat", "year", "Date - Publication", "epdat"])
def test_dates_are_no_field(tag: str) -> None:
    meant = meaning(tag)
    assert meant
    assert meant.is_date
    assert not meant.fields


@pytest.mark.parametrize("tag", ["", "xx", "Grants and Funding", ":noexp", "ti:~3"])
def test_an_unknown_tag_means_nothing(tag: str) -> None:
    assert meaning(tag) is None


def test_no_tag_is_claimed_twice() -> None:
    claimed = [*DATE_TAGS, *(tag for each in (*FIELDS, *GROUPS, *LOOSE) for tag in each.tags)]
    keys = ["".join(tag.lower().split()) for tag in claimed]
    assert sorted(keys) == sorted(set(keys))
    assert all(name in BY_NAME for group in GROUPS for name in group.fields)
