"""One form for what is the same letter: case, accents, ligatures, Greek letters and their names."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

GREEK: Final = {
    "\u03b1": "alpha", "\u03b2": "beta", "\u03b3": "gamma", "\u03b4": "delta", "\u03b5": "epsilon",
    "\u03b6": "zeta", "\u03b7": "eta", "\u03b8": "theta", "\u03b9": "iota", "\u03ba": "kappa",
    "\u03bb": "lambda", "\u03bc": "mu", "\u03bd": "nu", "\u03be": "xi", "\u03bf": "omicron", "\u03c0": "pi",
    "\u03c1": "rho", "\u03c3": "sigma", "\u03c4": "tau", "\u03c5": "upsilon", "\u03c6": "phi",
    "\u03c7": "chi", "\u03c8": "psi", "\u03c9": "omega",
}  # fmt: skip
"""The small Greek letters by their names."""

GREEK_NAMES: Final = frozenset(GREEK.values())

MARKS: Final = "\u0300-\u036f\u00ad\u200b-\u200d"
"""Inside a character class: what may stand within a word without being of it, as accents of their own."""

# Letters that Unicode does not take apart, and marks that show nothing.
_LETTERS: Final = str.maketrans(
    {
        "\u00e6": "ae", "\u0153": "oe", "\u00f8": "o", "\u0142": "l", "\u0111": "d", "\u00f0": "d",
        "\u00fe": "th", "\u0131": "i", "\u0127": "h", "\u014b": "n", "\u0251": "\u03b1", "\u00ad": None,
        "\u200b": None, "\u200c": None, "\u200d": None,
    }
)  # fmt: skip
# A letter that stands alone among others, or the pairs of a T cell's receptor: all else is Greek text.
_GREEK_LETTER: Final = re.compile(
    "(?<![\u03b1-\u03c9])(?:\u03b1\u03b2|\u03b3\u03b4|[\u03b1-\u03c9])(?![\u03b1-\u03c9])"
)
# No German word begins with it, or has it behind a digit or capital: it was typed for a beta.
_SHARP_S: Final = re.compile("(?<![^\\W\\d_A-Z])\u00df")
_ANY_GREEK: Final = "\u0370-\u03ff\u1f00-\u1fff"
GREEK_BORDER: Final = re.compile(
    f"(?<![{_ANY_GREEK}])(?!\u03bc(?:[glmsavAVLM]|mol)$)"
    f"(?:\u03b1\u03b2|\u03b3\u03b4|[\u03b1-\u03c9\u0391-\u03a9])(?![{_ANY_GREEK}])|{_SHARP_S.pattern}"
)
"""A Greek letter that stands for its name, in text as it was written."""

_MICRO: Final = re.compile("\u03bc(?=(?:[glmsav]|mol)$)")


def fold(text: str) -> str:
    """Return text without case, accents and ligatures: "Müller" and "MULLER" are both "muller"."""
    if text.isascii():
        return text.lower()
    # What is taken apart may hold capitals that it did not show before.
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text.casefold()).casefold())
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return (bare or decomposed).translate(_LETTERS)


def fold_word(word: str) -> str:
    """Return a folded word in which a Greek letter has its name: NF-kappa-B with a letter is "nfkappab".

    Words of Greek keep their letters; a mu before a unit is the u that it is typed as: "ug".
    """
    if word.isascii():
        return word.lower()
    folded = fold(_SHARP_S.sub("\u03b2", word))
    return _GREEK_LETTER.sub(_names, _MICRO.sub("u", folded))


def _names(letters: re.Match[str]) -> str:
    return "".join(GREEK[letter] for letter in letters[0].replace("\u03c2", "\u03c3"))
