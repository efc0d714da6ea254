from __future__ import annotations

from contextlib import closing
from threading import Event, get_ident
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.ahead import ahead

if TYPE_CHECKING:
    from collections.abc import Iterator


@given(st.lists(st.none() | st.integers()), st.integers(1, 4))
def test_items_come_as_they_are_and_in_order(items: list[int | None], most: int) -> None:
    assert list(ahead(iter(items), most)) == items


def test_the_next_items_are_made_while_the_last_one_is_used() -> None:
    made = [Event() for _ in range(5)]

    def items() -> Iterator[int]:
        for number, event in enumerate(made):
            event.set()
            yield number

    for number in ahead(items(), 2):
        assert all(event.wait(10) for event in made[: number + 3])


def test_items_are_made_in_one_thread_that_is_not_the_users() -> None:
    def threads() -> Iterator[int]:
        for _ in range(5):
            yield get_ident()

    (thread,) = set(ahead(threads(), 2))
    assert thread != get_ident()


def test_an_error_comes_after_the_items_before_it() -> None:
    def items() -> Iterator[int]:
        yield 1
        yield 2
        raise ValueError("no more")

    came = ahead(items(), 2)
    assert [next(came), next(came)] == [1, 2]
    with pytest.raises(ValueError, match="no more"):
        next(came)


def test_no_more_is_made_once_it_is_closed() -> None:
    made = []

    def items() -> Iterator[int]:
        for number in range(100):
            made.append(number)
            yield number

    with closing(ahead(items(), 2)) as came:
        assert next(came) == 0
    assert len(made) <= 3
