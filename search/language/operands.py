"""What stands between the operators of a query: words as typed, with a tag or without, become nodes."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Final

from msgspec import structs

from index.analysis.analyzer import STOP_WORDS
from index.schema import BY_NAME, EVERYWHERE
from index.tags import Meaning, Rule
from search.language.dates import is_relative, read_dates
from search.language.leaves import (
    MAX_DISTANCE,
    conjunction,
    disjunction,
    filtered,
    identifiers,
    is_one_word,
    is_too_short,
    leaf,
    near,
    pieces,
    without_star,
)
from search.language.links import is_work, works
from search.language.readings import MIN_STUMP, SHORT, typed_words
from search.language.tokens import LISTED, is_word, pmids
from search.query import And, CitedBy, Cites, Node, Not, Or, Phrase, Prefix, Proximity, Term

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import date

    from search.language.remarks import Remarks
    from search.language.tokens import Token
    from search.query import Words

MAX_NARROWER: Final = 300
"""The narrower headings that a heading stands for at most."""

_UNTAGGED: Final = Meaning(title="everywhere")
_EVERYWHERE: Final = structs.replace(_UNTAGGED, fields=EVERYWHERE)
_EXPLODED: Final = (("mesh",), ("major",))
_LINKS: Final = (Rule.CITES, Rule.CITED_BY)
_KEYS: Final = (("pmid",), ("pmcid",), ("doi",))
_FREE: Final = frozenset({"title", "abstract", "keyword", "caption", "reference", "conflict", "vernacular"})
"""Fields of running text, where several words before one tag may not be meant as a phrase."""

_SMALL_OPERATORS: Final = {
    "or": "write OR in capitals to search for either",
    "not": "write NOT in capitals to leave out what follows it",
}
_ASKING: Final = frozenset({"who", "whom", "whose", "where", "why"})
_REQUESTS: Final = frozenset(
    {"define", "describe", "explain", "list", "name", "please", "summarise", "summarize"}
)
_MOST_IN_NAME: Final = 4
_HISTORY: Final = re.compile(r"#[0-9]+")
_SIGNS: Final = "*&|+-/.,;:!?"


class Operands:
    """Reads words and their tags; what is not plain to see goes to the remarks."""

    def __init__(
        self, remarks: Remarks, today: date | None, explode: Callable[[str], Collection[str]] | None
    ) -> None:
        self._remarks = remarks
        self._today = today
        self._explode = explode
        self.neighbors: set[tuple[Node, Node]] = set()
        """Words that were typed one after the other, with nothing but blanks or words passed over between."""

    def untagged(self, words: list[Token]) -> list[Node]:
        """Read words without a tag, those next to each other as one operand.

        Words that say nothing are passed over, unless there is nothing else.
        """
        found = pmids(words)
        if len(found) > 1 and (node := identifiers(" ".join(found), ("pmid",))):
            undo = self._remarks.with_changes(
                (word, " ".join(f"{each}[all]" for each in pmids([word]))) for word in words
            )
            self._remarks.understood("The numbers were read as PMIDs; any of them will do.", undo)
            return [node]
        words = _together(words) if len(words) > 1 else words
        read = [(word, node) for word in words for node in self._bare(word)]
        silent = [word for word in words if _is_silent(word) or _asks(word, len(words))]
        telling = [(word, node) for word, node in read if word not in silent] if silent else read
        if telling:
            self._pass_over(silent)
        operands: list[Node] = []
        for are_words, group in groupby(telling or read, key=lambda each: each[0].kind == "word"):
            nodes = [node for _, node in group]
            operands += [conjunction(nodes)] if are_words else nodes
            if are_words:
                self.neighbors.update(pairwise(nodes))
        return operands

    def tagged(self, words: Sequence[Token], meant: Meaning, tag: str = "") -> Node | None:
        """Read words that all belong to a tag, which was typed like this behind them."""
        if meant.remark:
            self._remarks.understood(meant.remark)
        text = self._text(words, meant)
        if meant.rule is not Rule.WORDS or meant.is_id:
            return self._ruled(text, meant)
        is_free = not _FREE.isdisjoint(meant.fields)
        if meant.distance is None and len(words) > 1 and is_free:
            undo = self._remarks.with_changes((word, f"{word.bare}{tag}") for word in words[:-1])
            where = meant.title if meant.fields == EVERYWHERE else f"in {meant.title}"
            self._remarks.understood(
                f"{text} was looked for as one phrase {where}; tag each word to look for them apart.", undo
            )
        return self._words(text, meant, self._quoted(words[0]))

    def within(self, node: Node, meant: Meaning) -> Node | None:
        """Return a tree whose words are looked for where a tag says, but where they have one of their own."""
        match node:
            case And(nodes):
                return conjunction(self._all_within(nodes, meant))
            case Or(nodes):
                return disjunction(self._all_within(nodes, meant))
            case Not(inner):
                left = self.within(inner, meant)
                return Not(left) if left else None
            case Term(text, fields) if meant.rule in _LINKS and fields in _KEYS:
                return self._ruled(text, meant)
            case Term() | Phrase() | Prefix() | Proximity() if not node.fields:
                return self._leaf_within(node, meant)
            case _:
                return node

    def _all_within(self, nodes: tuple[Node, ...], meant: Meaning) -> list[Node]:
        return [node for each in nodes if (node := self.within(each, meant))]

    def _leaf_within(self, node: Words, meant: Meaning) -> Node | None:
        if isinstance(node, Proximity) and meant.rule is Rule.WORDS and not meant.is_id:
            return structs.replace(node, fields=meant.fields)
        if meant.rule is not Rule.WORDS or meant.is_id:
            return self._ruled(node.text, meant)
        is_open = isinstance(node, Prefix) or (isinstance(node, Phrase) and node.is_open)
        is_exact = isinstance(node, Term | Phrase) and node.is_exact
        return self._words(f"{node.text}*" if is_open else node.text, meant, is_exact)

    def _bare(self, word: Token) -> list[Node]:
        """Read one word, phrase or identifier without a tag; a word with signs in it may be several."""
        if word.kind == "id":
            node = self._ruled(word.text, Meaning(title="", fields=(word.field,)))
            return [node] if node else []
        if word.kind == "word" and _HISTORY.fullmatch(word.text):
            self._remarks.ignored(f"{word.text} was ignored: earlier searches are not kept here.")
            return []
        if word.kind == "word" and len(word.text) <= SHORT and (of_letters := _of_letters(word.text)):
            return [of_letters]
        is_exact = self._quoted(word)
        texts = [word.bare]
        if not is_exact and len(parts := pieces(word.text)) > 1:
            bare, is_open = without_star(word.text)
            self._note_star(bare)
            texts = [*parts[:-1], parts[-1] + "*" * is_open]
        read = []
        for text in texts:
            # What by itself would be an identifier, but is a part of a longer word here, is one no more.
            is_plain = is_exact or " " in text or all(map(is_word, pieces(text)))
            node = self._words(text, _UNTAGGED if is_plain else _EVERYWHERE, is_exact)
            if isinstance(node, Prefix) and not node.fields and not is_word(f"{node.text}*"):
                node = structs.replace(node, fields=EVERYWHERE)
            read.append(node)
        return [node for node in read if node]

    def _quoted(self, word: Token) -> bool:
        if word.kind == "quoted" and word.text.count('"') == 1:
            self._remarks.understood(
                "A quotation mark was left open; it was closed at the end.",
                self._remarks.with_changes([(word, word.bare)]),
            )
        return word.kind == "quoted"

    def _text(self, words: Sequence[Token], meant: Meaning) -> str:
        """Return the text before a tag; an identifier in it is one only where the tag asks for it."""
        if meant.rule is Rule.WORDS and not meant.is_id and words[0].kind != "quoted":
            return self._remarks.typed(words[0], words[-1])
        is_link = meant.rule in _LINKS
        return " ".join("PMC" * (is_link and word.field == "pmcid") + word.bare for word in words)

    def _ruled(self, text: str, meant: Meaning) -> Node | None:
        """Read what is not looked for in words: dates, identifiers, filters, links between works."""
        match meant.rule:
            case Rule.DATE:
                return self._dates(text, meant.column)
            case Rule.FILTER:
                node = filtered(text)
                if node is None:
                    self._remarks.ignored(f"There is no filter {text!r}; it was ignored.")
                return node
            case Rule.CITES | Rule.CITED_BY:
                keys = works(text)
                for key in keys:
                    if not is_work(key):
                        self._remarks.understood(f"{key} is no PMID, PMCID or DOI, so no article has it.")
                kind = Cites if meant.rule is Rule.CITES else CitedBy
                return disjunction(kind(key) for key in keys) if keys else None
            case Rule.WORDS:
                return self._ids(text, meant.fields)

    def _ids(self, text: str, fields: tuple[str, ...]) -> Node | None:
        """Read identifiers; any of them will do."""
        node = identifiers(text, fields)
        for each in node.nodes if isinstance(node, Or) else (node,):
            if isinstance(each, Term) and not (field := BY_NAME[each.fields[0]]).normal(each.text):
                self._remarks.understood(f"{each.text} is no {field.title}, so no article has it.")
        return node

    def _dates(self, text: str, column: str) -> Node | None:
        found = read_dates(text, column, self._today)
        if not found:
            self._remarks.ignored(
                f"{text} is no date and was ignored; write 2021, 2019:2023, 2023/05:2024/01 or last 5 years."
            )
            return None
        dates, was_backwards = found
        if was_backwards:
            self._remarks.understood(f"{text} runs backwards; it was read the other way round.")
        return dates

    def _words(self, text: str, meant: Meaning, is_exact: bool) -> Node | None:  # noqa: FBT001 - private
        """Read a word or a row of words, near each other where the tag asks for it."""
        bare, is_open = without_star(text)
        if meant.distance is not None and not is_open:
            return self._near(bare, meant.fields, meant.distance)
        if meant.distance is not None:
            self._remarks.ignored(f":~{meant.distance} was ignored: it does not go with the * of {text}.")
        if is_open and bare.strip(_SIGNS) and is_too_short(bare):
            self._remarks.ignored(
                f"The * of {text} was ignored: at least {MIN_STUMP} letters must stand before it."
            )
        self._note_star(bare)
        node = leaf(bare, meant.fields, is_open=is_open, is_exact=is_exact)
        if node is None and text.strip(_SIGNS + " "):
            self._remarks.ignored(f"{text} has no letter or digit and was ignored.")
        is_heading = node and not is_open and meant.is_exploded and meant.fields in _EXPLODED
        return disjunction((node, *self._narrower(bare, meant.fields))) if node and is_heading else node

    def _note_star(self, text: str) -> None:
        if "*" in text.strip("* "):
            self._remarks.ignored(f"The * inside {text} was ignored: it can only end a word or a phrase.")

    def _near(self, text: str, fields: tuple[str, ...], distance: int) -> Node | None:
        if distance > MAX_DISTANCE:
            self._remarks.limited(f":~{distance} was read as :~{MAX_DISTANCE:,}, the farthest there is.")
        return near(text, fields, min(distance, MAX_DISTANCE))

    def _narrower(self, text: str, fields: tuple[str, ...]) -> list[Node]:
        """Return the narrower headings below a MeSH heading, with its subheading if it has one."""
        heading, slash, subheading = text.partition("/")
        known = self._explode(heading.strip()) if self._explode else ()
        names = sorted(name for name in known if name.casefold() != heading.strip().casefold())
        if len(names) > MAX_NARROWER:
            self._remarks.limited(
                f"{heading} has {len(names)} narrower headings; the first {MAX_NARROWER} were looked for."
            )
        rows = (leaf(name + slash + subheading, fields, is_exact=True) for name in names[:MAX_NARROWER])
        return [row for row in rows if row]

    def _pass_over(self, words: list[Token]) -> None:
        for word in words:
            if small := _SMALL_OPERATORS.get(word.text.lower()):
                self._remarks.understood(
                    f"{word.text} was read as a word and passed over; {small}.",
                    self._remarks.with_changes([(word, word.text.upper())]),
                )
        self._remarks.passed_over(word for word in words if word.text.lower() not in _SMALL_OPERATORS)


def taken(words: Sequence[Token], meant: Meaning) -> int:
    """Return how many of the last words a tag takes.

    A date or filter takes as many as make one, identifiers those that are one, links between works likewise;
    any other tag takes all since the last phrase.
    """
    if meant.rule in {Rule.DATE, Rule.FILTER}:
        texts = ((n, " ".join(word.bare for word in words[-n:])) for n in range(len(words), 0, -1))
        reads = filtered if meant.rule is Rule.FILTER else lambda text: is_relative(text) or read_dates(text)
        return next((n for n, text in texts if reads(text)), 1)
    count = 1
    for word in reversed(words[:-1]):
        if words[-1].kind == "quoted" or word.kind == "quoted" or not _fits(word, meant):
            break
        count += 1
    return count


def _fits(word: Token, meant: Meaning) -> bool:
    """Say whether a tag that takes the word behind this one takes this one, too."""
    if meant.rule in _LINKS:
        return all(map(is_work, works(word.text)))
    if meant.is_id:
        field = BY_NAME[meant.fields[0]]
        is_label = word.text.casefold() == field.name
        return field.name in LISTED and (is_label or _identifies(word, field.name))
    return True


def _identifies(word: Token, field: str) -> bool:
    """Say whether a word is one or more identifiers of a field."""
    found = identifiers(word.text, (field,))
    terms = found.nodes if isinstance(found, Or) else (found,)
    return all(isinstance(each, Term) and BY_NAME[field].normal(each.text) for each in terms)


def _together(words: Sequence[Token]) -> list[Token]:
    """Return words of which those that make one name, such as TDP 43 or C9 orf 72, are one."""
    joined: list[Token] = []
    place = 0
    while place < len(words):
        taken = words[place : place + _MOST_IN_NAME]
        while len(taken) > 1 and not _is_name(taken):
            taken = taken[:-1]
        if len(taken) > 1:
            text = " ".join(word.text for word in taken)
            joined.append(taken[0]._replace(text=text, end=taken[-1].end))
        else:
            joined += taken
        place += len(taken)
    return joined


def _is_name(words: Sequence[Token]) -> bool:
    if any(word.kind != "word" or not word.text.isalnum() for word in words):
        return False
    return is_one_word(" ".join(word.text for word in words))


def _asks(token: Token, words: int) -> bool:
    """Say whether a word only says that something is asked: who, or the "list" at the beginning."""
    word = token.text.lower().strip(_SIGNS) if token.kind == "word" and words > 1 else ""
    return word in _ASKING or (word in _REQUESTS and token.start == 0)


def _is_silent(token: Token) -> bool:
    """Say whether a token is a single word that says nothing: the, What's, or."""
    if token.kind != "word" or token.text.endswith("*"):
        return False
    return _is_short_silent(token.text) if len(token.text) <= SHORT else _says_nothing(token.text)


def _says_nothing(text: str) -> bool:
    found = typed_words(text)
    if len(found) != 1 or len(found[0]) != 1:
        return False
    return found[0][0].word in STOP_WORDS or text.lower() in _SMALL_OPERATORS


_is_short_silent = lru_cache(maxsize=10_000)(_says_nothing)


@lru_cache(maxsize=10_000)
def _of_letters(text: str) -> Node | None:
    """Return what a word of letters alone means without a tag, of which nothing is to be said; or None."""
    parts = pieces(text) if text.isalpha() else []
    return leaf(text, () if all(map(is_word, parts)) else EVERYWHERE) if len(parts) == 1 else None
