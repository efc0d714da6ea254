"""What matched, marked: the title, and the passages that say most about the query.

An article is analysed as it was for the index, so that what is marked is what matched.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from nltk.tokenize.punkt import PunktParameters, PunktSentenceTokenizer

from crawler.article import Markup
from crawler.markup import JOINER, cut, index_text
from index.analysis import STOP_WORDS, analyze, fold
from search.query import And, Node, Or, Phrase, Prefix, Term
from search.readings import readings
from search.results import Piece, Snippet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crawler.article import Article
    from index.analysis import Token

_SNIPPETS: Final = 2
_LONGEST: Final = 320
_ABBREVIATIONS: Final = frozenset(
    "e.g i.e et.al al vs cf fig figs approx ca resp no dr prof st vol p pp sp spp var inc".split()
)
_SENTENCES: Final = PunktSentenceTokenizer(PunktParameters())
_SENTENCES._params.abbrev_types = set(_ABBREVIATIONS)  # noqa: SLF001 - NLTK's way without a trained model
_ELLIPSIS: Final = Piece(Markup("\N{HORIZONTAL ELLIPSIS}"))


class Needle(Struct, frozen=True):
    """What is looked for in a text: terms in a row, or any word that starts with `stump`."""

    terms: tuple[str, ...]
    fields: tuple[str, ...]
    stump: str = ""


class _Passage(Struct, frozen=True):
    """A sentence: the label of its section, the section's markup, where it lies, and what is marked there."""

    label: str
    markup: Markup
    start: int
    end: int
    marks: tuple[tuple[int, int], ...]
    distinct: int


def needles(tree: Node) -> list[Needle]:
    """Return what to mark for a tree: every word and phrase in it that is not under a NOT."""
    found: list[Needle] = []
    for node in _positive(tree):
        if isinstance(node, Prefix):
            found.append(Needle((), node.fields, fold(node.text)))
        else:
            found.extend(Needle(row, node.fields) for row in readings(node.text))
    loud = [needle for needle in found if not (len(needle.terms) == 1 and needle.terms[0] in STOP_WORDS)]
    return loud or found


def mark_title(title: Markup, looked_for: list[Needle]) -> tuple[Piece, ...]:
    """Return the whole title in pieces."""
    text = index_text(title)
    spans = _spans(text, _for_field(looked_for, "title"))
    return _pieces(title, 0, len(text), [(_plain(text, start), _plain(text, end)) for start, end, _ in spans])


def snippets(article: Article, looked_for: list[Needle]) -> tuple[Snippet, ...]:
    """Return the one or two sentences of abstract and captions in which most is found, in their order.

    Where nothing is found in them, it is how the abstract begins.
    """
    passages = list(_passages(article, looked_for))
    best = sorted(range(len(passages)), key=lambda n: (-passages[n].distinct, -len(passages[n].marks), n))
    chosen = [n for n in best if passages[n].marks][:_SNIPPETS] or best[:1]
    return tuple(_snippet(passages[n]) for n in sorted(chosen))


def _positive(node: Node) -> Iterator[Term | Phrase | Prefix]:
    if isinstance(node, And | Or):
        for each in node.nodes:
            yield from _positive(each)
    elif isinstance(node, Term | Phrase | Prefix):
        yield node


def _for_field(looked_for: list[Needle], field: str) -> list[Needle]:
    return [needle for needle in looked_for if not needle.fields or field in needle.fields]


def _passages(article: Article, looked_for: list[Needle]) -> Iterator[_Passage]:
    for abstract in article.abstracts():
        for section in abstract.sections:
            yield from _sentences(section.text, section.label, _for_field(looked_for, "abstract"))
    for figure in article.figures:
        for passage in _sentences(
            figure.caption, figure.label.rstrip("."), _for_field(looked_for, "caption")
        ):
            if passage.marks:
                yield passage


def _sentences(markup: Markup, label: str, looked_for: list[Needle]) -> Iterator[_Passage]:
    text = index_text(markup)
    spans = _spans(text, looked_for)
    for start, end in _SENTENCES.span_tokenize(text):
        inside = [span for span in spans if start <= span[0] and span[1] <= end]
        yield _Passage(
            label=label,
            markup=markup,
            start=_plain(text, start),
            end=_plain(text, end),
            marks=tuple((_plain(text, first), _plain(text, last)) for first, last, _ in inside),
            distinct=len({which for _, _, which in inside}),
        )


def _plain(text: str, offset: int) -> int:
    """Return the offset in the plain text of one in the index text."""
    return offset - text.count(JOINER, 0, offset)


def _spans(text: str, looked_for: list[Needle]) -> list[tuple[int, int, int]]:
    """Return where needles lie in a text, in order: start, end, which; of those that touch the longest."""
    tokens = analyze(text)
    at: dict[str, list[Token]] = {}
    places: dict[int, dict[str, Token]] = {}
    for token in tokens:
        at.setdefault(token.term, []).append(token)
        places.setdefault(token.position, {})[token.term] = token
    found: list[tuple[int, int, int]] = []
    for which, needle in enumerate(looked_for):
        if needle.stump:
            words = (token for token in tokens if not token.whole)
            hits = (token for token in words if fold(text[token.start : token.end]).startswith(needle.stump))
            found.extend((token.start, token.end, which) for token in hits)
            continue
        for first in at.get(needle.terms[0], ()):
            row = [places.get(first.position + step, {}).get(term) for step, term in enumerate(needle.terms)]
            if (last := row[-1]) and all(row):
                found.append((first.start, last.end, which))
    return _longest(found)


def _longest(spans: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Return spans in order without those that overlap a longer one that starts no later."""
    kept: list[tuple[int, int, int]] = []
    for span in sorted(spans, key=lambda each: (each[0], -each[1])):
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return kept


def _snippet(passage: _Passage) -> Snippet:
    """Cut a long sentence down to what lies around its marks, at blanks."""
    start, end = passage.start, passage.end
    if end - start <= _LONGEST:
        return Snippet(passage.label, _pieces(passage.markup, start, end, passage.marks))
    blanks = [start, *_blanks(passage), end]
    if passage.marks and passage.marks[-1][1] - start > _LONGEST:
        middle = max(start, passage.marks[0][0] - _LONGEST // 4)
        start = blanks[max(0, bisect_right(blanks, middle) - 1)]
    if end - start > _LONGEST:
        end = blanks[max(0, bisect_right(blanks, start + _LONGEST) - 1)]
    pieces = _pieces(passage.markup, start, end, passage.marks)
    before = (_ELLIPSIS,) if start > passage.start else ()
    after = (_ELLIPSIS,) if end < passage.end else ()
    return Snippet(passage.label, before + pieces + after)


def _blanks(passage: _Passage) -> list[int]:
    """Return the blanks of a passage that no mark reaches across."""
    text = index_text(passage.markup).replace(JOINER, "")
    blanks = [n for n in range(passage.start, passage.end) if text[n] == " "]
    return [n for n in blanks if not any(first < n < last for first, last in passage.marks)]


def _pieces(markup: Markup, start: int, end: int, marks: Sequence[tuple[int, int]]) -> tuple[Piece, ...]:
    return tuple(Piece(piece, is_match) for piece, is_match in cut(markup, start, end, marks))
