"""Text -> tree. Total: no text of any kind raises; what was passed over or read in a special way is a notice.

words are all required      "motor neurons" is a phrase, as typed      riluz* is any word that starts so
AND OR NOT & | ( ) work as in PubMed, from left to right, in capitals
word[ti]   smith j[au]   title:word   title:(a group)   word[ti,ab]   "near each other"[tiab:~3]
2019:2023[dp]   year:2021   "last 5 years"[edat]   free full text[sb]   hasabstract   cites:39337454

`search.language.printing` writes a tree back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from index.tags import meaning, unanswered
from search.language.leaves import conjunction, disjunction, pieces
from search.language.operands import Operands, taken
from search.language.remarks import Remarks
from search.language.tokens import Token, plain, tokens
from search.query import Every, Node, Not, Or
from search.results import Notice

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import date

    from index.tags import Meaning

MAX_LENGTH: Final = 4_000
"""Characters of a query that are read; what comes after is passed over, with a notice."""

MAX_WORDS: Final = 256
"""Words, phrases and identifiers that are read."""

MAX_DEPTH: Final = 20
"""Parentheses within parentheses."""

MAX_TURNS: Final = 20
"""How often AND and OR may take turns: each time, all that stands before becomes one part of the next."""


class Understood(Struct, frozen=True):
    """What a query means: the tree, and what the reader should know of how it was read.

    `neighbors` are the plain words that were typed one after the other, which AND in the tree does not tell:
    only such words can be a name.
    """

    tree: Node
    notices: tuple[Notice, ...] = ()
    neighbors: frozenset[tuple[Node, Node]] = frozenset()


def understand(
    text: str, *, today: date | None = None, explode: Callable[[str], Collection[str]] | None = None
) -> Understood:
    """Return what a query means: every article if it is empty, none if there is nothing to look for in it.

    `today` is the day that "last 5 years" counts from. `explode` gives, for a MeSH heading as typed, all that
    [mh] and [majr] look for with it, the narrower ones; it is not asked after `:noexp`.
    """
    query = plain(text)[:MAX_LENGTH]
    remarks = Remarks(query)
    if len(text) > MAX_LENGTH:
        remarks.limited(f"Only the first {MAX_LENGTH:,} characters of the query were read.")
    operands = Operands(remarks, today, explode)
    tree = _Reader(query, remarks, operands).group(depth=0)
    if tree is None and text.strip():
        remarks.ignored("There is no word in this query that could be searched for.")
    return Understood(
        tree or (Or(()) if text.strip() else Every()), remarks.notices(), frozenset(operands.neighbors)
    )


class _Reader:
    """Reads tokens from left to right."""

    def __init__(self, query: str, remarks: Remarks, operands: Operands) -> None:
        self._remarks = remarks
        self._operands = operands
        self._words = 0
        self._tokens = self._first_words(tokens(query))
        self._place = 0
        self._turns = 0

    def _first_words(self, found: list[Token]) -> list[Token]:
        """Return as many tokens as are read, given those that were taken before."""
        for place, token in enumerate(found):
            self._words += _words_in(token)
            if self._words > MAX_WORDS:
                self._remarks.limited(f"Only the first {MAX_WORDS} words of the query were read.")
                return found[:place]
        return found

    def _peek(self) -> Token | None:
        return self._tokens[self._place] if self._place < len(self._tokens) else None

    def group(self, depth: int) -> Node | None:
        """Read up to the closing parenthesis that ends this group, or to the end of the query."""
        tree: Node | None = None
        operator = ""
        while token := self._peek():
            if token.kind == "close":
                self._place += 1
                if depth:
                    break
                self._remarks.ignored("A closing parenthesis without an opening one was ignored.")
            elif token.kind == "operator":
                self._place += 1
                if operator or (tree is None and token.text != "NOT"):
                    self._remarks.ignored(f"{operator or token.text} stands alone and was ignored.")
                operator = token.text
            else:
                for node in self._next(depth):
                    tree = self._joined(tree, operator, node)
                    operator = ""
                operator = ""
        else:
            if depth:
                self._remarks.understood("A parenthesis was left open; it was closed at the end.")
        if operator:
            self._remarks.ignored(f"{operator} at the end has nothing after it and was ignored.")
        return tree

    def _joined(self, tree: Node | None, operator: str, node: Node) -> Node:
        """Join what was read so far with the next operand, as PubMed does: from left to right."""
        if tree is None:
            return conjunction((Not(node),)) if operator == "NOT" else node
        join = disjunction if operator == "OR" else conjunction
        joined = join((tree, Not(node) if operator == "NOT" else node))
        if isinstance(tree, Or) and tree.nodes and not isinstance(joined, Or):
            self._turns += 1
            if self._turns > MAX_TURNS:
                self._remarks.limited("AND and OR take turns too often; the end of the query was not read.")
                self._place = len(self._tokens)
                return tree
        return joined

    def _next(self, depth: int) -> list[Node]:
        """Read what stands before the next operator, or less; all that is read is required."""
        token = self._tokens[self._place]
        if token.kind == "tag" and (inside := self._pasted(token)):
            before, after = self._tokens[: self._place], self._tokens[self._place + 1 :]
            self._tokens = [*before, *self._first_words(inside), *after]
            return self._next(depth) if self._peek() else []
        if token.kind in {"tag", "stray"}:
            self._place += 1
            self._remarks.ignored(f"{token.text} has no word before it and was ignored.")
            return []
        if token.kind in {"open", "field"}:
            node = self._parenthesis(depth) if token.kind == "open" else self._after_field(depth)
            return [node] if node else []
        return self._run()

    def _pasted(self, tag: Token) -> list[Token]:
        """Return what is in a title pasted with its brackets, as PubMed writes one that was translated."""
        inside = tag.text[1:-1]
        return [] if meaning(inside) or unanswered(inside) else tokens(inside, tag.start + 1)

    def _parenthesis(self, depth: int) -> Node | None:
        self._place += 1
        if depth >= MAX_DEPTH:
            self._remarks.limited(f"Parentheses nested deeper than {MAX_DEPTH} were ignored.")
            return None
        return self.group(depth + 1)

    def _after_field(self, depth: int) -> Node | None:
        """Read `field:word`, `field:"a phrase"` and `field:(a group)`; an unknown field is a word."""
        token = self._tokens[self._place]
        self._place += 1
        meant = meaning(token.text[:-1])
        following = self._peek()
        if not meant:
            return self._unknown_field(token)
        if following and following.is_operand:
            self._place += 1
            return self._operands.tagged([following], meant)
        if following and following.kind == "open":
            group = self._parenthesis(depth)
            return self._operands.within(group, meant) if group else None
        self._remarks.ignored(f"{token.text} has no word after it and was ignored.")
        return None

    def _unknown_field(self, token: Token) -> Node | None:
        name = token.text[:-1]
        if what := unanswered(name):
            self._remarks.ignored(f"{token.text} was ignored: articles do not tell {what} here.")
            return None
        undo = self._remarks.with_changes([(token, "")])
        self._remarks.understood(
            f"There is no field {name.lower()!r}; its name was searched as a word.", undo
        )
        words = [token._replace(kind="word", text=name)]
        if (following := self._peek()) and following.kind == "word":
            self._place += 1
            words.append(following)
        return conjunction(self._operands.untagged(words))

    def _run(self) -> list[Node]:
        """Read words up to something else; a tag behind them takes as many of the last as it can mean."""
        words: list[Token] = []
        while (token := self._peek()) and token.is_operand:
            self._place += 1
            words.append(token)
        tag = self._peek()
        if not tag or tag.kind != "tag":
            return self._operands.untagged(words)
        self._place += 1
        meant = self._meaning(tag)
        if not meant:
            return self._operands.untagged(words)
        count = taken(words, meant)
        nodes = self._operands.untagged(words[:-count])
        node = self._operands.tagged(words[-count:], meant, tag.text)
        return [*nodes, node] if node else nodes

    def _meaning(self, tag: Token) -> Meaning | None:
        """Return what a tag behind words means; where it means nothing here, the words stand without it."""
        inside = tag.text[1:-1]
        if meant := meaning(inside):
            return meant
        if what := unanswered(inside):
            self._remarks.ignored(f"{tag.text} was ignored: articles do not tell {what} here.")
        else:
            self._remarks.ignored(f"There is no field {tag.text}; it was ignored.")
        return None


def _words_in(token: Token) -> int:
    """Return how many words a token counts for: one without blanks may still be many."""
    if token.kind != "word":
        return int(token.is_operand)
    is_one = token.text.isascii() and token.text.isalnum()
    return 1 if is_one else max(1, len(pieces(token.text)))
