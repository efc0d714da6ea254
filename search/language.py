"""Text -> tree. Total: no text of any kind raises; what was passed over or read in a special way is a notice.

words are all required      "motor neurons" is a phrase       riluz* is any word that starts so
AND OR NOT ( ) work as in PubMed, from left to right, in capitals
title:word   author:"smith j"   word[ti]   smith j[au]   2019:2023[dp]   year:2021
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

from msgspec import Struct, structs

from index.analysis import STOP_WORDS, analyze
from index.schema import BY_NAME
from index.tags import meaning
from search.dates import read_dates
from search.query import And, Every, Node, Not, Or, Phrase, Prefix, Term
from search.readings import MIN_STUMP, typed_words
from search.results import Notice, NoticeKind
from search.tokens import Token, pmids, tokens, values

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.tags import Meaning

MAX_LENGTH: Final = 1_000
"""Characters of a query that are read; what comes after is passed over, with a notice."""

MAX_WORDS: Final = 64
_MAX_DEPTH: Final = 20
_OPERATORS: Final = ("AND", "OR", "NOT")
_SMALL_OPERATORS: Final = {
    "or": "write OR in capitals to search for either",
    "not": "write NOT in capitals to leave out what follows it",
}
_SIGNS: Final = "*&|+-/.,;:!?"


class Understood(Struct, frozen=True):
    """What a query means: the tree, and what the reader should know of how it was read."""

    tree: Node
    notices: tuple[Notice, ...] = ()


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
        self._tokens = self._first_words(tokens(text[:MAX_LENGTH]))
        self._place = 0

    def _first_words(self, found: list[Token]) -> list[Token]:
        if len(found) > MAX_WORDS:
            self.note(NoticeKind.LIMITED, f"Only the first {MAX_WORDS} words of the query were read.")
        return found[:MAX_WORDS]

    def note(self, kind: NoticeKind, message: str) -> None:
        """Add a notice."""
        self.notices.append(Notice(kind, message))

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
                self.note(NoticeKind.IGNORED, "A closing parenthesis without an opening one was ignored.")
            elif token.text in _OPERATORS and token.kind == "word":
                self._place += 1
                if operator or (tree is None and token.text != "NOT"):
                    self.note(NoticeKind.IGNORED, f"{operator or token.text} stands alone and was ignored.")
                operator = token.text
            else:
                for node in self._operands(depth):
                    tree = _joined(tree, operator, node)
                    operator = ""
                operator = ""
        else:
            if depth:
                self.note(NoticeKind.UNDERSTOOD, "A parenthesis was left open; it was closed at the end.")
        if operator:
            self.note(NoticeKind.IGNORED, f"{operator} at the end has nothing after it and was ignored.")
        return tree

    def _operands(self, depth: int) -> list[Node]:
        """Read what stands before the next operator, or less; all that is read is required."""
        token = self._tokens[self._place]
        if token.kind == "tag" and not meaning(token.text[1:-1]) and (inside := tokens(token.text[1:-1])):
            # A title that was pasted with its brackets, as PubMed writes one that was translated.
            before, after = self._tokens[: self._place], self._tokens[self._place + 1 :]
            self._tokens = self._first_words([*before, *inside, *after])
            return self._operands(depth)
        if token.kind in {"tag", "stray"}:
            self._place += 1
            self.note(NoticeKind.IGNORED, f"{token.text} has no word before it and was ignored.")
            return []
        if token.kind in {"open", "field"}:
            node = self._parenthesis(depth) if token.kind == "open" else self._after_field(depth)
            return [node] if node else []
        return self._run()

    def _parenthesis(self, depth: int) -> Node | None:
        self._place += 1
        if depth >= _MAX_DEPTH:
            self.note(NoticeKind.LIMITED, f"Parentheses nested deeper than {_MAX_DEPTH} were ignored.")
            return None
        return self.group(depth + 1)

    def _after_field(self, depth: int) -> Node | None:
        """Read `field:word`, `field:"a phrase"` and `field:(a group)`; an unknown field is a word."""
        token = self._tokens[self._place]
        self._place += 1
        name = token.text[:-1].lower()
        meant = meaning(name)
        following = self._peek()
        if following is None or not meant:
            words = token.text + (following.text if following and following.kind == "word" else "")
            self._place += bool(following and following.kind == "word")
            self.note(NoticeKind.UNDERSTOOD, f"There is no field {name!r}; its name was searched as a word.")
            return self._loose(words) if words.strip(":") else None
        self._place += 1
        if following.is_operand:
            return self._tagged([following], meant)
        self._place -= 1
        if following.kind == "open" and not meant.is_date:
            group = self._parenthesis(depth)
            return _within(group, meant.fields) if group else None
        self.note(NoticeKind.IGNORED, f"{token.text} has no word after it and was ignored.")
        return None

    def _run(self) -> list[Node]:
        """Read words up to something else; a tag behind them takes as many of the last as it can mean."""
        words: list[Token] = []
        while (token := self._peek()) and token.is_operand and not _is_operator(token):
            self._place += 1
            words.append(token)
        tag = self._peek()
        taken: list[Token] = []
        meant = None
        if tag and tag.kind == "tag":
            self._place += 1
            meant = meaning(tag.text[1:-1])
            if meant:
                taken = words[-_taken(words, meant) :]
            else:
                self.note(NoticeKind.IGNORED, f"There is no field {tag.text}; it was ignored.")
        nodes = self._untagged(words[: len(words) - len(taken)])
        if meant and (node := self._tagged(taken, meant)):
            nodes.append(node)
        return nodes

    def _untagged(self, words: list[Token]) -> list[Node]:
        """Read words without a tag, those next to each other as one operand.

        Words that say nothing are passed over, unless there is nothing else.
        """
        found = pmids(words)
        if len(found) > 1:
            self.note(NoticeKind.UNDERSTOOD, "The numbers were read as PMIDs; any of them will do.")
            return [self._ids(found, "pmid")]
        read = [(word, node) for word in words if (node := self._operand_of(word))]
        telling = [(word, node) for word, node in read if not _is_silent(word)]
        if telling:
            self._note_passed([word.text for word, _ in read if _is_silent(word)])
        operands: list[Node] = []
        for are_words, group in groupby(telling or read, key=lambda each: each[0].kind == "word"):
            nodes = tuple(node for _, node in group)
            operands += [And(nodes)] if are_words and len(nodes) > 1 else nodes
        return operands

    def _note_passed(self, words: list[str]) -> None:
        for word in words:
            if small := _SMALL_OPERATORS.get(word.lower()):
                self.note(NoticeKind.UNDERSTOOD, f"{word} was read as a word and passed over; {small}.")
        common = [word for word in words if word.lower() not in _SMALL_OPERATORS]
        if common:
            were = "was" if len(common) == 1 else "were"
            self.note(
                NoticeKind.IGNORED,
                f"{', '.join(common)} {were} passed over as too common; quote a phrase to keep them.",
            )

    def _operand_of(self, token: Token) -> Node | None:
        if token.kind == "id":
            return self._ids(values(token.text, token.field), token.field)
        return self._phrase(token, ()) if token.kind == "quoted" else self._loose(token.text)

    def _tagged(self, words: Sequence[Token], meant: Meaning) -> Node | None:
        """Read words with a tag: a range of dates, identifiers, a word, or a phrase."""
        if meant.remark:
            self.note(NoticeKind.UNDERSTOOD, meant.remark)
        text = " ".join(word.bare for word in words)
        if meant.is_date:
            return self._dates(text)
        if meant.is_id:
            return self._ids(values(text, meant.fields[0]), meant.fields[0])
        if words[0].kind == "quoted":
            return self._phrase(words[0], meant.fields)
        if len(words) == 1:
            return self._loose(text, meant.fields)
        where = f"in {meant.title}" if meant.fields else meant.title
        self.note(
            NoticeKind.UNDERSTOOD,
            f"{text} was looked for as one phrase {where}; tag each word to look for them apart.",
        )
        return self._row(text, meant.fields)

    def _loose(self, word: str, fields: tuple[str, ...] = ()) -> Node | None:
        """Read one word, or the start of one."""
        if word.endswith("*") and word.strip("*"):
            return self._row(word, fields)
        if not analyze(word):
            if word.strip(_SIGNS):
                self.note(NoticeKind.IGNORED, f"{word} has no letter or digit and was ignored.")
            return None
        return Term(word, fields)

    def _phrase(self, quoted: Token, fields: tuple[str, ...]) -> Node | None:
        if quoted.text.count('"') == 1:
            self.note(NoticeKind.UNDERSTOOD, "A quotation mark was left open; it was closed at the end.")
        return self._row(quoted.bare, fields, is_quoted=True)

    def _row(self, text: str, fields: tuple[str, ...], *, is_quoted: bool = False) -> Node | None:
        """Read words in a row, whose last may be the start of one."""
        bare = text.strip().rstrip("*")
        words = typed_words(bare)
        if not words:
            return None
        is_open = text.strip() != bare
        if is_open and len(words[-1][0].word) < MIN_STUMP:
            is_open = False
            self.note(
                NoticeKind.IGNORED,
                f"The * of {text} was ignored: at least {MIN_STUMP} letters must stand before it.",
            )
        if is_quoted and "*" in bare:
            self.note(NoticeKind.IGNORED, f"The * inside {bare} was ignored: it can only end a phrase.")
        if len(words) > 1 or is_quoted:
            return Phrase(bare, fields, is_open=is_open)
        return Prefix(bare, fields) if is_open else Term(bare, fields)

    def _ids(self, found: list[str], field: str) -> Node:
        """Read identifiers; any of them will do."""
        name = BY_NAME[field]
        for each in found:
            if not name.normal(each):
                self.note(NoticeKind.UNDERSTOOD, f"{each} is no {name.title}, so no article has it.")
        terms = tuple(Term(name.normal(each) or each, (field,)) for each in found)
        return terms[0] if len(terms) == 1 else Or(terms)

    def _dates(self, text: str) -> Node | None:
        found = read_dates(text)
        if not found:
            self.note(
                NoticeKind.IGNORED,
                f"{text} is no date and was ignored; write 2021, 2019:2023 or 2023/05:2024/01.",
            )
            return None
        dates, was_backwards = found
        if was_backwards:
            self.note(NoticeKind.UNDERSTOOD, f"{text} runs backwards; it was read the other way round.")
        return dates


def _is_operator(token: Token) -> bool:
    return token.kind == "word" and token.text in _OPERATORS


def _is_silent(token: Token) -> bool:
    """Say whether a token is a single word that says nothing: the, What's, or."""
    found = analyze(token.text) if token.kind == "word" and not token.text.endswith("*") else []
    return len(found) == 1 and (found[0].word in STOP_WORDS or token.text.lower() in _SMALL_OPERATORS)


def _taken(words: list[Token], meant: Meaning) -> int:
    """Return how many of the last words a tag takes.

    A date takes as many as make one, an identifier those that are one; any other all since the last phrase.
    """
    if meant.is_date:
        made = (n for n in range(len(words), 0, -1) if read_dates(" ".join(word.bare for word in words[-n:])))
        return next(made, 1)
    taken = 1
    for word in reversed(words[:-1]):
        if meant.is_id:
            normal = BY_NAME[meant.fields[0]].normal
            fits = all(map(normal, values(word.bare, meant.fields[0])))
        else:
            fits = word.kind == words[-1].kind == "word"
        if not fits:
            break
        taken += 1
    return taken


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
