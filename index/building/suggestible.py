"""What of a library can be suggested: names of the vocabulary, keywords, authors, journals and titles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from index.analysis.analyzer import COMPOUND, tokens_of
from index.building.gather import titles
from index.naming import vocabulary
from index.schema import Kind, plain
from index.segments.columns import read_columns
from index.segments.ranges import distinct
from index.segments.suggestions import Entry, EntryKind, write_suggestions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from numpy.typing import NDArray

    from index.naming.concepts import Concept
    from index.naming.vocabulary import Vocabulary
    from index.segments.columns import Columns
    from index.segments.segment import Segment

_FACETS: Final = {
    "keyword": (EntryKind.KEYWORD, 1.0),
    "author": (EntryKind.AUTHOR, 1.0),
    "journal": (EntryKind.JOURNAL, 0.5),
}
"""The facets whose values are suggested, and what an article with one is worth."""

_OWN_NAME: Final = 4.0
_OTHER_NAME: Final = 3.0
_LETTER: Final = 0.001
"""What each letter takes off, so that the shortest comes first among names of the same worth."""


def learn_suggestions(segment: Segment, folder: Path, *, scratch: Path) -> None:
    """Write what can be suggested of a segment beside it, in its folder; raises OSError.

    The columns must have been written to the folder before; titles are those of the runs in `scratch`.
    """
    columns = read_columns(folder)
    concepts = list(_concepts(segment, vocabulary.load()))
    taken = {plain(entry.text) for entry in concepts}
    values = [entry for name in _FACETS for entry in _values(columns, name, taken)]
    write_suggestions(folder, [*concepts, *values, *_titles(scratch, columns)])


def _concepts(segment: Segment, names: Vocabulary) -> Iterator[Entry]:
    """Yield the names of each concept that articles have, by which a query finds all of them."""
    known: set[str] = set()
    for concept in names.concepts:
        if not (count := _count(segment, concept)):
            continue
        for form in (concept.name, *(form.text for form in concept.forms if form.leads and not form.near)):
            if (key := plain(form)) not in known:
                known.add(key)
                worth = count * (_OWN_NAME if form == concept.name else _OTHER_NAME)
                yield Entry(form, EntryKind.CONCEPT, count, worth - len(form) * _LETTER, concept.name)


def _count(segment: Segment, concept: Concept) -> int:
    """Return how many articles have all words of one of the forms that a query for the concept finds."""
    found = [_holders(segment, form.text) for form in concept.forms if form.is_found and not form.near]
    return len(distinct(np.concatenate(found))) if found else 0


def _holders(segment: Segment, text: str) -> NDArray[np.uint32]:
    """Return the articles with all words of a name; none where a single letter or number is one of them."""
    compounds = COMPOUND.findall(text)
    if any(len(compound) == 1 or compound.isdigit() for compound in compounds):
        return np.empty(0, np.uint32)
    number = segment.lexicons[Kind.TEXT].number
    lists = [segment.everywhere.postings(number(tokens_of(each)[0].term))[0] for each in compounds]
    lists.sort(key=len)
    found = lists[0] if lists else np.empty(0, np.uint32)
    for each in lists[1:]:
        found = np.intersect1d(found, each, assume_unique=True)
    return found


def _values(columns: Columns, name: str, taken: AbstractSet[str]) -> Iterator[Entry]:
    """Yield the values of a facet, without the keywords that are names of concepts."""
    facet = columns.facets[name]
    kind, worth = _FACETS[name]
    counts = np.bincount(facet.ids, minlength=len(facet.values)).tolist()
    for value, label, count in zip(facet.values, facet.labels, counts, strict=True):
        if kind is not EntryKind.KEYWORD or value not in taken:
            yield Entry(label, kind, count, worth * count)


def _titles(scratch: Path, columns: Columns) -> Iterator[Entry]:
    """Yield the titles, of which the newest are the most useful."""
    dates = columns.dates.tolist()
    for number, (title, date) in enumerate(zip(titles(scratch), dates, strict=True)):
        if title:
            yield Entry(title, EntryKind.TITLE, 1, float(date), columns.keys[number])
