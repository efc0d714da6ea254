from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from crawler.article import Abstract, Article, Ids, Markup, Section
from index.schema import Kind
from tests.index.segments.test_segment import segment_of
from tests.strategies import WORDS


@given(st.lists(st.sampled_from([*WORDS, "TDP-43", "als-ftd"]), min_size=1), st.sets(st.integers(0, 20)))
def test_units_hold_the_terms_of_their_tokens(words: list[str], terms: set[int]) -> None:
    text = Section(Markup(" ".join(words)))
    made = Article(ids=Ids(pmid="1"), title=Markup("A title."), abstract=Abstract(sections=(text,)))
    with TemporaryDirectory() as folder:
        units = segment_of(Path(folder), made).forward.units[Kind.TEXT]
        offsets = units.offsets.tolist()
        held = [{*units.terms[a:b].tolist()} for a, b in pairwise(offsets)]
        assert units.holding(np.array(sorted(terms), np.intp)).tolist() == [
            bool(each & terms) for each in held
        ]
