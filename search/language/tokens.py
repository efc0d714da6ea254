"""The tokens of a query: words, phrases, tags, parentheses, and identifiers however they were pasted."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from index.schema import BY_NAME
from index.tags import meaning

if TYPE_CHECKING:
    from collections.abc import Iterator

# A closing parenthesis that was not opened within the DOI is the query's own.
_IN_DOI: Final = r"""[^\s"\[\]()]"""
_DOI: Final = rf"10\.\d{{4,9}}(?:\.\d+)*/(?:{_IN_DOI}|\((?:{_IN_DOI}|\({_IN_DOI}*\))*\))+"
_TAIL: Final = r"""(?:[/?\#][^\s"\[\]()]*)?"""

# By the field that it is looked for in; what stands before the value may be a label or an address.
_IDENTIFIER: Final = re.compile(
    rf"""(?:(?:pmid|uid)\s*:?\s*
          | (?:https?://)?(?:www\.)?(?:pubmed\.ncbi\.nlm\.nih\.gov/|ncbi\.nlm\.nih\.gov/pubmed/
                                      |europepmc\.org/(?:article|abstract)/med/))
         (?P<pmid>\d{{1,9}}(?:[\s,;]+\d{{6,9}}\b)*){_TAIL}(?![\w/]|[,.]\d)
       | (?:pmc-?id\s*:?\s*(?:pmc)?|pmc
          | (?:https?://)?(?:www\.)?(?:pmc\.ncbi\.nlm\.nih\.gov/articles/
                                      |ncbi\.nlm\.nih\.gov/pmc/articles/
                                      |europepmc\.org/articles?/(?:pmc/)?)(?:pmc)?)
         (?P<pmcid>\d+(?:\.\d+\b)?){_TAIL}(?!\w)
       | (?:doi\s*:?\s*)?(?P<doi>(?:(?:https?://)?(?:www\.|dx\.)?doi\.org/)?{_DOI})""",
    re.VERBOSE | re.IGNORECASE,
)
_FIRST: Final = frozenset("1DEHNPUWdehnpuw")
"""What an identifier begins with, so that most words need not be tried."""

_PMIDS: Final = re.compile(r"\d{6,9}(?:[,;]+\d{6,9})*[,;]*")
_BETWEEN_PMIDS: Final = re.compile(r"[\s,;]+")
LISTED: Final = frozenset({"pmid", "pmcid", "orcid", "issn"})
"""Fields of which a query may list several, with blanks or commas between them."""

_TOKEN: Final = re.compile(
    r"""(?P<quoted>"[^"]*(?:"\*?)?)
      | (?P<tag>\[[^\[\]]*\])
      | (?P<open>\()
      | (?P<close>\))
      | (?P<operator>(?:AND|OR|NOT)(?![^\s"()\[\]&|])|&+|\|+)
      | (?P<field>(?:1au|[A-Za-z]+):(?!//)(?=[^\s:)\]&|]))
      | (?P<word>[^\s"()\[\]&|]+)
      | (?P<stray>[\[\]])
      | (?P<space>\s+)""",
    re.VERBOSE,
)
_OPERATORS: Final = frozenset({"AND", "OR", "NOT"})
_SIGNS: Final = {"&": "AND", "|": "OR"}

_SHORT: Final = 40
"""Characters of a text of which is kept whether it is a word."""

_PLAIN: Final[dict[int, int | str]] = {
    **{0xFF01 + n: 0x21 + n for n in range(94)},
    **dict.fromkeys(map(ord, "\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033\u3003"), '"'),
    0x3000: " ",
}
"""Full-width forms, and the quotation marks of word processors."""


class Token(NamedTuple):
    """A token; `kind` is a group of the grammar above, or "id" with the name of its field.

    `text` is what it says: of an operator AND, OR or NOT, of an identifier the value without its label. It
    stands in the query from `start` up to `end`.
    """

    kind: str
    text: str
    field: str = ""
    start: int = 0
    end: int = 0

    @property
    def bare(self) -> str:
        """The text without its quotation marks."""
        return self.text.replace('"', "") if self.kind == "quoted" else self.text

    @property
    def is_operand(self) -> bool:
        """Whether it can be looked for."""
        return self.kind in {"quoted", "word", "id"}


def plain(text: str) -> str:
    """Return a query, as long as before, with the signs of the language in their one plain form."""
    return text if text.isascii() else text.translate(_PLAIN)


def tokens(text: str, start: int = 0) -> list[Token]:
    """Return the tokens of a plain query, without the blanks between them; every character is in one.

    `start` is where the text stands in the whole query.
    """
    found = list(_tokens(text, start))
    return _with_whole_ranges(found) if ":" in text else found


def pmids(words: list[Token]) -> list[str]:
    """Return the PMIDs of a row that holds nothing else, as people paste it; nothing where it does."""
    for word in words:
        if word.kind != "word" or not _PMIDS.fullmatch(word.text):
            return []
    return values(" ".join(word.text for word in words), "pmid")


def is_word(text: str) -> bool:
    """Say whether a text is read as one word, and no list of PMIDs either."""
    return _is_short_word(text) if len(text) <= _SHORT else _is_word(text)


def _is_word(text: str) -> bool:
    if text.isalpha():
        return text not in _OPERATORS
    found = tokens(text)
    return [token.kind for token in found] == ["word"] and len(pmids(found)) < 2


_is_short_word = lru_cache(maxsize=10_000)(_is_word)


def values(text: str, field: str) -> list[str]:
    """Return the identifiers that a text lists, as typed; a DOI may hold commas, and others blanks."""
    return list(filter(None, _BETWEEN_PMIDS.split(text) if field in LISTED else [text.strip()]))


def _tokens(text: str, start: int) -> Iterator[Token]:
    place = 0
    while found := _token_at(text, place):
        first, place = found.span()
        kind = found.lastgroup or ""
        if kind == "space":
            continue
        if kind in BY_NAME:
            yield Token("id", found[kind], kind, start + first, start + place)
        elif kind == "operator":
            yield Token(kind, _SIGNS.get(found[0][0], found[0]), "", start + first, start + place)
        else:
            yield Token(kind, found[0], "", start + first, start + place)


def _token_at(text: str, place: int) -> re.Match[str] | None:
    found = _IDENTIFIER.match(text, place) if text[place : place + 1] in _FIRST else None
    return found if found and _is_id(found) else _TOKEN.match(text, place)


def _is_id(found: re.Match[str]) -> bool:
    field = found.lastgroup or ""
    return all(BY_NAME[field].normal(value) for value in values(found[field], field))


def _with_whole_ranges(found: list[Token]) -> list[Token]:
    """Write "2019"[dp] : "2021"[dp], as PubMed's advanced search does, as one range with one tag."""
    place = 0
    while place + 5 <= len(found):
        low, tag, to, high, last = found[place : place + 5]
        if (
            (to.text, tag.kind, last.kind) == (":", "tag", "tag")
            and low.is_operand
            and high.is_operand
            and (column := _column(tag))
            and column == _column(last)
        ):
            merged = Token("word", f"{low.bare}:{high.bare}", "", low.start, high.end)
            found[place : place + 5] = [merged, last]
        place += 1
    return found


def _column(tag: Token) -> str:
    meant = meaning(tag.text[1:-1])
    return meant.column if meant else ""
