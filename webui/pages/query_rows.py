"""A query as rows of operator, field and words; and back, where it is a plain chain of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from index.schema import DATE_COLUMNS, FIELDS
from index.tags import GROUPS, OTHERS, Rule
from search.language.language import understand
from search.language.tokens import plain, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

OPERATORS: Final = ("AND", "OR", "NOT")
MATCHES: Final = {"all": "all of the words", "any": "any of the words", "phrase": "just this phrase"}
"""How the words of a row are looked for."""

MOST: Final = 20
"""The most rows."""

_DATES: Final = {"year": DATE_COLUMNS[0].title} | {column.name: column.title for column in DATE_COLUMNS[1:]}
_WORKS: Final = {other.tags[0]: other.title for other in OTHERS if other.rule is not Rule.FILTER}
CHOICES: Final = {
    "Often used": {
        "": "everywhere",
        "tiab": "title, abstract, keywords",
        "all": "everywhere, by no other name",
    },
    "Fields": {field.name: field.title for field in FIELDS},
    "Dates": _DATES,
    "References": _WORKS,
}
"""The fields to choose from: the tag that a query has for each, and its title, in groups."""

FIELD_TAGS: Final = frozenset(tag for group in CHOICES.values() for tag in group)
_TAG_OF: Final = {
    tag.casefold(): name
    for tags, name in (
        *((field.tags, field.name) for field in FIELDS),
        *((column.tags, name) for column, name in zip(DATE_COLUMNS, _DATES, strict=True)),
        *((group.tags, group.tags[0]) for group in GROUPS if group.tags[0] in {"tiab", "all"}),
        *((other.tags, other.tags[0]) for other in OTHERS if other.tags[0] in _WORKS),
    )
    for tag in tags
}
_SPAN: Final = re.compile(r"(\d{4})\s*(?:to|-|\N{EN DASH}|:)\s*(\d{4})")
_BARE: Final = re.compile(r"[\w*./:+-]+")
_PART: Final = re.compile(
    r"""(?:(?P<before>\w+):)?
        (?: "(?P<phrase>[^"]*)" | \((?P<group>[^()]*)\) | (?P<words>[^()"\[\]]+?) )
        \s* (?:\[(?P<after>[^\[\]]+)\])?""",
    re.VERBOSE,
)


class QueryRow(Struct, frozen=True, kw_only=True):
    """A row: how it joins those above, the tag of its field, its words, and how they are looked for."""

    operator: str = "AND"
    field: str = ""
    match: str = "all"
    words: str = ""


def query_of(rows: Sequence[QueryRow]) -> str:
    """Return the query that rows make; they are joined from the first to the last, as in PubMed.

    Rows without words are passed over, and the operator of the first is.
    """
    filled = [row for row in rows if row.words.strip()]
    if len(filled) == 1 and not filled[0].field and filled[0].match == "all":
        return _one_line(filled[0].words)
    query = ""
    for row in filled:
        query += f" {row.operator} {_written(row)}" if query else _written(row)
    return query


def rows_of(query: str, today: date) -> tuple[QueryRow, ...] | None:
    """Return the rows that make a query; None where it is no plain chain, so that none mean the same."""
    if not query.strip():
        return ()
    rows = []
    for operator, text in _parts(plain(query)):
        row = _row(operator, text.strip())
        if row is None:
            return None
        rows.append(row)
    same = understand(query_of(rows), today=today).tree == understand(query, today=today).tree
    return tuple(rows) if same and len(rows) <= MOST else None


def _written(row: QueryRow) -> str:
    words = _one_line(row.words)
    before = f"{row.field}:" if row.field else ""
    if row.field in _DATES:
        span = _SPAN.sub(r"\1:\2", words.replace('"', ""))
        return f'{before}"{span}"' if " " in span else f"{before}{span}"
    if row.match == "phrase":
        return f'{before}"{words.replace(chr(34), " ").strip()}"'
    if row.match == "any":
        words = re.sub(r"\s+OR\s+|\s+", " OR ", words.replace('"', "").replace("(", "").replace(")", ""))
    if _BARE.fullmatch(words) or row.field in _WORKS:
        return f"{before}{words}"
    return f"{before}({_balanced(words)})"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _balanced(words: str) -> str:
    """Return words whose quotation marks and parentheses come in pairs; where they do not, without them."""
    if words.count('"') % 2:
        words = words.replace('"', " ")
    depth = 0
    for sign in words:
        depth += (sign == "(") - (sign == ")")
        if depth < 0:
            break
    return _one_line(words if depth == 0 else re.sub("[()]", " ", words))


def _parts(query: str) -> Iterator[tuple[str, str]]:
    """Yield the parts of a query between the operators that stand in no parentheses, each with its own."""
    depth, start, operator = 0, 0, "AND"
    for token in tokens(query):
        depth += (token.kind == "open") - (token.kind == "close")
        if token.kind == "operator" and depth == 0:
            yield operator, query[start : token.start]
            operator, start = token.text, token.end
    yield operator, query[start:]


def _row(operator: str, text: str) -> QueryRow | None:
    found = _PART.fullmatch(text)
    if not found or (found["before"] and found["after"]):
        return None
    tag = found["before"] or found["after"] or ""
    if tag and tag.casefold() not in _TAG_OF:
        return None
    field = _TAG_OF[tag.casefold()] if tag else ""
    if found["phrase"] is not None:
        match = "all" if field in _DATES else "phrase"
        return QueryRow(operator=operator, field=field, match=match, words=found["phrase"])
    words = found["group"] if found["group"] is not None else found["words"]
    return QueryRow(operator=operator, field=field, words=words)
