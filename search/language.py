"""Text -> tree. Total: no text of any kind raises; what was passed over or read in a special way is a notice.

words are all required      "motor neurons" is a phrase       riluz* is any word that starts so
AND OR NOT ( ) work as in PubMed, from left to right, in capitals
title:word   author:"smith j"   word[ti]   smith j[au]   2019:2023[dp]   year:2021
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from msgspec import Struct, structs

from index.analysis import STOP_WORDS, analyze
from index.schema import BY_TAG, DATE_TAGS, GROUP_TAGS, Kind
from search.query import And, Dates, Every, Node, Not, Or, Phrase, Prefix, Term
from search.results import Notice, NoticeKind

MAX_LENGTH: Final = 1_000
"""Characters of a query that are read; what comes after is passed over, with a notice."""

MAX_WORDS: Final = 64
_MAX_DEPTH: Final = 20
_MIN_PREFIX: Final = 3

_TOKEN: Final = re.compile(
    r"""(?P<quoted>"[^"]*"?)
      | (?P<tag>\[[^\[\]]*\])
      | (?P<open>\()
      | (?P<close>\))
      | (?P<field>[A-Za-z]+:(?!//)(?=[^\s:)\]]))
      | (?P<word>[^\s"()\[\]]+)
      | (?P<stray>[\[\]])
      | (?P<space>\s+)""",
    re.VERBOSE,
)
_DATE: Final = re.compile(r"(\d{4})(?:[/-](\d{1,2}))?(?:[/-](\d{1,2}))?")
_RANGE: Final = re.compile(
    rf"(?P<low>{_DATE.pattern})?(?P<to>\s*(?::|\.\.)\s*|\s*-\s*(?=\d{{4}}))?(?P<high>{_DATE.pattern})?"
)
_DOI: Final = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:)?(10\.\d{4,9}/\S+)", re.IGNORECASE)
_PMCID: Final = re.compile(r"PMC\d+", re.IGNORECASE)
_OPERATORS: Final = ("AND", "OR", "NOT")
_SMALL_OPERATORS: Final = frozenset({"or", "not"})


class Understood(Struct, frozen=True):
    """What a query means: the tree, and what the reader should know of how it was read."""

    tree: Node
    notices: tuple[Notice, ...] = ()


class _Token(NamedTuple):
    kind: str
    text: str


def understand(text: str) -> Understood:
    """Return what a query means: every article if it is empty, none if there is nothing to look for in it."""
    reader = _Reader(text)
    tree = reader.group(depth=0)
    if tree is None and text.strip():
        reader.note(NoticeKind.IGNORED, "There is no word in this query that could be searched for.")
    return Understood(tree or (Or(()) if text.strip() else Every()), tuple(dict.fromkeys(reader.notices)))


class _Reader:
    """Reads tokens from left to right; `notices` gathers what the reader should know."""

    def __init__(self, text: str) -> None:
        self.notices: list[Notice] = []
        if len(text) > MAX_LENGTH:
            self.note(NoticeKind.LIMITED, f"Only the first {MAX_LENGTH} characters of the query were read.")
        found = _TOKEN.finditer(text[:MAX_LENGTH])
        tokens = [_Token(match.lastgroup or "", match[0]) for match in found if match.lastgroup != "space"]
        if len(tokens) > MAX_WORDS:
            self.note(NoticeKind.LIMITED, f"Only the first {MAX_WORDS} words of the query were read.")
        self._tokens = tokens[:MAX_WORDS]
        self._place = 0

    def note(self, kind: NoticeKind, message: str) -> None:
        """Add a notice."""
        self.notices.append(Notice(kind, message))

    def _peek(self) -> _Token | None:
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
                self.note(NoticeKind.IGNORED, "A closing parenthesis without an opening one was ignored.")
            elif token.text in _OPERATORS and token.kind == "word":
                self._place += 1
                if operator or (tree is None and token.text != "NOT"):
                    self.note(NoticeKind.IGNORED, f"{operator or token.text} stands alone and was ignored.")
                operator = token.text
            else:
                node = self._operand(depth)
                tree = _joined(tree, operator, node) if node else tree
                operator = ""
        else:
            if depth:
                self.note(NoticeKind.UNDERSTOOD, "A parenthesis was left open; it was closed at the end.")
        if operator:
            self.note(NoticeKind.IGNORED, f"{operator} at the end has nothing after it and was ignored.")
        return tree

    def _operand(self, depth: int) -> Node | None:
        token = self._tokens[self._place]
        if token.kind == "open":
            self._place += 1
            if depth >= _MAX_DEPTH:
                self.note(NoticeKind.LIMITED, f"Parentheses nested deeper than {_MAX_DEPTH} were ignored.")
                return None
            return self.group(depth + 1)
        if token.kind == "field":
            return self._after_field(depth)
        if token.kind in {"tag", "stray"}:
            self._place += 1
            self.note(NoticeKind.IGNORED, f"{token.text} has no word before it and was ignored.")
            return None
        return self._run()

    def _after_field(self, depth: int) -> Node | None:
        """Read `field:word`, `field:"a phrase"` and `field:(a group)`; an unknown field is a word."""
        token = self._tokens[self._place]
        self._place += 1
        name = token.text[:-1].lower()
        following = self._peek()
        if following is None or not _is_known(name):
            words = token.text + (following.text if following and following.kind == "word" else "")
            self._place += bool(following and following.kind == "word")
            self.note(NoticeKind.UNDERSTOOD, f"There is no field {name!r}; its name was searched as a word.")
            return self._loose(words) if words.strip(":") else None
        self._place += 1
        if following.kind in {"quoted", "word"}:
            return self._tagged([following], name)
        self._place -= 1
        if following.kind == "open" and name not in DATE_TAGS:
            group = self._operand(depth)
            return _within(group, _fields(name)) if group else None
        self.note(NoticeKind.IGNORED, f"{token.text} has no word after it and was ignored.")
        return None

    def _run(self) -> Node | None:
        """Read words up to something else; a tag behind them makes one phrase of them all."""
        words: list[_Token] = []
        while (token := self._peek()) and token.kind in {"word", "quoted"} and token.text not in _OPERATORS:
            self._place += 1
            words.append(token)
            if token.kind == "quoted":
                break
            following = self._peek()
            if following and following.kind == "quoted":
                break
        tag = self._peek()
        if tag and tag.kind == "tag":
            self._place += 1
            name = " ".join(tag.text[1:-1].lower().split())
            if _is_known(name):
                return self._tagged(words, name)
            self.note(NoticeKind.IGNORED, f"There is no field {tag.text}; it was ignored.")
        nodes = [node for word in words if (node := self._untagged(word))]
        nodes = self._without_stop_words(nodes)
        return And(tuple(nodes)) if len(nodes) > 1 else nodes[0] if nodes else None

    def _without_stop_words(self, nodes: list[Node]) -> list[Node]:
        """Pass over words that say nothing, unless there is nothing else."""
        small = [node.text for node in nodes if isinstance(node, Term) and node.text in _SMALL_OPERATORS]
        for word in small:
            self.note(NoticeKind.UNDERSTOOD, f"{word} was read as a word; the operator is {word.upper()}.")
        passing = STOP_WORDS | _SMALL_OPERATORS
        telling = [node for node in nodes if not (isinstance(node, Term) and node.text.lower() in passing)]
        if telling and len(telling) < len(nodes):
            passed = [node.text for node in nodes if isinstance(node, Term) and node not in telling]
            were = "was" if len(passed) == 1 else "were"
            self.note(
                NoticeKind.IGNORED,
                f"{', '.join(passed)} {were} passed over as too common; quote a phrase to keep them.",
            )
        return telling or nodes

    def _untagged(self, token: _Token) -> Node | None:
        if token.kind == "quoted":
            return self._phrase(token.text, ())
        return self._loose(token.text)

    def _loose(self, word: str, fields: tuple[str, ...] = ()) -> Node | None:
        """Read one word: an identifier, the start of a word, or a word."""
        if not fields:
            if doi := _DOI.fullmatch(word):
                return Term(doi[1].rstrip(".,;"), ("doi",))
            if _PMCID.fullmatch(word):
                return Term(word, ("pmcid",))
        if word.endswith("*"):
            stump = analyze(word.rstrip("*"))
            if len(stump) == 1 and len(stump[0].term) >= _MIN_PREFIX:
                return Prefix(word.rstrip("*"), fields)
            self.note(
                NoticeKind.IGNORED,
                f"The * of {word} was ignored: at least {_MIN_PREFIX} letters must stand before it.",
            )
        if not analyze(word):
            if word.strip("*&|+-/.,;:!?"):
                self.note(NoticeKind.IGNORED, f"{word} has no letter or digit and was ignored.")
            return None
        return Term(word, fields)

    def _phrase(self, quoted: str, fields: tuple[str, ...]) -> Node | None:
        text = quoted.strip('"')
        if not quoted.endswith('"') or len(quoted) == 1:
            self.note(NoticeKind.UNDERSTOOD, "A quotation mark was left open; it was closed at the end.")
        return Phrase(text, fields) if analyze(text) else None

    def _tagged(self, tokens: list[_Token], name: str) -> Node | None:
        text = " ".join(token.text.strip('"') if token.kind == "quoted" else token.text for token in tokens)
        if name in DATE_TAGS:
            return self._dates(text)
        fields = _fields(name)
        if fields and BY_TAG[fields[0]].kind is Kind.ID:
            return (
                Or(tuple(Term(each, fields) for each in text.split())) if " " in text else Term(text, fields)
            )
        if tokens[0].kind == "quoted":
            return self._phrase(tokens[0].text, fields)
        if len(tokens) == 1:
            return self._loose(text, fields)
        return Phrase(text, fields) if analyze(text) else None

    def _dates(self, text: str) -> Node | None:
        match = _RANGE.fullmatch(text.strip())
        if not match or not (match["low"] or match["high"]):
            self.note(
                NoticeKind.IGNORED,
                f"{text} is no date and was ignored; write 2021, 2019:2023 or 2023/05:2024/01.",
            )
            return None
        low = _day(match["low"], last=False) if match["low"] else 0
        high = _day(match["high"] or ("" if match["to"] else match["low"]), last=True)
        if low > high:
            self.note(NoticeKind.UNDERSTOOD, f"{text} runs backwards; it was read the other way round.")
            low, high = _day(match["high"], last=False), _day(match["low"], last=True)
        return Dates(low, high)


def _is_known(name: str) -> bool:
    return name in BY_TAG or name in GROUP_TAGS or name in DATE_TAGS


def _fields(name: str) -> tuple[str, ...]:
    return (BY_TAG[name].name,) if name in BY_TAG else GROUP_TAGS[name]


def _within(node: Node, fields: tuple[str, ...]) -> Node:
    """Return a tree whose words are looked for in these fields, but where they name their own."""
    match node:
        case Term() | Phrase() | Prefix():
            return node if node.fields else structs.replace(node, fields=fields)
        case And() | Or():
            return structs.replace(node, nodes=tuple(_within(each, fields) for each in node.nodes))
        case Not():
            return Not(_within(node.node, fields))
        case _:
            return node


def _joined(tree: Node | None, operator: str, node: Node) -> Node:
    """Join what was read so far with the next operand, as PubMed does: from left to right."""
    if operator == "NOT":
        return And((*_parts(tree, And), Not(node)))
    if tree is None:
        return node
    kind = Or if operator == "OR" else And
    return kind((*_parts(tree, kind), *_parts(node, kind)))


def _parts(tree: Node | None, kind: type[And | Or]) -> tuple[Node, ...]:
    if tree is None:
        return (Every(),)
    return tree.nodes if isinstance(tree, kind) else (tree,)


def _day(text: str, *, last: bool) -> int:
    """Return a date as a number; what it leaves out counts as the first, or the last, that it could be."""
    match = _DATE.fullmatch(text)
    if not match:
        return 99_999_999
    year, month, day = (int(part) if part else 0 for part in match.groups())
    return year * 10_000 + (month or (99 if last else 0)) * 100 + (day or (99 if last else 0))
