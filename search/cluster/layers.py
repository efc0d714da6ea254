"""The tokens of a field by place, in layers: how a document of a cluster holds them, and where they are.

A document is sent words that our analyzer made, as the numbers that they have in the lexicon of their kind,
and the cluster's `whitespace` analyzer does nothing but part them. Where a compound stands, several tokens
share a place. Of a field F there are

w_F       layer 0: at each place, its first token that stands in one place alone; and behind these, far from
          all else, every other token, so that it says of every term how often the field has it
t_F_1...  the layers above: of each place its second token, its third, and so on, a wide token in every place
          that it fills
x_F_0...  the terms of all layers with the form in which each was written, for what is quoted; only of terms
          that are written in more than one

so that the places of all are the same, and a query may go from one to the other. A place without is `_`; the
values of a field are `GAP_WIDTH` apart, as the cluster has it where there are several.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from index.segments.ranges import ranges

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from index.segments.lexicon import Lexicon

NOTHING: Final = "_"
"""Stands in a layer where a place has no token."""

MOST: Final = 7
"""The last layer that is told apart; all above count as this."""

_NUMBER_BITS: Final = 63
_LONGEST: Final = 255
_FORM: Final = 8
_BETWEEN: Final = " "


class Layers(NamedTuple):
    """Which layers a term of a field is found in: bit n of `of[term]` says so of layer n, or of all above 7.

    `longest[term]` is the number of places in a row that the term ever has; above 1 for wide tokens alone.
    """

    of: NDArray[np.uint8]
    longest: NDArray[np.uint8]


class Tokens(NamedTuple):
    """Tokens of a field of some texts: an entry of each array for each.

    It stands in `widths` places from `places` on; `is_wide` says whether it is one of those that may stand in
    several.
    """

    texts: NDArray[np.intp]
    places: NDArray[np.intp]
    terms: NDArray[np.intp]
    forms: NDArray[np.uint8]
    widths: NDArray[np.intp]
    is_wide: NDArray[np.bool_]


class Laid(NamedTuple):
    """Tokens in layers: an entry for each token and each place it has, in order of text, place and layer.

    `others` says of each token that was laid whether it is not in layer 0.
    """

    texts: NDArray[np.intp]
    places: NDArray[np.intp]
    terms: NDArray[np.intp]
    forms: NDArray[np.uint8]
    layers: NDArray[np.intp]
    others: NDArray[np.bool_]


def lay(tokens: Tokens) -> Laid:
    """Return tokens in layers."""
    own = np.repeat(np.arange(len(tokens.terms)), tokens.widths)
    places = ranges(tokens.places, tokens.widths)
    is_wide = tokens.is_wide[own]
    order = _order(tokens.texts[own], places, is_wide, tokens.terms[own], tokens.forms[own])
    own, places, is_wide = own[order], places[order], is_wide[order]
    is_new = changes(tokens.texts[own], places, tokens.terms[own], tokens.forms[own])
    own, places, is_wide = own[is_new], places[is_new], is_wide[is_new]
    texts = tokens.texts[own]
    firsts = np.flatnonzero(changes(texts, places))
    first = np.repeat(firsts, np.diff(np.append(firsts, len(own))))
    # Layer 0 holds each token once, so none that is wide.
    layers = np.arange(len(own)) - first + is_wide[first]
    others = np.ones(len(tokens.terms), np.bool_)
    others[own[layers == 0]] = False
    return Laid(texts, places, tokens.terms[own], tokens.forms[own], layers, others)


def _order(*keys: NDArray[np.intp] | NDArray[np.bool_] | NDArray[np.uint8]) -> NDArray[np.intp]:
    """Return the order by some keys, the first of which counts most; none is negative.

    To sort by all of them as one number takes a fifth of the time, where they are not too large for that.
    """
    bits = [int(each.max(initial=0)).bit_length() for each in keys]
    if sum(bits) > _NUMBER_BITS:
        return np.lexsort(keys[::-1])
    joined = np.zeros(len(keys[0]), np.int64)
    for each, width in zip(keys, bits, strict=True):
        joined <<= width
        joined |= each
    return np.argsort(joined, kind="stable")


def changes(*arrays: NDArray[np.intp] | NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return which entries differ from those before them in any array; the first does."""
    found = np.zeros(len(arrays[0]), np.bool_)
    found[:1] = True
    for each in arrays:
        found[1:] |= each[1:] != each[:-1]
    return found


def layers_of(lexicon: Lexicon) -> Layers:
    """Return the layers of a field in which no term was found yet."""
    return Layers(np.zeros(len(lexicon), np.uint8), np.zeros(len(lexicon), np.uint8))


def note(layers: Layers, terms: NDArray[np.intp], found: NDArray[np.intp]) -> None:
    """Take in that terms were found in layers, and so in one place at least."""
    np.bitwise_or.at(layers.of, terms, (1 << np.minimum(found, MOST)).astype(np.uint8))
    layers.longest[terms] = np.maximum(layers.longest[terms], 1)


def note_runs(
    layers: Layers, terms: NDArray[np.intp], places: NDArray[np.intp], texts: NDArray[np.intp]
) -> None:
    """Take in in how many places in a row some terms stand, given where each does."""
    if not len(terms):
        return
    order = np.lexsort((places, texts, terms))
    terms, places, texts = terms[order], places[order], texts[order]
    is_new = changes(terms, texts)
    is_new[1:] |= places[1:] - places[:-1] > 1
    breaks = np.flatnonzero(is_new)
    lengths = places[np.append(breaks[1:], len(terms)) - 1] - places[breaks] + 1
    np.maximum.at(layers.longest, terms[breaks], np.minimum(lengths, _LONGEST).astype(np.uint8))


def token(term: int) -> str:
    """Return how a term is written in a document."""
    return f"{term:x}"


def form_token(term: int, form: int) -> str:
    """Return how a term in one of its forms is written."""
    return f"{term:x}.{form:x}"


def placed_in(name: str, layer: int) -> str:
    """Return where a layer of a field is found."""
    return f"t_{name}_{layer}" if layer else f"w_{name}"


def written_in(name: str, layer: int) -> str:
    """Return where a layer of a field is found as it was written."""
    return f"x_{name}_{layer}"


class Words(dict[int, str]):
    """How terms are written, each made once."""

    def __missing__(self, term: int) -> str:
        self[term] = token(term)
        return self[term]


class Written(dict[int, str]):
    """How terms are written in their forms, by term and, in the last eight bits, form; each made once."""

    def __init__(self, is_several: NDArray[np.bool_]) -> None:
        """Take which terms have several forms; of others nothing is said."""
        super().__init__()
        self._is_several = is_several

    def __missing__(self, key: int) -> str:
        term, form = key >> _FORM, key & (1 << _FORM) - 1
        self[key] = form_token(term, form) if self._is_several[term] else NOTHING
        return self[key]

    def of(self, terms: NDArray[np.intp], forms: NDArray[np.uint8]) -> list[str]:
        """Return how terms are written."""
        return list(map(self.__getitem__, (terms << _FORM | forms).tolist()))


def several_forms(lexicon: Lexicon) -> NDArray[np.bool_]:
    """Return which terms are written in several forms."""
    found: NDArray[np.bool_] = np.bincount(lexicon.word_term, minlength=len(lexicon)) > 1
    return found


def documented(
    name: str, placed: Sequence[Sequence[str]], written: Sequence[Sequence[str]], others: Sequence[str]
) -> Iterator[tuple[str, str | list[str]]]:
    """Yield what a document holds of a field: values of every layer, and what else the text has."""
    for layer, values in enumerate(placed):
        kept = _without_end(values) if layer else [*values, *others]
        if kept:
            yield placed_in(name, layer), kept[0] if len(kept) == 1 else kept
    for layer, values in enumerate(written):
        if kept := _without_end(values):
            yield written_in(name, layer), kept[0] if len(kept) == 1 else kept


def _without_end(values: Sequence[str]) -> list[str]:
    """Return values up to the last token: behind it nothing has to be in its place."""
    kept = list(values)
    while kept:
        kept[-1] = kept[-1].rstrip(NOTHING + _BETWEEN)
        if kept[-1]:
            break
        kept.pop()
    return kept
