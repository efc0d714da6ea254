"""Did you mean: words of a query that no article has, and the ones that the library has instead.

A word is corrected to the likeliest of its neighbors, by how near it is and how often it is written; one
that articles do have, only if they hardly do, and a word one letter away is a hundred times as frequent.
Words may also have been written as one, or one as two. What holds a digit is never touched: SOD2 is not SOD1.
"""

from __future__ import annotations

from functools import lru_cache
from math import log10
from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec import Struct

from index.analysis.analyzer import STOP_WORDS, analyze, analyze_name
from index.attributes import VALUE_WORDS, key
from index.schema import BY_NAME, Kind
from index.tags import Rule, meaning
from search.language.operands import taken
from search.language.tokens import plain, tokens
from search.results import DidYouMean
from search.suggesting.neighbors import MIN_LENGTH, Neighbors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from index.analysis.analyzer import Token as Analyzed
    from index.naming.vocabulary import Vocabulary
    from index.segments.lexicon import Lexicon
    from index.tags import Meaning
    from search.language.tokens import Token

MAX_WORDS: Final = 8
"""Words of a query that are looked at for neighbors; more wrong ones are no slips of the pen."""

FEW: Final = 5
"""How often a word is written at most that may be a slip of the pen in the articles themselves."""

TIMES: Final = 100
"""How much more frequent its neighbor must be then."""

_LEAST: Final = -3.0
_LEAST_FAR: Final = -1.6
"""The scores of the least likely neighbors that are offered: of near ones, and of those that are far for the
length of the word, do not sound alike, and are no known name."""

_NEAR: Final = 6
"""Letters of a word for each edit of what is near to it."""

_SPLIT: Final = 2.0
"""What it takes to leave out a blank, in powers of ten of frequency, and so in the scores of neighbors."""

_MIN_RARE: Final = 6
_MIN_JOINED: Final = 8
_MIN_TOGETHER: Final = 6
_MIN_PART: Final = 3


class Change(Struct, frozen=True):
    """What was typed, and what stands in its place."""

    typed: str
    corrected: str


class Correction(Struct, frozen=True):
    """A query in which words are spelled as in the library, and all else is as it was typed.

    `as_typed` is the query with what was changed in quotes, so that it is looked for in just this form.
    `may_replace` is false where a quoted word was changed: such a correction is only offered.
    """

    query: str
    changes: tuple[Change, ...]
    as_typed: str
    may_replace: bool


class _Typed(NamedTuple):
    """A word or phrase, the kind of fields it is looked for in (None: everywhere), all with the same tag."""

    token: Token
    kind: Kind | None
    row: tuple[Token, ...]


class _Edit(NamedTuple):
    """What is to stand in the query from one character to another."""

    start: int
    end: int
    text: str
    row: tuple[Token, ...]


class Spelling:
    """Corrects queries by the words of one index. May be shared by threads; what was looked up is kept."""

    def __init__(self, lexicons: Mapping[Kind, Lexicon], known: AbstractSet[str] = frozenset()) -> None:
        """Take the lexicons of a segment, and words that are right although no article may have them."""
        self._known = known
        self._texts = Neighbors(lexicons[Kind.TEXT], known)
        self._names = Neighbors(lexicons[Kind.NAME])
        self._best = lru_cache(maxsize=4_096)(self._likeliest)

    def corrected(self, query: str, stands: Callable[[str], bool]) -> Correction | None:
        """Return the query with its words corrected; None where each is right, or nothing is near.

        `stands` says whether words stand next to each other in an article; it is asked before a word is
        written as two.
        """
        text = plain(query)
        edits: list[_Edit] = []
        typed = _joined(list(_typed(text)), text, self._together, edits)
        for each in typed:
            if len(edits) < MAX_WORDS:
                edits += self._in_token(each, text, stands)
        if not edits:
            return None
        edits.sort()
        return Correction(
            query=_edited(query, edits),
            changes=tuple(Change(query[each.start : each.end], each.text) for each in edits),
            as_typed=_as_typed(query, edits),
            may_replace=not any(token.kind == "quoted" for each in edits for token in each.row),
        )

    def _in_token(self, typed: _Typed, text: str, stands: Callable[[str], bool]) -> Iterator[_Edit]:
        """Yield the corrections within a word or phrase, whose every word is looked at by itself."""
        start = typed.token.start
        inside = text[start : typed.token.end]
        for word in _words(inside, typed.kind):
            found = self._best(word.word, word.term, typed.kind)
            if typed.kind is not Kind.NAME and (parted := self._parted(word, found, stands)):
                found = (parted, 0.0)
            if found:
                shown = _in_case_of(inside[word.start : word.end], found[0])
                yield _Edit(start + word.start, start + word.end, shown, typed.row)

    def _likeliest(self, word: str, term: str, kind: Kind | None) -> tuple[str, float] | None:
        """Return the likeliest neighbor of a word that needs one, with its score."""
        if self._is_right(word, term, kind):
            return None
        if kind is not Kind.NAME and (count := self._texts.count(term)):
            return self._far_more_frequent(word, count)
        near: list[tuple[float, str]] = []
        if kind is not Kind.NAME:
            near += self._likely(word, self._texts)
        if kind is Kind.NAME:
            near += self._likely(word, self._names)
        elif kind is None:
            # Names are so many that one of them is near to almost anything.
            near += [(score - 1, name) for score, name in self._likely(word, self._names, most=1)]
        score, best = min(near, key=lambda each: (-each[0], each[1]), default=(_LEAST - 1, ""))
        return (best, score) if score >= _LEAST else None

    def _likely(self, word: str, among: Neighbors, most: float = 3) -> Iterator[tuple[float, str]]:
        for each in among.near(word):
            sounds_alike = 2 * each.edits == each.distance
            is_near = each.edits * _NEAR <= len(word) or sounds_alike or each.word in self._known
            if each.edits <= most and each.score >= (_LEAST if is_near else _LEAST_FAR):
                yield each.score, each.word

    def _is_right(self, word: str, term: str, kind: Kind | None) -> bool:
        """Say whether a word needs no correction, or can have none."""
        if len(word) < MIN_LENGTH or not (word.isascii() and word.isalpha()) or word in STOP_WORDS:
            return True
        if kind is Kind.NAME:
            return self._names.count(word) > 0
        if word in self._known or key(word) in VALUE_WORDS:
            return True
        return self._texts.count(term) > FEW or (kind is None and self._names.count(word) > 0)

    def _far_more_frequent(self, word: str, count: int) -> tuple[str, float] | None:
        """Return the neighbor that a rare word is a slip for; if one end is another, so is the word."""
        best = next(iter(self._texts.near(word)), None) if len(word) >= _MIN_RARE else None
        if best is None or best.distance > 1 or best.written < TIMES * count:
            return None
        is_other = best.word[0] != word[0] or (len(best.word) == len(word) and best.word[:-1] == word[:-1])
        return None if is_other else (best.word, best.score)

    def _parted(
        self, word: Analyzed, found: tuple[str, float] | None, stands: Callable[[str], bool]
    ) -> str | None:
        """Return two words that were written as one, if that is likelier than what was found for it."""
        letters = word.word
        is_right = self._is_right(letters, word.term, None) or self._texts.count(word.term)
        if len(letters) < _MIN_JOINED or is_right:
            return None
        ways = []
        for place in range(_MIN_PART, len(letters) - _MIN_PART + 1):
            parts = (letters[:place], letters[place:])
            score = log10(max(1, min(map(self._written, parts)))) - _SPLIT
            if all(map(self._written, parts)) and (not found or score > found[1]):
                ways.append((score, " ".join(parts)))
        likely = sorted(ways, reverse=True)[:3]
        return next((parts for _, parts in likely if stands(parts)), None)

    def _together(self, first: str, second: str) -> str | None:
        """Return two words as one where that is in the articles, but one of the two is not."""
        found = analyze(first + second)
        if len(found) != 1 or not found[0].word.isalpha() or len(found[0].word) < _MIN_TOGETHER:
            return None
        halves = (first.lower(), second.lower())
        if not STOP_WORDS.isdisjoint(halves) or all(map(self._written, halves)):
            return None
        return found[0].word if self._texts.count(found[0].term) else None

    def _written(self, word: str) -> int:
        """Return how often a word is written in a text, in whatever form."""
        found = analyze(word)
        return self._texts.count(found[0].term) if len(found) == 1 else 0


def did_you_mean(correction: Correction, *, is_answered: bool) -> DidYouMean:
    """Return a correction as a page shows it; `is_answered` says that the page's hits are those it finds."""
    words = tuple((change.typed, change.corrected) for change in correction.changes)
    return DidYouMean(correction.query, words, is_answered)


def words_of(vocabulary: Vocabulary) -> frozenset[str]:
    """Return the words of all names in the vocabulary, folded: they are right, in the library or not."""
    forms = (form.text for concept in vocabulary.concepts for form in concept.forms)
    return frozenset(
        token.word
        for form in forms
        for token in analyze(form)
        if len(token.word) >= MIN_LENGTH and token.word.isalpha()
    )


def _typed(text: str) -> Iterator[_Typed]:
    """Yield what a query looks for in words, as `search.language.language` reads it."""
    groups: list[Meaning | None] = []
    ahead: Meaning | None = None
    run: list[Token] = []
    for token in [*tokens(text), None]:
        if token and token.is_operand and not ahead:
            run.append(token)
            continue
        around = next((meant for meant in reversed(groups) if meant), None)
        yield from _of_run(run, meaning(token.text[1:-1]) if token and token.kind == "tag" else None, around)
        run = []
        if token is None:
            return
        if token.is_operand:
            yield from _of_run([token], ahead, around)
        elif token.kind == "open":
            groups.append(ahead)
        elif token.kind == "close" and groups:
            groups.pop()
        ahead = meaning(token.text[:-1]) if token.kind == "field" else None


def _of_run(run: Sequence[Token], tag: Meaning | None, around: Meaning | None) -> Iterator[_Typed]:
    """Yield words next to each other; a tag behind them, or before one of them, takes the last."""
    tagged = tuple(run[len(run) - taken(run, tag) :]) if run and tag else ()
    for token in run:
        row, meant = (tagged, tag) if token in tagged else ((token,), around)
        is_words = token.kind in {"word", "quoted"} and not token.text.endswith(("*", '*"'))
        if is_words and (meant is None or (meant.rule is Rule.WORDS and not meant.is_id)):
            yield _Typed(token, _kind(meant), row)


def _kind(meant: Meaning | None) -> Kind | None:
    kinds = {BY_NAME[name].kind for name in meant.fields} if meant else set()
    return kinds.pop() if len(kinds) == 1 else None


def _words(text: str, kind: Kind | None) -> list[Analyzed]:
    """Return the single words of a text, each once; none of a row of signs and letters with a digit in it."""
    if kind is Kind.NAME:
        return [token for token in analyze_name(text) if token.end - token.start == len(token.word)]
    found = []
    for piece_start, piece in _pieces(text):
        if not any(map(str.isdigit, piece)):
            for token in analyze(piece):
                if token.width == 1:
                    place = (piece_start + token.start, piece_start + token.end)
                    found.append(token._replace(start=place[0], end=place[1]))
    return found


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """Yield what stands between blanks, and where."""
    start = 0
    for piece in text.split():
        start = text.index(piece, start)
        yield start, piece
        start += len(piece)


def _joined(
    typed: Sequence[_Typed], text: str, together: Callable[[str, str], str | None], edits: list[_Edit]
) -> list[_Typed]:
    """Return the words that are left once those that were torn in two have become edits."""
    left: list[_Typed] = []
    for each in typed:
        before = left[-1] if left else None
        if (
            before
            and before.token.kind == each.token.kind == "word"
            and before.kind is each.kind is not Kind.NAME
            and text[before.token.end : each.token.start].isspace()
            and (word := together(before.token.text, each.token.text))
        ):
            left.pop()
            shown = _in_case_of(before.token.text, word)
            row = before.row if before.row == each.row else (before.token, each.token)
            edits.append(_Edit(before.token.start, each.token.end, shown, row))
        else:
            left.append(each)
    return left


def _edited(query: str, edits: Sequence[_Edit]) -> str:
    for each in reversed(edits):
        query = query[: each.start] + each.text + query[each.end :]
    return query


def _as_typed(query: str, edits: Sequence[_Edit]) -> str:
    """Return the query with all that was edited in quotes, together with what shares a tag with it."""
    rows = {(each.row[0].start, each.row[-1].end) for each in edits if each.row[0].kind == "word"}
    for start, end in sorted(rows, reverse=True):
        query = f'{query[:start]}"{query[start:end]}"{query[end:]}'
    return query


def _in_case_of(typed: str, word: str) -> str:
    """Return a word in capitals, or with a capital, where what was typed is."""
    if typed.isupper():
        return word.upper()
    return word[:1].upper() + word[1:] if typed[:1].isupper() else word
