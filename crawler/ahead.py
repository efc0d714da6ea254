"""What comes next is made in a thread while what came before is put to use."""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

T = TypeVar("T")


def ahead(items: Iterator[T], most: int) -> Generator[T]:
    """Yield items in order, and have at most so many made, by a thread, before they are asked for.

    An error in the making is raised where its item would have come. To be closed where it is left early: that
    waits for the item in the making.
    """
    thread = ThreadPoolExecutor(1)
    try:
        coming = deque(thread.submit(_following, items) for _ in range(most))
        while item := coming.popleft().result():
            coming.append(thread.submit(_following, items))
            yield from item
    finally:
        thread.shutdown(cancel_futures=True)


def _following(items: Iterator[T]) -> list[T]:
    """Return the next item alone; nothing at the end."""
    return list(islice(items, 1))
