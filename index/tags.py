"""What the tags of a query mean: `word[tag]` and `tag:word`.

A tag is a field's, or stands for several fields or the date. Of PubMed's tags (User Guide, "Search field
tags") there are all that our fields can answer, short and long, as its search details write them.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from index.schema import BY_NAME, FIELDS, Kind


class Meaning(Struct, frozen=True, kw_only=True):
    """What a tag means: fields to look in, or the date. No field means every one with a weight.

    `title` is what readers call it, `remark` a sentence where it is answered more loosely than it asks.
    """

    title: str
    fields: tuple[str, ...] = ()
    is_date: bool = False
    remark: str = ""

    @property
    def is_id(self) -> bool:
        """Whether it is the field of an identifier."""
        return bool(self.fields) and BY_NAME[self.fields[0]].kind is Kind.ID


class GroupTags(Struct, frozen=True):
    """Tags that stand for several fields."""

    tags: tuple[str, ...]
    title: str
    fields: tuple[str, ...] = ()


class LooseTags(Struct, frozen=True):
    """Tags that are answered by another, which does not tell apart what they ask for."""

    tags: tuple[str, ...]
    answered_by: str
    what: str


DATE_TAGS: Final = ("year", "date", "dp", "pdat", "Date - Publication", "Publication Date")
"""What users call the date of publication; it is searched by range."""

GROUPS: Final = (
    GroupTags(("tiab", "Title/Abstract"), "title, abstract, keywords", ("title", "abstract", "keyword")),
    GroupTags(
        ("tw", "Text Word", "Text Words"),
        "title, abstract, keywords, MeSH terms, substances, publication type",
        ("title", "abstract", "keyword", "mesh", "substance", "type"),
    ),
    GroupTags(("all", "All Fields"), "everywhere"),
)

LOOSE: Final = (
    LooseTags(("majr", "MeSH Major Topic"), "mh", "major topics"),
    LooseTags(("sh", "MeSH Subheading"), "mh", "subheadings"),
    LooseTags(("1au", "Author - First", "First Author Name"), "au", "first authors"),
    LooseTags(("lastau", "Author - Last", "Last Author Name"), "au", "last authors"),
    LooseTags(("cn", "Author - Corporate", "Corporate Author"), "au", "groups"),
    LooseTags(("tt", "Transliterated Title"), "ti", "titles in other languages"),
    LooseTags(
        ("epdat", "ppdat", "Electronic Publication Date", "Print Publication Date"),
        "dp",
        "the dates online and in print",
    ),
)

_NOT_EXPLODED: Final = ":noexp"


def meaning(tag: str) -> Meaning | None:
    """Return what a tag means, in any case and with blanks anywhere; None for one that nobody knows.

    `:noexp` changes nothing: here a heading never stands for the narrower ones below it.
    """
    return _MEANINGS.get(_key(tag).removesuffix(_NOT_EXPLODED))


def _key(tag: str) -> str:
    return "".join(tag.casefold().split())


def _meanings() -> dict[str, Meaning]:
    date = Meaning(title="date of publication", is_date=True)
    found = {_key(tag): date for tag in DATE_TAGS}
    for field in FIELDS:
        found |= {_key(tag): Meaning(title=field.title, fields=(field.name,)) for tag in field.tags}
    for group in GROUPS:
        found |= {_key(tag): Meaning(title=group.title, fields=group.fields) for tag in group.tags}
    for loose in LOOSE:
        answer = found[loose.answered_by]
        for tag in loose.tags:
            remark = f"[{tag}] was read as [{loose.answered_by}]: {loose.what} are not told apart here."
            found[_key(tag)] = Meaning(
                title=answer.title, fields=answer.fields, is_date=answer.is_date, remark=remark
            )
    return found


_MEANINGS: Final = _meanings()
