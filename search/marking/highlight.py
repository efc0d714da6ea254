"""What matched, marked: the title, and the passages that say most about the query.

Where matches lie is read from the index, so what is marked is what matched. No mark is ever cut.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from functools import reduce
from itertools import chain, pairwise
from operator import or_
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from msgspec import Struct

from crawler.article import Markup
from crawler.markup import JOINER, cut, from_text, index_text, part_of_text
from index.schema import ANALYZED, FIELDS, Kind
from index.segments.forward import is_streamed
from search.marking.marks import Mark, marks
from search.marking.sentences import sentences
from search.results import Piece, Snippet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from crawler.article import Article
    from index.schema import Field
    from index.segments.forward import Forward
    from search.marking.needles import Needles

_SHOWN: Final = ("title", "abstract", "caption")
"""The fields whose texts are shown where they match; values of others, where nothing of these does."""

_REASONS: Final = tuple(field for field in FIELDS if is_streamed(field) and field.name not in _SHOWN[1:])
_SNIPPETS: Final = 2
_MOST_SNIPPETS: Final = 3
_LONGEST: Final = 320
_SIGN: Final = re.compile("&[a-z]+;|<[^>]+>")
_NO_SIGN: Final = (sys.maxsize, 0)
_ELLIPSIS: Final = Piece(Markup("\N{HORIZONTAL ELLIPSIS}"))


_Value = tuple[str, Markup, str]
"""A value of a field: its label, its markup, and its text as the index has it."""


class Highlights(NamedTuple):
    """The title of a hit in pieces, and its passages."""

    title: tuple[Piece, ...]
    snippets: tuple[Snippet, ...]


class _Passage(Struct, frozen=True, gc=False):
    """A sentence or value: its label, where it lies in which text of which markup, and its marks in that."""

    label: str
    markup: Markup
    text: str
    start: int
    end: int
    marks: Sequence[Mark]

    def things(self) -> int:
        """Return what is named in it, a bit for each."""
        found = 0
        for _, _, thing in self.marks:
            found |= 1 << thing
        return found


def highlights(
    forward: Forward, numbers: Sequence[int], articles: Sequence[Article], needles: Needles
) -> list[Highlights]:
    """Return what to show of each of some articles, given their numbers in an index, in the same order.

    Where no text matches, the values of other fields that do come before how the abstract begins.
    """
    texts = [(number, field) for field in _SHOWN for number in numbers]
    found = marks(forward, texts, Kind.TEXT, needles)
    many = len(numbers)
    shown = [
        Highlights(mark_title(article.title, title), snippets(article, abstract, caption))
        for article, title, abstract, caption in zip(
            articles, found[:many], found[many : 2 * many], found[2 * many :], strict=True
        )
    ]
    if not needles:
        return shown
    bare = [n for n, each in enumerate(shown) if not _has_match(each)]
    elsewhere = _marks_elsewhere(forward, [numbers[n] for n in bare], needles) if bare else []
    for n, own in zip(bare, elsewhere, strict=True):
        why = reasons(articles[n], own, needles)
        shown[n] = shown[n]._replace(snippets=(*why, *shown[n].snippets))
    return shown


def mark_title(title: Markup, found: Sequence[Mark]) -> tuple[Piece, ...]:
    """Return the whole title in pieces, given the marks in the field of titles."""
    text = _text(title)
    end = len(text)
    # The field goes on with the vernacular title, and so may the marks.
    own = found if not found or found[-1][1] <= end else [mark for mark in found if mark[1] <= end]
    plain = text.replace(JOINER, "")
    return _pieces(title, plain, 0, len(plain), _plain_marks(text, own))


def snippets(article: Article, abstract: Sequence[Mark], caption: Sequence[Mark]) -> tuple[Snippet, ...]:
    """Return the one to three sentences of abstract and captions in which most is found, in their order.

    Given are the marks in both fields. Where there is none, it is how the abstract begins.
    """
    found = list[_Passage]()
    if abstract:
        parts = (part for each in article.abstracts() for part in each.sections)
        found += _sentences(((part.label, part.text, _text(part.text)) for part in parts), abstract)
    if caption:
        figures = article.figures
        captions = ((each.label.rstrip("."), each.caption, _text(each.caption)) for each in figures)
        found += _sentences(captions, caption)
    if found:
        return tuple(map(_snippet, _best(found)))
    first = next((section for each in article.abstracts() for section in each.sections), None)
    return (_beginning(first.label, first.text),) if first and first.text else ()


def reasons(article: Article, found: Mapping[str, Sequence[Mark]], needles: Needles) -> tuple[Snippet, ...]:
    """Return one or two values of other fields that match: why an article was found whose texts do not.

    Given are the marks in each of these fields.
    """
    values = [
        each for field in FIELDS for each in _values(field, article, found.get(field.name, ()), needles)
    ]
    shown: list[_Passage] = []
    seen = 0
    for value in sorted(values, key=lambda each: -each.things().bit_count()):
        if value.things() & ~seen:
            shown.append(value)
            seen |= value.things()
    return tuple(_snippet(value) for value in shown[:_SNIPPETS])


def _has_match(shown: Highlights) -> bool:
    # Most titles have, which is plain: two pieces next to each other are never alike.
    if len(shown.title) > 1:
        return True
    pieces = chain(shown.title, *(snippet.pieces for snippet in shown.snippets))
    return any(piece.is_match for piece in pieces)


def _marks_elsewhere(
    forward: Forward, numbers: Sequence[int], needles: Needles
) -> list[dict[str, list[Mark]]]:
    """Return for each article the marks in the fields that are not shown in any case."""
    found: list[dict[str, list[Mark]]] = [{} for _ in numbers]
    for kind in ANALYZED:
        asked = {field for needle in needles.of(kind) for field in needle.fields}
        fields = [field.name for field in _REASONS if field.kind is kind and field.name in asked]
        places = [(n, field) for field in fields for n in range(len(numbers))]
        texts = [(numbers[n], field) for n, field in places]
        for (n, field), own in zip(places, marks(forward, texts, kind, needles), strict=True):
            if own:
                found[n][field] = own
    return found


def _sentences(values: Iterable[_Value], found: Sequence[Mark]) -> Iterator[_Passage]:
    """Yield the sentences with a mark of the values of a field."""
    for label, markup, text, own in _in_values(values, found):
        start, passed, many = -1, 0, len(own)
        next_mark = own[0][0]
        for first, end in sentences(text):
            if next_mark >= end:
                continue
            start = first if start < 0 else start
            following = passed + 1
            while following < many and own[following][0] < end:
                following += 1
            if own[following - 1][1] > end:
                # What reaches into the next sentence is shown with it.
                continue
            yield _Passage(label, markup, text, start, end, own[passed:following])
            if following == many:
                break
            start, passed, next_mark = -1, following, own[following][0]


def _in_values(
    values: Iterable[_Value], found: Sequence[Mark]
) -> Iterator[tuple[str, Markup, str, Sequence[Mark]]]:
    """Yield the values of a field that have a mark, with their texts and the marks in those.

    The text of a field is that of its values, with one character between them; empty ones are left out.
    """
    start, passed, many = 0, 0, len(found)
    for label, markup, text in values:
        if passed == many:
            return
        end, following = start + len(text), passed
        while following < many and found[following][0] < end:
            following += 1
        if following > passed:
            own = found[passed:following]
            passed = following
            if start:
                own = [Mark(first - start, last - start, thing) for first, last, thing in own]
            yield label, markup, text, own
        start = end + 1 if text else start


def _best(passages: Sequence[_Passage]) -> Sequence[_Passage]:
    """Return the best passages in order: a third only if it has what the others lack."""
    if len(passages) <= _SNIPPETS:
        return passages
    things = [passage.things() for passage in passages]
    left = sorted(range(len(passages)), key=lambda n: (-things[n].bit_count(), -len(passages[n].marks), n))
    best = [left.pop(0)]
    missing = reduce(or_, things) & ~things[best[0]]
    while left and len(best) < (_MOST_SNIPPETS if missing else _SNIPPETS):
        # Of those that add as much, the first is the best.
        found = max(left, key=lambda n: (things[n] & missing).bit_count()) if missing else left[0]
        best.append(found)
        left.remove(found)
        missing &= ~things[found]
    return [passages[n] for n in sorted(best)]


def _beginning(label: str, markup: Markup) -> Snippet:
    """Return the first sentence."""
    text = _text(markup)
    start, end = next(iter(sentences(text)), (0, 0))
    return _snippet(_Passage(label, markup, text, start, end, ()))


def _values(field: Field, article: Article, found: Sequence[Mark], needles: Needles) -> Iterator[_Passage]:
    """Yield the values of a field that have a mark; of the titles, the one that is not shown anyway."""
    label = field.title[:1].upper() + field.title[1:]
    if field.kind is Kind.ID:
        sought = needles.identifiers(field.name)
        for value in field.values(article) if sought else ():
            same = [thing for normal, thing in sought if normal == value.lower()][:1]
            markup = from_text(value)
            if same:
                yield _Passage(label, markup, value, 0, len(value), (Mark(0, len(value), same[0]),))
    elif found:
        for each, markup, text, own in _in_values(_texts(field, article, label), found):
            if field.name != "title" or markup != article.title:
                yield _Passage(each, markup, text, 0, len(text), own)


def _texts(field: Field, article: Article, label: str) -> Iterator[_Value]:
    """Yield the values of a field as its text holds them."""
    if field.name == "title":
        yield from ((label, each, _text(each)) for each in (article.title, article.vernacular_title))
        return
    for value in field.values(article):
        # Offsets count the joiners of the index text, which no markup has.
        yield label, from_text(value.replace(JOINER, "")), value


def _text(markup: Markup) -> str:
    """Return the text that the index has of markup."""
    # Most has no tag and no sign in it, and so is its own text.
    return index_text(markup) if "<" in markup or "&" in markup else markup


def _plain(text: str, offset: int) -> int:
    """Return the offset in the plain text of one in the index text."""
    return offset - text.count(JOINER, 0, offset)


def _plain_marks(text: str, found: Sequence[Mark]) -> list[tuple[int, int]]:
    if JOINER not in text:
        return [(first, last) for first, last, _ in found]
    return [(_plain(text, mark.start), _plain(text, mark.end)) for mark in found]


def _snippet(passage: _Passage) -> Snippet:
    """Return a passage in pieces; a long one is cut down to what lies around its marks, at blanks."""
    text, start, end = passage.text, passage.start, passage.end
    found = _plain_marks(text, passage.marks)
    if JOINER in text:
        start, end, text = _plain(text, start), _plain(text, end), text.replace(JOINER, "")
    if end - start <= _LONGEST:
        return Snippet(passage.label, _pieces(passage.markup, text, start, end, found))
    first, last = _window(text, start, end, found)
    before = (_ELLIPSIS,) if first > start else ()
    after = (_ELLIPSIS,) if last < end else ()
    return Snippet(passage.label, (*before, *_pieces(passage.markup, text, first, last, found), *after))


def _window(text: str, start: int, end: int, found: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Return a part of a long sentence with its first marks, from blank to blank, cutting through none."""
    first, last = start, end
    if found and found[-1][1] - start > _LONGEST:
        first = _blank_before(text, start, max(start, found[0][0] - _LONGEST // 4), found)
    if end - first > _LONGEST:
        # What has no blank for so long is shown whole, as is the first mark.
        least = found[0][1] if found else first + 1
        last = max(
            _blank_before(text, first, first + _LONGEST, found), _blank_behind(text, least, end, found)
        )
    return first, last


def _blank_before(text: str, start: int, place: int, found: Sequence[tuple[int, int]]) -> int:
    """Return the last blank up to a place that lies in no mark; `start` where there is none behind that."""
    while (place := text.rfind(" ", start, place + 1)) >= 0:
        if not any(first < place < last for first, last in found):
            return place
        place -= 1
    return start


def _blank_behind(text: str, place: int, end: int, found: Sequence[tuple[int, int]]) -> int:
    """Return the first blank from a place on that lies in no mark; `end` where there is none before that."""
    while (place := text.find(" ", place, end)) >= 0:
        if not any(first < place < last for first, last in found):
            return place
        place += 1
    return end


def _pieces(
    markup: Markup, text: str, start: int, end: int, found: Sequence[tuple[int, int]]
) -> tuple[Piece, ...]:
    """Return a part of some markup, which is this plain text, in pieces: outside of marks, and inside."""
    if "<" in markup:
        return _pieces_between_tags(markup, start, end, found)
    # What has no tag can be cut as text, and most is so.
    pieces = list[Piece]()
    for first, last in found:
        if start <= first and last <= end:
            if start < first:
                pieces.append(Piece(cast("Markup", text[start:first])))
            pieces.append(Piece(cast("Markup", text[first:last]), is_match=True))
            start = last
    if start < end:
        pieces.append(Piece(cast("Markup", text[start:end])))
    if "&" in markup:
        return tuple(Piece(part_of_text(piece.markup), piece.is_match) for piece in pieces)
    return tuple(pieces)


def _pieces_between_tags(
    markup: Markup, start: int, end: int, found: Sequence[tuple[int, int]]
) -> tuple[Piece, ...]:
    borders = [start]
    for mark in found:
        if start <= mark[0] and mark[1] <= end:
            borders += mark
    borders.append(end)
    borders = _places(markup, borders)
    before = markup[: borders[0]]
    if "<" in markup[borders[0] : borders[-1]] or before.count("<") != 2 * before.count("</"):
        return tuple(Piece(piece, is_match) for piece, is_match in cut(markup, start, end, found))
    # Where no tag is in it or around it, it can be sliced.
    pieces, is_match = list[Piece](), False
    for first, last in pairwise(borders):
        if last > first:
            pieces.append(Piece(cast("Markup", markup[first:last]), is_match))
        is_match = not is_match
    return tuple(pieces)


def _places(markup: Markup, offsets: Sequence[int]) -> list[int]:
    """Return where offsets in the text of some markup, in order, lie in that; before a tag, not behind it."""
    places, longer = [], 0
    signs = (
        (sign.start(), sign.end() - sign.start() - (sign[0][0] == "&")) for sign in _SIGN.finditer(markup)
    )
    start, more = next(signs, _NO_SIGN)
    for offset in offsets:
        while start < offset + longer:
            longer += more
            start, more = next(signs, _NO_SIGN)
        places.append(offset + longer)
    return places
