"""What a cluster counts is whole, or it is no answer; what is packed for it comes back."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Raw

from search.cluster.packed import IDS, STREAMS, Unpacked, packed
from search.cluster.plan import facet_in
from search.errors import EngineDown

NUMBERS = st.lists(st.integers(0, 2**32 - 1), max_size=5)
ARTICLES = st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS), max_size=4)


def told(error: int, others: int) -> dict[str, Any]:
    values = {
        "doc_count_error_upper_bound": error,
        "sum_other_doc_count": others,
        "buckets": Raw(b'[{"key":1,"doc_count":5}]'),
    }
    return {"aggregations": {"facet.drug.0": {"values": values}}}


def test_values_that_were_all_counted_are_counts() -> None:
    assert facet_in(told(0, 0), "drug", 3).tolist() == [0, 5, 0]


@pytest.mark.parametrize(("error", "others"), [(1, 0), (0, 1)])
def test_values_that_were_not_all_counted_are_no_counts(error: int, others: int) -> None:
    with pytest.raises(EngineDown, match="every value of drug"):
        facet_in(told(error, others), "drug", 3)


@given(ARTICLES)
def test_what_is_packed_comes_back_article_by_article(articles: list[tuple[list[int], ...]]) -> None:
    def gaps(units: list[int]) -> list[int]:
        return [unit % 256 for unit in units]

    def words(numbers: list[int]) -> bytes:
        return np.array(numbers, "<u4").tobytes()

    content = []
    for one, far, ids in articles:
        streams = dict.fromkeys(STREAMS, (b"", b"", b""))
        streams["title"] = words(one), bytes(gaps(one)), words(far)
        streams["abstract"] = words(far), bytes(gaps(far)), b""
        content.append(packed([*streams.values()], [words(ids) if name == "pmid" else b"" for name in IDS]))
    found = Unpacked([base64.urlsafe_b64encode(each).decode().rstrip("=") for each in content])
    other = Unpacked([base64.b64encode(each).decode().rstrip("=") for each in content])
    assert found.stream("title")["units"].tolist() == other.stream("title")["units"].tolist()
    title, abstract = found.stream("title"), found.stream("abstract")
    assert title["counts"].tolist() == [len(one) for one, _, _ in articles]
    assert title["units"].tolist() == [unit for one, _, _ in articles for unit in one]
    assert title["gaps"].tolist() == [gap for one, _, _ in articles for gap in gaps(one)]
    assert title["far"].tolist() == [each for _, far, _ in articles for each in far]
    assert abstract["gaps"].tolist() == [gap for _, far, _ in articles for gap in gaps(far)]
    counts, terms = found.terms("pmid")
    assert counts.tolist() == [len(ids) for _, _, ids in articles]
    assert terms.tolist() == [each for _, _, ids in articles for each in ids]
