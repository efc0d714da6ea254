from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.segments.packing import Packer, Unpacker, sample_of


@given(st.lists(st.binary(max_size=400)), st.lists(st.binary(max_size=400)))
def test_what_is_packed_comes_back(known: list[bytes], articles: list[bytes]) -> None:
    sample = sample_of(known)
    packer, unpacker = Packer(sample), Unpacker(sample)
    assert [unpacker.unpacked(packer.packed(each)) for each in articles] == articles


def test_what_the_sample_holds_takes_next_to_no_room() -> None:
    article = bytes(range(256)) * 4
    assert len(Packer(sample_of([article])).packed(article)) < 40 < len(article)


def test_the_same_article_is_packed_the_same_whatever_came_before() -> None:
    sample = sample_of([b"neurons and glia"])
    packer = Packer(sample)
    packer.packed(b"something else")
    assert packer.packed(b"glia and neurons") == Packer(sample).packed(b"glia and neurons")


def test_a_damaged_article_is_refused() -> None:
    sample = sample_of([b"x" * 100])
    with pytest.raises(ValueError, match="run `als-search reindex`"):
        Unpacker(sample).unpacked(Packer(sample).packed(b"y" * 100)[:-3])


def test_threads_share_what_unpacks() -> None:
    sample = sample_of([b"neurons and glia"])
    articles = [b"neurons and glia " * n for n in range(200)]
    packed = list(map(Packer(sample).packed, articles))
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(Unpacker(sample).unpacked, packed * 5)) == articles * 5
