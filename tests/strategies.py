"""What hypothesis draws in more than one place."""

from __future__ import annotations

from hypothesis import strategies as st

WORDS = ["apple", "banana", "cherry", "motor", "neurons", "TDP-43", "SOD1", "the", "2020", "als"]
_PARTS = [
    *WORDS, "AND", "OR", "NOT", "(", ")", '"', '"motor neurons"', "[ti]", "[au]", "[dp]", "[zz]", "title:",
    "author:", "year:", "mot*", "*", ":", "2019:2021", "[", "]", "10.1000/x", "PMC1", "&",
]  # fmt: skip


def queries() -> st.SearchStrategy[str]:
    """Return queries of words and all the signs of the language, in any order."""
    return st.lists(st.sampled_from(_PARTS), max_size=20).map(" ".join)
