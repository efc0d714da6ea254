"""Tokens in layers: every one is found at its place, and counts as often as it stands in the text."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from search.cluster.layers import Tokens, documented, lay

TOKENS = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 4), st.integers(0, 5), st.integers(0, 1), st.integers(1, 3)),
    max_size=25,
)


def tokens(rows: list[tuple[int, ...]]) -> Tokens:
    texts, places, terms, forms, widths = (np.array(each, np.intp) for each in zip(*rows, strict=True))
    return Tokens(texts, places, terms, forms.astype(np.uint8), widths, widths > 1)


@given(TOKENS.filter(bool))
def test_every_token_is_in_some_layer_at_each_of_its_places(rows: list[tuple[int, ...]]) -> None:
    laid = lay(tokens(rows))
    wanted = {
        (text, place + step, term, form) for text, place, term, form, width in rows for step in range(width)
    }
    texts, places, terms = laid.texts.tolist(), laid.places.tolist(), laid.terms.tolist()
    assert set(zip(texts, places, terms, laid.forms.tolist(), strict=True)) == wanted
    layers = laid.layers.tolist()
    slots = Counter(zip(texts, places, layers, strict=True))
    assert set(slots.values()) == {1}
    heights = defaultdict(set)
    for text, place, layer in slots:
        heights[text, place].add(layer)
    assert all(max(found) - min(found) + 1 == len(found) and min(found) < 2 for found in heights.values())


@given(TOKENS.filter(bool))
def test_the_lowest_layer_and_the_others_are_all_tokens_each_once(rows: list[tuple[int, ...]]) -> None:
    laid = lay(tokens(rows))
    lowest = laid.layers == 0
    found = Counter(zip(laid.texts[lowest].tolist(), laid.terms[lowest].tolist(), strict=True))
    found += Counter(
        (text, term) for (text, _, term, *_), other in zip(rows, laid.others, strict=True) if other
    )
    assert found == Counter((text, term) for text, _, term, *_ in rows)
    wide = {(text, place, term) for text, place, term, _, width in rows if width > 1}
    narrow = {(text, place, term) for text, place, term, _, width in rows if width == 1}
    in_lowest = set(
        zip(
            laid.texts[lowest].tolist(),
            laid.places[lowest].tolist(),
            laid.terms[lowest].tolist(),
            strict=True,
        )
    )
    assert not in_lowest & (wide - narrow)


def test_values_keep_their_places_in_every_layer_up_to_the_last_token() -> None:
    found = dict(documented("title", [["a b", "c", "d"], ["_ x", "_", "_"]], [[], ["_ _", "_", "_"]], ["y"]))
    assert found == {"w_title": ["a b", "c", "d", "y"], "t_title_1": "_ x"}
    found = dict(documented("title", [["a b", "c"], ["_ _", "x"]], [["a.1 _", "_"]], []))
    assert found == {"w_title": ["a b", "c"], "t_title_1": ["_ _", "x"], "x_title_0": "a.1"}


@given(TOKENS.filter(bool))
def test_places_may_be_as_far_away_as_they_like(rows: list[tuple[int, ...]]) -> None:
    here, far = tokens(rows), 1 << 60
    one, other = lay(here), lay(here._replace(places=here.places + far))
    for name in ("texts", "terms", "forms", "layers", "others"):
        assert getattr(one, name).tolist() == getattr(other, name).tolist()
    assert (one.places + far).tolist() == other.places.tolist()
