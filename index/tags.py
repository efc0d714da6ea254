"""What the tags of a query mean: `word[tag]` and `tag:word`.

A tag is a field's, a date's, or stands for several fields. Of PubMed's tags (User Guide, "Search field tags")
there are all that our articles can answer, short and long, as its search details write them.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

from msgspec import Struct, structs

from index.schema import BY_NAME, DATE_COLUMNS, EVERYWHERE, FIELDS, Kind


class Rule(StrEnum):
    """How what stands before a tag is read."""

    WORDS = "words"
    DATE = "date"
    CITES = "cites"
    CITED_BY = "citedby"
    FILTER = "filter"


class Meaning(Struct, frozen=True, kw_only=True):
    """What a tag means: fields to look in, or another rule. No field means that none was asked for.

    `title` is what readers call it, `remark` a sentence where it is answered more loosely than it asks, and
    `column` the date where it is one. `distance` is N of `:~N`, and `is_exploded` false after `:noexp`.
    """

    title: str
    fields: tuple[str, ...] = ()
    rule: Rule = Rule.WORDS
    column: str = ""
    remark: str = ""
    distance: int | None = None
    is_exploded: bool = True

    @property
    def is_date(self) -> bool:
        """Whether it is a date."""
        return self.rule is Rule.DATE

    @property
    def is_id(self) -> bool:
        """Whether it is the field of an identifier, or of several."""
        return bool(self.fields) and all(BY_NAME[name].kind is Kind.ID for name in self.fields)


class GroupTags(Struct, frozen=True):
    """Tags that stand for several fields."""

    tags: tuple[str, ...]
    title: str
    fields: tuple[str, ...]


class LooseTags(Struct, frozen=True):
    """Tags that are answered by another, which does not tell apart what they ask for."""

    tags: tuple[str, ...]
    answered_by: str
    what: str


class OtherTags(Struct, frozen=True):
    """Tags with a rule of their own."""

    tags: tuple[str, ...]
    title: str
    rule: Rule


TEXT_WORD: Final = ("title", "abstract", "keyword", "mesh", "substance", "supplement", "type", "group")
"""Where PubMed's [tw] looks, as far as our articles have it."""

DATE_TAGS: Final = tuple(tag for column in DATE_COLUMNS for tag in column.tags)
"""What users call dates; they are searched by range."""

GROUPS: Final = (
    GroupTags(("tiab", "Title/Abstract"), "title, abstract, keywords", ("title", "abstract", "keyword")),
    GroupTags(
        ("tw", "text", "Text Word", "Text Words"),
        "title, abstract, keywords, MeSH terms, substances, supplementary concepts, publication type, groups",
        TEXT_WORD,
    ),
    GroupTags(
        ("nm", "Supplementary Concept"), "substances, supplementary concepts", ("substance", "supplement")
    ),
    GroupTags(("aid", "lid", "Article Identifier", "Location ID"), "DOI, publisher's number", ("doi", "pii")),
    GroupTags(("all", "All Fields"), "everywhere", EVERYWHERE),
)

OTHERS: Final = (
    OtherTags(("cites",), "articles that cite the one with this PMID, PMCID or DOI", Rule.CITES),
    OtherTags(("citedby",), "articles that the one with this PMID, PMCID or DOI cites", Rule.CITED_BY),
    OtherTags(("filter", "sb", "subset"), "PubMed's filters", Rule.FILTER),
)

LOOSE: Final = (
    LooseTags(("crdt", "Date - Create", "Create Date"), "edat", "the days of entry and of creation"),
    LooseTags(("book",), "ta", "titles of books and of journals"),
)

UNANSWERED: Final = {
    "ed": "editors", "editor": "editors", "isbn": "ISBNs", "dcom": "dates of completion",
    "datecompletion": "dates of completion", "completiondate": "dates of completion",
    "mhda": "dates of MeSH indexing", "date-mesh": "dates of MeSH indexing",
    "meshdate": "dates of MeSH indexing", "pa": "pharmacological actions",
    "pharmacologicalaction": "pharmacological actions", "ps": "people as subjects",
    "personalnameassubject": "people as subjects", "subject-personalname": "people as subjects",
}  # fmt: skip
"""PubMed's tags, without blanks and capitals, for what our articles do not tell."""

_NOT_EXPLODED: Final = ":noexp"
_PROXIMITY: Final = re.compile(r"(?P<tag>.*?):?~(?P<distance>[0-9]{1,9})")


def meaning(tag: str) -> Meaning | None:
    """Return what a tag means, in any case and with blanks anywhere; None for one that nobody knows.

    Tags of fields with commas between them mean all those fields; `:~N` asks for words near each other, and
    `:noexp` for a heading without the narrower ones below it, as in PubMed.
    """
    key = _key(tag)
    if near := _PROXIMITY.fullmatch(key):
        meant = _of_fields(near["tag"] or "all")
        is_text = meant and meant.rule is Rule.WORDS and not meant.is_id
        return structs.replace(meant, distance=int(near["distance"])) if meant and is_text else None
    meant = _of_fields(key.removesuffix(_NOT_EXPLODED))
    return structs.replace(meant, is_exploded=False) if meant and key.endswith(_NOT_EXPLODED) else meant


def tag_of(fields: tuple[str, ...]) -> str:
    """Return a tag that means these fields, in this order."""
    return _TAGS.get(fields) or ",".join(_TAGS[name,] for name in fields)


def unanswered(tag: str) -> str:
    """Return what a tag of PubMed's asks for that our articles do not tell; nothing for any other."""
    return UNANSWERED.get(_key(tag).removesuffix(_NOT_EXPLODED), "")


def _of_fields(key: str) -> Meaning | None:
    if "," not in key:
        return _MEANINGS.get(key)
    parts = [_MEANINGS.get(part) for part in key.split(",")]
    named = [part for part in parts if part and part.fields and part.rule is Rule.WORDS]
    if len(named) < len(parts):
        return None
    fields = dict.fromkeys(name for part in named for name in part.fields)
    return Meaning(title=", ".join(part.title for part in named), fields=tuple(fields))


def _key(tag: str) -> str:
    return "".join(tag.casefold().split())


def _meanings() -> dict[str, Meaning]:
    found: dict[str, Meaning] = {}
    for column in DATE_COLUMNS:
        meant = Meaning(title=column.title, rule=Rule.DATE, column=column.name)
        found |= {_key(tag): meant for tag in column.tags}
    for field in FIELDS:
        found |= {_key(tag): Meaning(title=field.title, fields=(field.name,)) for tag in field.tags}
    for group in GROUPS:
        found |= {_key(tag): Meaning(title=group.title, fields=group.fields) for tag in group.tags}
    for other in OTHERS:
        found |= {_key(tag): Meaning(title=other.title, rule=other.rule) for tag in other.tags}
    for loose in LOOSE:
        for tag in loose.tags:
            remark = f"[{tag}] was read as [{loose.answered_by}]: {loose.what} are not told apart here."
            found[_key(tag)] = structs.replace(found[loose.answered_by], remark=remark)
    return found


def _tags() -> dict[tuple[str, ...], str]:
    """Return a tag for every field and every group: the one that PubMed's users know best."""
    found = {(field.name,): min(field.tags, key=len) for field in FIELDS}
    found |= {("pmid",): "pmid", ("last",): "lastau", ("issn",): "issn"}
    return found | {group.fields: group.tags[0] for group in GROUPS}


_MEANINGS: Final = _meanings()
_TAGS: Final = _tags()
