"""What is read of an index in a cluster: documents by number, those of a page however deep, all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from search.cluster.clauses import listed
from search.cluster.plan import documents_in, with_documents

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from search.cluster.connection import Cluster
    from search.cluster.plan import Plan
    from search.deadline import Deadline
    from search.matching.numbers import Numbers

WINDOW: Final = 10_000
"""As far as the cluster counts into a list; whoever goes on beyond says where the last one stood."""

Document = dict[str, Any]


class Reading:
    """An index of a cluster. May be shared by threads; each method raises EngineDown."""

    def __init__(self, cluster: Cluster, index: str) -> None:
        """Take the cluster and the name of the index."""
        self._cluster = cluster
        self._index = index

    def search(self, body: dict[str, Any], deadline: Deadline) -> dict[str, Any]:
        """Return the answer to a search."""
        return self._cluster.search(self._index, body, deadline)

    def documents(self, numbers: Numbers, source: Sequence[str], deadline: Deadline) -> list[Document]:
        """Return the documents with some numbers, in no order."""
        if not len(numbers):
            return []
        body = with_documents({"query": listed(numbers), "size": len(numbers), "sort": ["_doc"]}, source)
        return documents_in(self.search(body, deadline))

    def complete(
        self, documents: dict[int, Document], numbers: set[int], source: Sequence[str], deadline: Deadline
    ) -> bool:
        """Read what is missing among documents by number; say whether anything was."""
        missing = np.array(sorted(numbers - documents.keys()), np.intp)
        found = self.documents(missing, source, deadline)
        documents |= {int(each["n"]): each for each in found}
        return bool(found)

    def window(
        self, plan: Plan, start: int, size: int, sort: list[Any], deadline: Deadline
    ) -> dict[str, Any]:
        """Return the search for the hits of a plan from a place on, so many, wherever that is."""
        if start + size <= WINDOW:
            return plan.body(size=size, start=start, sort=sort)
        last = self._last_before(plan, start, sort, deadline)
        body = plan.body(size=size if last else 0, sort=sort)
        return body | {"search_after": last} if last else body

    def numbers(self, plan: Plan, sort: list[Any], deadline: Deadline) -> Iterator[int]:
        """Yield all articles that match, in an order."""
        body = plan.body(size=WINDOW, sort=sort) | {"docvalue_fields": ["n"]}
        while hits := self.search(body, deadline)["hits"]["hits"]:
            yield from (int(hit["fields"]["n"][0]) for hit in hits)
            body["search_after"] = hits[-1]["sort"]

    def _last_before(self, plan: Plan, place: int, sort: list[Any], deadline: Deadline) -> list[Any]:
        """Return where the hit before a place stands in an order; nothing where there are not so many."""
        body = plan.body(size=0, sort=sort) | {"stored_fields": "_none_"}
        last: list[Any] = []
        left = place
        while left:
            step = min(left, WINDOW)
            hits = self.search(body | {"size": step}, deadline)["hits"]["hits"]
            if len(hits) < step:
                return []
            last = hits[-1]["sort"]
            body["search_after"] = last
            left -= step
        return last
