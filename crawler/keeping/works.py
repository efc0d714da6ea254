"""Which readings are of the same work.

Two PMIDs are two works, whatever else they share. A reading without a PMID belongs to the work that has its
PMCID or DOI; where several do, to the one whose PMID is the lowest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from crawler.keeping.merge import Reading

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawler.article import Ids

R = TypeVar("R", bound=Reading)


def lookup_ids(ids: Ids) -> list[str]:
    """Return the ids of a work as they are looked up: lower case, best first."""
    return [each.casefold() for each in (ids.pmid, ids.pmcid, ids.doi) if each]


def group(readings: Iterable[R]) -> list[list[R]]:
    """Return the readings by work; the same works whatever the order, those with a PMID first, by number.

    `owners` is settled before readings without a PMID join, so none of them can draw in another.
    """
    by_pmid: dict[str, list[R]] = {}
    others: list[list[R]] = []
    without: list[R] = []
    for reading in readings:
        if pmid := reading.article.ids.pmid:
            by_pmid.setdefault(pmid, []).append(reading)
        else:
            without.append(reading)
    known = [by_pmid[pmid] for pmid in sorted(by_pmid, key=lambda pmid: (len(pmid), pmid))]
    owners = [_ids(work) for work in known]
    for component in _connected(without):
        ids = _ids(component)
        owner = next((place for place, owned in enumerate(owners) if owned & ids), None)
        if owner is None:
            others.append(component)
        else:
            known[owner].extend(component)
    return known + others


def _ids(readings: Iterable[Reading]) -> set[str]:
    return {each for reading in readings for each in lookup_ids(reading.article.ids)}


def _connected(readings: Iterable[R]) -> list[list[R]]:
    """Return the readings in sets that share an id, directly or through others."""
    sets: list[tuple[set[str], list[R]]] = []
    for reading in readings:
        ids, members = set(lookup_ids(reading.article.ids)), [reading]
        apart = []
        for known_ids, known in sets:
            if known_ids & ids:
                ids |= known_ids
                members = known + members
            else:
                apart.append((known_ids, known))
        sets = [*apart, (ids, members)]
    return [members for _, members in sets]
