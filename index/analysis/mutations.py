"""Changes of genes and proteins as they are written: G93A, p.Gly93Ala, c.280G>A, and with the gene's name."""

from __future__ import annotations

import re
from typing import Final

_ACIDS: Final = {
    "ala": "a", "arg": "r", "asn": "n", "asp": "d", "cys": "c", "gln": "q", "glu": "e", "gly": "g",
    "his": "h", "ile": "i", "leu": "l", "lys": "k", "met": "m", "phe": "f", "pro": "p", "ser": "s",
    "thr": "t", "trp": "w", "tyr": "y", "val": "v",
}  # fmt: skip
_ENDS: Final = {"ter": "x", "*": "x", "stop": "x"}
_ACID: Final = "[ACDEFGHIKLMNPQRSTVWYacdefghiklmnpqrstvwy]"

CHANGE: Final = rf"(?:{_ACID}\d{{1,4}}(?:{_ACID}|[xX*])|[A-Za-z]{{3}}\d{{1,4}}(?:[A-Za-z]{{3}}|\*))(?!\w)"
"""One amino acid for another, to the end of the word: G93A, Gly93Ala, Q331*."""

HGVS: Final = (
    r"[pP]\.[A-Za-z]{1,3}\d+(?:_[A-Za-z]{1,3}\d+)?(?:[A-Za-z]+(?:\*\d+)?|\*)(?!\w)"
    r"|[cCgGmM]\.[-*]?\d+(?:[-+_]\d+)*(?:[ACGTacgt]+>[ACGTacgt]+|(?:del|dup|ins|inv)[A-Za-z]*)(?!\w)"
    r"|\d+(?:[-+]\d+)?[ACGTacgt]>[ACGTacgt](?!\w)"
)
"""A change as the Human Genome Variation Society writes it; of a stretch of DNA without its c. as well."""

CHANGED_GENES: Final = tuple(
    """app asyn braf chchd10 dctn1 egfr fus kif5a kras lrrk2 mapt matr3 optn pfn1 psen1 psen2 setx snca sod1
    sqstm1 synuclein tardbp tau tbk1 tdp43 tuba4a ubqln2 valosin vapb vcp""".split()
)
"""Genes and proteins behind or before which a change of them is written without a sign between."""

OWNED: Final = ("fus", "nfh", "nfl", "sod1", "tau", "tdp", "tdp43", "tardbp")
"""What is written with an h (human), m (of mice) or p (phosphorylated) before it: hSOD1, pTDP-43."""

_GENE: Final = "|".join(sorted(CHANGED_GENES, key=len, reverse=True))
_LONG: Final = re.compile(
    rf"({'|'.join(_ACIDS)})(\d{{1,4}})({'|'.join([*_ACIDS, 'ter', 'stop'])}|\*|[a-z])?(?![a-z])"
)
_GENE_LAST: Final = re.compile(rf"([acdefghiklmnpqrstvwy]\d{{1,4}}[acdefghiklmnpqrstvwxy])({_GENE})")
_ASTERISK: Final = re.compile(r"(?<=\d)\*")


def bare_change(text: str) -> str:
    """Return a change without the p. or c. before it; all other text as it is."""
    return text[2:] if text[1:2] == "." and text[0] in "pPcC" else text


def one_writing(word: str) -> str:
    """Return a folded word that holds a digit with its changes in short, behind the gene.

    "gly93ala" is "g93a", "g93asod1" is "sod1g93a", "q331*" is "q331x".
    """
    if len(word) < 4:
        return word
    return _GENE_LAST.sub(r"\2\1", _ASTERISK.sub("x", _LONG.sub(_shorter, word)))


def _shorter(found: re.Match[str]) -> str:
    first, place, last = found.groups("")
    return _ACIDS[first] + place + (_ACIDS.get(last) or _ENDS.get(last, last))
