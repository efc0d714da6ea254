"""Suggestions while a query is typed: what its last words may become, and the query that each makes."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from index.segments.suggestions import EntryKind
from search.language.tokens import plain, tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.segments.suggestions import Entry, Suggestions
    from search.language.tokens import Token

LIMIT: Final = 10
"""How many suggestions are made where nobody says."""

MAX_LENGTH: Final = 200
"""Characters of what is typed last that are looked at."""

_SHARE: Final = 0.6
"""The share of suggestions that may be of one kind, where there are others."""

_OPERATORS: Final = frozenset({"AND", "OR", "NOT"})


class Suggestion(Struct, frozen=True):
    """A suggestion: its text as readers see it, what it is, in how many articles (0: not counted), its query.

    `name` is what the vocabulary calls the same thing, where that is not the text itself.
    """

    text: str
    kind: EntryKind
    count: int
    query: str
    name: str = ""


def suggest(suggestions: Suggestions, typed: str, limit: int = LIMIT) -> tuple[Suggestion, ...]:
    """Return what the words at the end of a query may become, the most useful first, `limit` at most.

    The last word may go on; those before it must be in what is suggested. What stands before these words is
    kept in each query. There is no suggestion behind a tag, an identifier, or the closing quote of a phrase.
    """
    start, text = _typed_last(plain(typed))
    numbers = suggestions.starting(text[-MAX_LENGTH:], 3 * limit)
    entries = _mixed([suggestions.entry(number) for number in numbers], limit)
    before = typed[:start]
    return tuple(_suggestion(entry, before) for entry in entries)


def _typed_last(query: str) -> tuple[int, str]:
    """Return where the words at the end of a query start, and what they are."""
    found = tokens(query)
    if found and found[-1].kind == "quoted" and found[-1].text.count('"') == 1:
        return found[-1].start, found[-1].bare
    run: list[Token] = []
    for token in reversed(found):
        if token.kind != "word":
            break
        run.append(token)
    is_of_field = len(run) < len(found) and found[-len(run) - 1].kind in {"field", "id"}
    if not run or is_of_field or run[0].text.endswith("*"):
        return len(query), ""
    return run[-1].start, query[run[-1].start :]


def _mixed(entries: Sequence[Entry], limit: int) -> list[Entry]:
    """Return the first entries, but not too many of a kind where there are others; in order."""
    most = max(1, round(limit * _SHARE))
    kinds: Counter[EntryKind] = Counter()
    kept: list[int] = []
    later: list[int] = []
    for number, entry in enumerate(entries):
        kinds[entry.kind] += 1
        (kept if kinds[entry.kind] <= most else later).append(number)
    chosen = sorted([*kept, *later][:limit])
    return [entries[number] for number in chosen]


def _suggestion(entry: Entry, before: str) -> Suggestion:
    name = entry.meant if entry.kind is EntryKind.CONCEPT and entry.meant != entry.text else ""
    return Suggestion(entry.text, entry.kind, entry.count, before + _query(entry, bool(before.strip())), name)


def _query(entry: Entry, is_continued: bool) -> str:  # noqa: FBT001 - private
    """Return the query that finds what was suggested, as one operand where it stands behind others."""
    match entry.kind:
        case EntryKind.AUTHOR:
            return f"{_quoted(entry.text)}[au]"
        case EntryKind.JOURNAL:
            return f"{_quoted(entry.text)}[ta]"
        case EntryKind.TITLE:
            return _of_article(entry.meant) or f"{_quoted(entry.text)}[ti]"
        case EntryKind.CONCEPT | EntryKind.KEYWORD:
            words = _plain_words(entry.text)
    return f"({words})" if is_continued and " " in words and not words.startswith('"') else words


def _of_article(key: str) -> str:
    """Return the query for the article with a key."""
    if key.isdigit():
        return f"{key}[pmid]"
    if key.startswith("PMC"):
        return f"{key}[pmcid]"
    return f"{_quoted(key)}[doi]" if key else ""


def _plain_words(text: str) -> str:
    """Return a text so that each of its words is looked for, or in quotes where it would be read as more."""
    found = tokens(plain(text))
    is_plain = all(token.kind == "word" and not token.text.endswith("*") for token in found)
    return text if is_plain and _OPERATORS.isdisjoint(text.split()) else _quoted(text)


def _quoted(text: str) -> str:
    return '"' + plain(text).replace('"', " ").strip() + '"'
