"""What a text means in fields: a word, a phrase, the start of a word, a name, identifiers, a filter.

Each function is total, and what it makes it leaves as it is if it is given that again.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from index.analysis.analyzer import COMPOUND
from index.attributes import FILTERS, VALUE_WORDS, key
from index.languages import LANGUAGES
from index.schema import BY_NAME, EVERYWHERE, Kind, normal_issn
from index.tags import TEXT_WORD
from search.language.readings import MIN_STUMP, SHORT, typed_words
from search.language.tokens import plain, values
from search.query import And, Every, Node, Not, Or, Phrase, Prefix, Proximity, Term

if TYPE_CHECKING:
    from collections.abc import Iterable

# PubMed makes blanks of these (User Guide, "Special characters"), as it does of hyphens and apostrophes, but
# those hold a word together here, as a slash does: TDP-43, O'Brien, ALS/FTD.
_PARTING: Final = re.compile(r"""[\s!\#$%*+.,;<>=?\\^_{}~"()\[\]&|:]""")
_OPERATORS: Final = frozenset({"AND", "OR", "NOT"})
_SUFFIXES: Final = frozenset({"jr", "sr", "2nd", "3rd", "4th", "ii", "iii", "iv"})
_FULL_NAMES: Final = ("author", "fullname")

MAX_DISTANCE: Final = 1_000
"""Words that may stand between two that are looked for near each other."""


def conjunction(nodes: Iterable[Node]) -> Node:
    """Return the tree for all of these, flat: one of them for itself, none for every article.

    A Not comes after something that it is taken from.
    """
    flat: list[Node] = []
    for node in nodes:
        flat += node.nodes if isinstance(node, And) else (node,)
    if flat and isinstance(flat[0], Not):
        flat.insert(0, Every())
    return flat[0] if len(flat) == 1 else And(tuple(flat)) if flat else Every()


def disjunction(nodes: Iterable[Node]) -> Node:
    """Return the tree for any of these, flat: one of them for itself; none is found nowhere."""
    flat: list[Node] = []
    for node in nodes:
        flat += node.nodes if isinstance(node, Or) else (node,)
    return flat[0] if len(flat) == 1 else Or(tuple(flat))


def pieces(text: str) -> list[str]:
    """Return the words of a text, each from its first letter to its last; those joined by signs are one.

    Operators are written small, since in capitals they would be read as what they are.
    """
    return list(_short(text) if len(text) <= SHORT else _pieces(text))


def _pieces(text: str) -> tuple[str, ...]:
    text = plain(text)
    spans: list[tuple[int, int]] = []
    for word in typed_words(text):
        start, end = word[0].start, word[0].end
        if spans and not _PARTING.search(text, spans[-1][1], start):
            start = spans.pop()[0]
        spans.append((start, end))
    found = (text[start:end] for start, end in spans)
    return tuple(piece.lower() if piece in _OPERATORS else piece for piece in found)


_short = lru_cache(maxsize=10_000)(_pieces)


def leaf(
    text: str, fields: tuple[str, ...] = (), *, is_open: bool = False, is_exact: bool = False
) -> Node | None:
    """Return what a text means in fields; None where there is nothing in it that can be looked for.

    Not exact, several words are a phrase all the same. An open text ends with how a word starts; one too
    short for that is not open. What fields do to words: identifiers get their one spelling, names of people
    are found in every order, languages by their first letters, and an ISSN is no name of a journal.
    """
    if _are_ids(fields):
        return identifiers(text, fields)
    is_open = is_open and not is_too_short(text)
    words = pieces(text)
    bare = " ".join(words)
    if fields == ("journal",) and not is_open and (issn := normal_issn(bare)):
        return Term(issn, ("issn",))
    if is_exact:
        return _exact(text, fields, is_open=is_open)
    if not is_open:
        if fields == ("author",):
            return _name(text)
        if fields == ("language",):
            words = [_language(bare)] if len(words) == 1 else words
        if fields in {(), EVERYWHERE, TEXT_WORD} and len(words) == 1 and key(bare) in VALUE_WORDS:
            return Term(key(bare), ("has",))
    return _row(words, fields, is_open=is_open)


def near(text: str, fields: tuple[str, ...], distance: int) -> Node | None:
    """Return the tree for words near each other; a single one is that word, and an identifier what it is."""
    if _are_ids(fields) or len(typed_words(plain(text))) < 2:
        return leaf(text, fields)
    return Proximity(" ".join(pieces(text)), fields, min(max(distance, 0), MAX_DISTANCE))


def identifiers(text: str, fields: tuple[str, ...]) -> Node | None:
    """Return the tree for identifiers, any of which will do, each in the first field that knows it."""
    if fields == ("has",):
        return Term(key(plain(text)), fields) if key(plain(text)) else None
    bare = " ".join(plain(text).replace('"', " ").split())
    found = [each for each in values(bare, fields[0]) if (each.casefold(), fields[0]) != ("orcid", "orcid")]
    return disjunction(_identifier(each, fields) for each in found) if found else None


def filtered(text: str) -> Node | None:
    """Return the tree for one of PubMed's filters: free full text, review, english; None for any other text.

    `all` and `none` are filters, too.
    """
    name = key(plain(text))
    if name in {"all", "none"}:
        return Every() if name == "all" else Or(())
    field, value = FILTERS.get(name, ("", ""))
    return leaf(value, (field,)) if field else None


def is_one_word(text: str) -> bool:
    """Say whether words with blanks between them are the one name of something: TDP 43, non invasive."""
    # Two compounds are two words at least; that they are two is told without reading them.
    return len(COMPOUND.findall(text)) == 1 and len(typed_words(text)) == 1


def is_too_short(text: str) -> bool:
    """Say whether too few letters stand at the end of a text for it to be how a word starts."""
    words = typed_words(plain(text))
    return not words or len(words[-1][0].word) < MIN_STUMP


def without_star(text: str) -> tuple[str, bool]:
    """Return a text without the stars at its end, and whether there were any."""
    bare = plain(text).rstrip("* \t\r\n")
    return bare, "*" in plain(text)[len(bare) :]


def _are_ids(fields: tuple[str, ...]) -> bool:
    return bool(fields) and all(BY_NAME[name].kind is Kind.ID for name in fields)


def _exact(text: str, fields: tuple[str, ...], *, is_open: bool) -> Node | None:
    text = " ".join(plain(text).replace('"', " ").split()).rstrip("* ")
    words = typed_words(text)
    if not words:
        return None
    if len(words) == 1:
        if is_open:
            return _row(pieces(text), fields, is_open=True)
        return Term(text[words[0][0].start : words[0][0].end], fields, is_exact=True)
    return Phrase(text, fields, is_open=is_open, is_exact=True)


def _row(words: list[str], fields: tuple[str, ...], *, is_open: bool = False) -> Node | None:
    """Return the tree for words next to each other."""
    if not words:
        return None
    text = " ".join(words)
    if len(words) > 1:
        return Phrase(text, fields, is_open=is_open)
    return Prefix(text, fields) if is_open else Term(text, fields)


def _identifier(text: str, fields: tuple[str, ...]) -> Term:
    for field in fields:
        if normal := BY_NAME[field].normal(text):
            return Term(normal, (field,))
    return Term(text, (fields[0],))


def _name(text: str) -> Node | None:
    """Return the tree for an author by PubMed's rules: smith j finds JA and JB, full names come in any order.

    A comma behind the last name says which it is.
    """
    last, comma, fore = text.partition(",")
    words = _with_initials(pieces(last) + pieces(fore))
    bare = [word for word in words if word.casefold() not in _SUFFIXES] or words
    if len(bare) < 2 or (len(bare) == 2 and len(bare[1]) == 1):
        return _row(words, ("author",))
    given = _row(words, _FULL_NAMES)
    if given is None or len(bare[-1]) <= 2:
        return given
    if comma and pieces(last) and pieces(fore):
        return _row(words, ("fullname",))
    return disjunction(filter(None, (given, _row([words[-1], *words[:-1]], ("fullname",)))))


def _with_initials(words: list[str]) -> list[str]:
    """Write initials that stand apart at the end as one: Smith J A is Smith JA."""
    alone = 0
    while alone < len(words) and len(words[-1 - alone]) == 1:
        alone += 1
    return [*words[:-alone], "".join(words[-alone:])] if 2 <= alone < len(words) else words


def _language(text: str) -> str:
    """Return the name of the language that three letters begin, if they are no code themselves."""
    stump = text.casefold()
    if len(stump) != 3 or stump in LANGUAGES:
        return text
    names = [name for _, name in LANGUAGES.values() if name.casefold().startswith(stump)]
    return names[0] if len(names) == 1 else text
