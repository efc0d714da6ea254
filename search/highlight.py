"""What matched, marked: the title, and the passages that say most about the query.

An article is analysed as it was for the index, so that what is marked is what matched.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import chain
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from crawler.article import Markup
from crawler.markup import JOINER, cut, from_text, index_text
from index.analysis import STOP_WORDS, analyze, analyze_name, in_places, stem, terms
from index.schema import ANALYZED, BY_NAME, FIELDS, Field, Kind
from search.query import And, Concept, Node, Or, Phrase, Prefix, Proximity, Term
from search.ranking import EVERYWHERE
from search.readings import Row, spans
from search.results import Piece, Snippet
from search.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crawler.article import Article
    from index.analysis import Token
    from search.readings import Readings

_SNIPPETS: Final = 2
_LONGEST: Final = 320
_SILENT: Final = frozenset((((stem(word),),),) for word in STOP_WORDS)
_ELLIPSIS: Final = Piece(Markup("\N{HORIZONTAL ELLIPSIS}"))


class Needle(Struct, frozen=True):
    """What is looked for: a text as typed, the row it makes in fields of each kind, and all terms in that."""

    text: str
    fields: tuple[str, ...]
    rows: dict[Kind, Row]
    terms: dict[Kind, frozenset[str]]


Mark = tuple[int, int, int]
"""Where a match starts and ends, and the number of the needle."""


class _Passage(Struct, frozen=True):
    """A sentence or value: its label, where it lies in which markup, its marks, the needles found in it."""

    label: str
    markup: Markup
    start: int
    end: int
    marks: tuple[tuple[int, int], ...]
    found: frozenset[int]


def needles(tree: Node, readings: Readings) -> list[Needle]:
    """Return what to mark for a tree: every word and phrase in it that is not under a NOT."""
    found = []
    for node in _positive(tree):
        rows = {kind: readings.row(node, kind) for kind in ANALYZED}
        terms = {kind: frozenset(chain.from_iterable(chain.from_iterable(row))) for kind, row in rows.items()}
        found.append(Needle(node.text, node.fields or EVERYWHERE, rows, terms))
    loud = [needle for needle in found if needle.rows[Kind.TEXT] not in _SILENT]
    return loud or found


def mark_title(title: Markup, looked_for: list[Needle]) -> tuple[Piece, ...]:
    """Return the whole title in pieces."""
    text = index_text(title)
    marks = _marks(text, BY_NAME["title"], looked_for)
    return _pieces(title, 0, _plain(text, len(text)), _plain_marks(text, marks))


def snippets(article: Article, looked_for: list[Needle]) -> tuple[Snippet, ...]:
    """Return the one or two sentences of abstract and captions in which most is found, in their order.

    Where nothing is found in them, it is how the abstract begins.
    """
    passages = list(_passages(article, looked_for))
    best = sorted(range(len(passages)), key=lambda n: (-len(passages[n].found), -len(passages[n].marks), n))
    if best:
        return tuple(_snippet(passages[n]) for n in sorted(best[:_SNIPPETS]))
    sections = [section for abstract in article.abstracts() for section in abstract.sections]
    return tuple(
        _snippet(each) for section in sections[:1] for each in _beginning(section.text, section.label)
    )


def reasons(article: Article, looked_for: list[Needle]) -> tuple[Snippet, ...]:
    """Return one or two values of other fields that match: why an article was found whose texts do not."""
    values = [each for field in FIELDS for each in _values(field, article, looked_for)]
    shown: list[_Passage] = []
    for value in sorted(values, key=lambda each: -len(each.found)):
        if not value.found <= frozenset[int]().union(*(each.found for each in shown)):
            shown.append(value)
    return tuple(_snippet(value) for value in shown[:_SNIPPETS])


def _positive(node: Node) -> Iterator[Term | Phrase | Prefix]:
    if isinstance(node, And | Or):
        for each in node.nodes:
            yield from _positive(each)
    elif isinstance(node, Concept):
        for each in (node.typed, *node.others):
            yield from _positive(each)
    elif isinstance(node, Proximity):
        yield from (Term(word, node.fields) for word in node.text.split())
    elif isinstance(node, Term | Phrase | Prefix):
        yield node


def _passages(article: Article, looked_for: list[Needle]) -> Iterator[_Passage]:
    """Yield the sentences of abstract and captions that have a mark."""
    for abstract in article.abstracts():
        for section in abstract.sections:
            yield from _sentences(section.text, section.label, BY_NAME["abstract"], looked_for)
    for figure in article.figures:
        label = figure.label.rstrip(".")
        yield from _sentences(figure.caption, label, BY_NAME["caption"], looked_for)


def _sentences(markup: Markup, label: str, field: Field, looked_for: list[Needle]) -> Iterator[_Passage]:
    text = index_text(markup)
    if not _can_match(text, field, looked_for):
        return
    for start, end in sentences(text):
        sentence = text[start:end]
        if _can_match(sentence, field, looked_for) and (marks := _marks(sentence, field, looked_for)):
            inside = [(start + first, start + last, which) for first, last, which in marks]
            yield _passage(label, markup, text, (start, end), inside)


def _can_match(text: str, field: Field, looked_for: list[Needle]) -> bool:
    """Say whether a text has any term of a needle: far cheaper than to find where it lies."""
    wanted = [needle.terms[field.kind] for needle in looked_for if field.name in needle.fields]
    return bool(wanted) and not frozenset[str]().union(*wanted).isdisjoint(terms(text))


def _beginning(markup: Markup, label: str) -> Iterator[_Passage]:
    """Yield the first sentence, if there is one."""
    text = index_text(markup)
    for span in sentences(text):
        yield _passage(label, markup, text, span, [])
        break


def _values(field: Field, article: Article, looked_for: list[Needle]) -> Iterator[_Passage]:
    """Yield the values of a field that have a mark; of the titles, the one that is not shown anyway."""
    label = field.title[:1].upper() + field.title[1:]
    values = [article.vernacular_title] if field.name == "title" else map(from_text, field.values(article))
    for markup in values:
        text = index_text(markup)
        if field.kind is Kind.TEXT and not _can_match(text, field, looked_for):
            continue
        if marks := _marks(text, field, looked_for):
            yield _passage(label, markup, text, (0, len(text)), marks)


def _passage(label: str, markup: Markup, text: str, span: tuple[int, int], marks: list[Mark]) -> _Passage:
    return _Passage(
        label=label,
        markup=markup,
        start=_plain(text, span[0]),
        end=_plain(text, span[1]),
        marks=_plain_marks(text, marks),
        found=frozenset(which for _, _, which in marks),
    )


def _plain(text: str, offset: int) -> int:
    """Return the offset in the plain text of one in the index text."""
    return offset - text.count(JOINER, 0, offset)


def _plain_marks(text: str, marks: list[Mark]) -> tuple[tuple[int, int], ...]:
    return tuple((_plain(text, start), _plain(text, end)) for start, end, _ in marks)


def _marks(text: str, field: Field, looked_for: list[Needle]) -> list[Mark]:
    """Return where needles lie in a text of a field, in order; of those that touch the longest."""
    wanted = [(which, needle) for which, needle in enumerate(looked_for) if field.name in needle.fields]
    if not wanted or not text:
        return []
    if field.kind is Kind.ID:
        same = (which for which, needle in wanted if field.normal(needle.text).lower() == text.lower())
        return [(0, len(text), which) for which in same][:1]
    looked_up = frozenset[str]().union(*(needle.terms[field.kind] for _, needle in wanted))
    tokens = analyze_name(text) if field.kind is Kind.NAME else analyze(text)
    places: dict[str, dict[int, Token]] = {}
    for place, token in in_places([token for token in tokens if token.term in looked_up]):
        places.setdefault(token.term, {})[place] = token
    return _longest(
        [
            (places[first[0]][first[1]].start, places[last[0]][last[1]].end, which)
            for which, needle in wanted
            if not needle.terms[field.kind].isdisjoint(places)
            for first, last in spans(needle.rows[field.kind], places)
        ]
    )


def _longest(marks: list[Mark]) -> list[Mark]:
    """Return marks in order without those that overlap a longer one that starts no later."""
    kept: list[Mark] = []
    for mark in sorted(marks, key=lambda each: (each[0], -each[1], each[2])):
        if not kept or mark[0] >= kept[-1][1]:
            kept.append(mark)
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
    if "<" in markup or "&" in markup:
        return tuple(Piece(piece, is_match) for piece, is_match in cut(markup, start, end, marks))
    # Text without any markup can be sliced, and most is.
    inside = [(max(first, start), min(last, end)) for first, last in marks if last > start and first < end]
    edges = [start, *chain.from_iterable(inside), end]
    pieces = [(edges[n], edges[n + 1], n % 2 == 1) for n in range(len(edges) - 1)]
    return tuple(
        Piece(Markup(markup[first:last]), is_match) for first, last, is_match in pieces if last > first
    )
