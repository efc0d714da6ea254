"""Tree -> query: what search details show, and what a query can be written back as.

`understand(to_query(tree)).tree == normal(tree)`, as long as the text is within the limits of the language;
every tree that `understand` made is normal already.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from msgspec import structs

from index.attributes import VALUE_WORDS
from index.schema import BY_NAME, DATE_COLUMNS, EVERYWHERE, Kind
from index.tags import tag_of
from search.language.dates import read_dates, write_dates
from search.language.language import MAX_DEPTH, understand
from search.language.leaves import conjunction, disjunction, filtered, leaf, near
from search.language.links import works
from search.language.tokens import is_word
from search.query import (
    And,
    CitedBy,
    Cites,
    Concept,
    Dates,
    Every,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Proximity,
    Term,
    Words,
)

_BARE: Final = re.compile(r"[\w.-]+", re.ASCII)
_EXPLODED: Final = (("mesh",), ("major",))
_DATE_TAG: Final = {column.name: column.tags[0] for column in DATE_COLUMNS}


_TRIES: Final = 3


def normal(tree: Node) -> Node:
    """Return the one form of a tree that the language can write, with the same meaning.

    And and Or are flat, hold two or more, and a Not stands in an And behind something else. Texts are as the
    language reads them in their fields. A concept is any of its names, without their weights; so that these
    stay just these, they ask for everywhere, and so does what only a tag keeps from being read as something
    else. Words that hold nothing to look for are an empty Or, and a date that is no day is the nearest one.
    """
    for _ in range(_TRIES):
        # Signs between words may go, and what is left of some be one word.
        found = _normal(tree)
        if found == tree:
            break
        tree = found
    return tree


def _normal(tree: Node) -> Node:
    match tree:
        case And(nodes):
            return conjunction(map(_member, nodes))
        case Or(nodes):
            return disjunction(map(_normal, nodes))
        case Not():
            return conjunction((_member(tree),))
        case Concept(typed, others):
            return disjunction(_asked(_normal(each)) for each in (typed, *others))
        case _:
            return _normal_leaf(tree)


def to_query(tree: Node) -> str:
    """Return a query that means a tree, every operator, parenthesis and field of it said.

    Where that nests parentheses too deep, those are left out that reading from left to right makes up for.
    """
    tree = normal(tree)
    return _written(tree, is_terse=_depth(tree) > MAX_DEPTH)


def _member(node: Node) -> Node:
    """Return the normal form of a node in an And, where a Not may stand."""
    return Not(_normal(node.node)) if isinstance(node, Not) else _normal(node)


def _normal_leaf(tree: Node) -> Node:
    found: Node | None = tree
    match tree:
        case Dates():
            read = read_dates(write_dates(tree), tree.column)
            found = read[0] if read else tree
        case Cites(key) | CitedBy(key):
            found = disjunction(type(tree)(each) for each in works(key))
        case Term(text, fields, is_exact):
            found = leaf(text, fields, is_exact=is_exact)
        case Phrase(text, fields, is_open, is_exact):
            found = leaf(text, fields, is_open=is_open, is_exact=is_exact)
        case Prefix(text, fields):
            found = leaf(text, fields, is_open=True)
        case Proximity(text, fields, distance):
            found = near(text, fields, distance)
    if isinstance(found, Words) and not found.fields and not _is_bare(found):
        return _asked(found)
    return found or Or(())


def _asked(node: Node) -> Node:
    """Return a tree whose words ask for everywhere where they asked for nothing."""
    match node:
        case And(nodes) | Or(nodes):
            return type(node)(tuple(map(_asked, nodes)))
        case Not(inner):
            return Not(_asked(inner))
        case Term() | Phrase() | Prefix() | Proximity() if not node.fields:
            return structs.replace(node, fields=EVERYWHERE)
        case _:
            return node


@lru_cache(maxsize=10_000)
def _is_bare(node: Words) -> bool:
    """Say whether words are read as just these where they stand without a tag."""
    match node:
        case Term(text, is_exact=False):
            return understand(text).tree == node
        case Prefix(text):
            return understand(f"{text}*").tree == node
        case Term() | Phrase():
            return node.is_exact
        case _:
            return False


def _depth(node: Node) -> int:
    """Return how deep parentheses nest if every one is written, and one more."""
    match node:
        case And(nodes) | Or(nodes) if nodes:
            return 1 + max(map(_depth, nodes))
        case Not(inner):
            return _depth(inner)
        case _:
            return 0


def _written(node: Node, *, is_terse: bool) -> str:
    match node:
        case And((first, *others)):
            return _first(first, is_terse=is_terse) + "".join(
                f" NOT {_operand(each.node, is_terse=is_terse)}"
                if isinstance(each, Not)
                else f" AND {_operand(each, is_terse=is_terse)}"
                for each in others
            )
        case Or((first, *others)):
            operands = (_operand(each, is_terse=is_terse) for each in others)
            return " OR ".join((_first(first, is_terse=is_terse), *operands))
        case Term() | Phrase() | Proximity() | Prefix():
            return _words(node)
        case _:
            return _other(node)


def _first(node: Node, *, is_terse: bool) -> str:
    return _written(node, is_terse=is_terse) if is_terse else _operand(node, is_terse=is_terse)


def _operand(node: Node, *, is_terse: bool) -> str:
    written = _written(node, is_terse=is_terse)
    return f"({written})" if isinstance(node, And | Or) and node.nodes else written


def _other(node: Node) -> str:
    match node:
        case Every():
            return "all[sb]"
        case Dates():
            return f"{write_dates(node)}[{_DATE_TAG.get(node.column, node.column)}]"
        case Cites(key):
            return f"cites:{_bare_or_quoted(key)}"
        case CitedBy(key):
            return f"citedby:{_bare_or_quoted(key)}"
        case _:
            return "none[sb]"


def _words(node: Words) -> str:
    tag = tag_of(node.fields)
    if isinstance(node, Proximity):
        return f'"{node.text}"[{tag}:~{node.distance}]'
    if node.fields and all(BY_NAME[name].kind is Kind.ID for name in node.fields):
        return _identifier(node.text, node.fields, tag)
    is_open = isinstance(node, Prefix) or (isinstance(node, Phrase) and node.is_open)
    text = f"{node.text}*" if is_open else node.text
    if node.fields in _EXPLODED and not is_open:
        tag += ":noexp"
    if getattr(node, "is_exact", False):
        text = f'"{text}"'
    return f"{text}[{tag}]" if node.fields else text


def _identifier(text: str, fields: tuple[str, ...], tag: str) -> str:
    if fields == ("has",):
        if text in VALUE_WORDS:
            return text
        tag = "sb" if filtered(text) == Term(text, fields) else tag
    return f"{_bare_or_quoted(text)}[{tag}]"


def _bare_or_quoted(text: str) -> str:
    return text if _BARE.fullmatch(text) and is_word(text) else f'"{text}"'
