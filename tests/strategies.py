"""What hypothesis draws in more than one place."""

from __future__ import annotations

from hypothesis import strategies as st

WORDS = ["apple", "banana", "cherry", "motor", "neurons", "TDP-43", "SOD1", "the", "2020", "als"]
_PARTS = [
    *WORDS, "AND", "OR", "NOT", "(", ")", '"', '"motor neurons"', "[ti]", "[au]", "[dp]", "[zz]", "title:",
    "author:", "year:", "mot*", "*", ":", "2019:2021", "[", "]", "10.1000/x", "PMC1", "&",
]  # fmt: skip
_RARE_PARTS = [
    "\u201cmotor neuron*\u201d", "[tiab:~3]", "[ti:~2000]", "[~1]", "[mh]", "[majr:noexp]", "[ti,mh]", "[sb]",
    "[ta]", "[la]", "[pmid]", "[aid]", "[ref]", "[ed]", "[all]", "cites:", "has:", "last 5 years", "ap*", "|",
    "10.1000/a(b)c", "PMC12,x", "pmid", "123456", "234567,345678", "hasabstract", "free full text", "smith j",
    "Julia S Wong", "james, ryan", "o'brien", "foo,10.1/x", "a_b", "als/ftd", "x:y", "#1", "\uff5e", "or",
    "1466-447X", "chi", "\uff54\uff49\uff1a", "3.5mg", "patient's", "uid1234567", "\uff02",
]  # fmt: skip


def queries() -> st.SearchStrategy[str]:
    """Return queries of words and all the signs of the language, in any order."""
    return st.lists(st.sampled_from(_PARTS), max_size=20).map(" ".join)


def pieces_of_queries() -> list[str]:
    """Return the parts of `queries`, and rarer ones, such as are read in a way of their own."""
    return [*_PARTS, *_RARE_PARTS]
