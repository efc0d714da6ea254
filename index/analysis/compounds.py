"""Which characters of a text belong together, and what a compound is made of.

A compound is a number, or words that a hyphen or the border of a script joins. A blank joins only what is
known to be written solid or with a hyphen as well: TDP 43, C9 orf 72, NF kappa B, non invasive, SOD1 G93A.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crawler.markup import JOINER
from index.analysis.folding import GREEK, GREEK_NAMES, MARKS
from index.analysis.mutations import CHANGE, CHANGED_GENES, HGVS, OWNED
from index.analysis.stemming import NUMBERED, ROMAN

if TYPE_CHECKING:
    from collections.abc import Iterable

PREFIXES: Final = frozenset(
    """anti bulbo cardio cerebro cortico electro fronto gastro histo hypo immuno intra micro multi naso neuro
    non oculo patho peri physio post pre pseudo psycho semi socio spino sub thermo ultra""".split()
)
"""What begins a word, and is written apart from it, with a hyphen, or solid."""

# What may follow a prefix that is none there: pre and post treatment.
_NO_STEMS: Final = "and are but for from nor not than that the versus was were with".split()

_WITH_NUMBER: Final = """
    aqp ataxin atxn bcl caspase ccl cd chchd chit cox cxcl cyclin eaat ephrin ezh gdf glt glut hdac hla
    hsp iba il interleukin kif lrp matrin mcp mmp munc nek nlrp optn pfn pink profilin psen rab runx sca
    sequestosome sirt smad smn sod spg stat stathmin stmn syndecan tbk tia tlr tmem trem trpm trpv tuba
    ubiquilin ubqln unc vegf vegfr
""".split()
"""Names that a number of one or two digits may follow behind a blank."""

_CODES: Final = (
    "ab 1010", "alsaq 40", "alsaq 5", "amx 0035", "av 411", "avp 923", "azd 3241", "bhv 3241",
    "biib 067", "biib 078", "biib 100", "biib 105", "brx 220", "brx 345", "care giver", "care givers",
    "ck 107", "ck 2017357", "ck 2127107", "cnm au8", "covid 19", "dnl 788", "e 0302", "fab 122",
    "follow up", "follow ups", "fty 720", "gdc 0134", "gm 604", "gyki 53773", "ha 1077", "health care",
    "ilt 101", "ion 363", "ion 541", "isis 333611", "isis 666853", "kc 404", "kns 760704", "kpt 350",
    "lam 002a", "ly 300164", "mci 186", "mn 166", "moto neuron", "moto neurone", "moto neurones",
    "moto neurons", "np 001", "odm 109", "ono 2506", "or 1259", "pk 26124", "ptc 857", "rp 54274",
    "ski 606", "sls 005", "snr 1611", "sr 57746a", "sta 5326", "tdp 43", "tro 19622", "tw 001",
    "vm 202", "wild type", "wild types", "ykl 40", "ykl40",
)  # fmt: skip
"""What is written in two words, with a hyphen, or in one."""

_GREEK_LAST: Final = (
    "ifn",
    "il 1",
    "il1",
    "il-1",
    "interferon",
    "ppar",
    "pgc 1",
    "gsk 3",
    "gsk3",
    "gsk-3",
    "tnf",
)
_GREEK_INSIDE: Final = ("tgf", "amyloid")
_AFTER_GREEK: Final = """
    actin actinin adrenergic agonist agonists aminobutyric amyloid blocker blockers carotene catenin
    cell cells crystallin endorphin globulin hydroxybutyrate hydroxylase interferon ketoglutarate lactam
    lactamase motoneuron motoneurons motor oxidation secretase synuclein synucleinopathy synucleins
    tocopherol tubulin
""".split()

_BLANK: Final = "[ \u00a0]"
_HYPHEN: Final = "[-\u2010-\u2013\u2212\ufe63\uff0d]"
_LINK: Final = "[- \u00a0\u2010-\u2013\u2212]"
_END: Final = r"(?!\w)(?![.,]\d)"


def _either(words: Iterable[str]) -> str:
    """Return a pattern for any of these words in any case, a blank being one of any kind.

    Words that begin alike share that, so that a word which begins otherwise is passed over at once.
    """
    tails: dict[str, list[str]] = {}
    is_end = False
    for word in words:
        if word:
            tails.setdefault(word[0], []).append(word[1:])
        else:
            is_end = True
    if not tails:
        return ""
    ways = [_any_case(first) + _either(rest) for first, rest in sorted(tails.items())]
    return f"(?:{'|'.join(ways)})" + ("?" if is_end else "")


def _any_case(letter: str) -> str:
    if letter == " ":
        return _BLANK
    return (
        f"[{letter}{letter.upper()}]" if letter.isalpha() and letter != letter.upper() else re.escape(letter)
    )


def _spellings(gene: str) -> list[str]:
    """Return a gene as it is written: its number right behind the letters, or behind a blank or hyphen."""
    number = gene[len(gene.rstrip("0123456789")) :]
    name = gene.removesuffix(number)
    owners = ("", "h", "m", "p") if gene in OWNED else ("",)
    return [
        owner + name + link + number for owner in owners for link in (("", " ", "-") if number else ("",))
    ]


# A number with its decimals. A script does not part its digits, so that 10<sup>2.5</sup> is read as it is
# shown: 102.5.
_DIGITS: Final = rf"\d+(?:{JOINER}\d+)*"
_NUMBER: Final = rf"{_DIGITS}(?:[.,]{_DIGITS})+"
_PART: Final = rf"[^\W_]++(?:[{MARKS}.](?:(?<=[{MARKS}])|(?<=\d\.)(?=\d))[^\W_]*+)*+"

_MAIN_GREEK: Final = ("alpha", "beta", "gamma", "delta", "kappa")
_GREEK: Final = _either([*GREEK_NAMES, *GREEK])
_GENE: Final = _either(spelling for gene in CHANGED_GENES for spelling in _spellings(gene))
_NUMERAL: Final = rf"(?:\d{{1,2}}|{_either(ROMAN)})[abAB]?(?!\w)(?![.,]\d)"

_KNOWN: Final = "|".join(
    (
        rf"{_GENE}(?:{_BLANK}?[(:/*^_]|{_BLANK})(?:[pP]\.)?{CHANGE}",
        rf"(?=[A-Za-z]\d){CHANGE}{_BLANK}{_GENE}(?!\w)",
        rf"[cC](?:\d{{1,2}}|[xX]){_LINK}?[oO][rR][fF]{_LINK}?\d{{1,3}}{_END}",
        rf"[nN][fF]{_LINK}?(?:{_either(['kappa'])}|[kK\u03ba]){_LINK}?[bB](?!\w)",
        rf"{_either(NUMBERED)}{_LINK}{_NUMERAL}(?:[-/\u2013]{_NUMERAL})?",
        rf"{_either(_GREEK_LAST)}{_LINK}?{_GREEK}(?:-?\d[a-zA-Z]?)?{_END}",
        rf"{_either(_GREEK_INSIDE)}{_LINK}?{_GREEK}(?:{_LINK}?(?:[1-3]|4[0-3]))?{_END}",
        rf"{_GREEK}{_BLANK}{_either(_AFTER_GREEK)}(?!\w)",
        rf"(?=[A-Za-z0-9]{{1,6}}{_BLANK}){_either(_CODES)}{_END}",
        rf"(?=[A-Za-z]{{2,13}}{_BLANK}\d){_either(_WITH_NUMBER)}{_BLANK}\d{{1,2}}[a-zA-Z]?{_END}",
        rf"[hH][nN][rR][nN][pP]{_BLANK}[A-Za-z]\d{{1,2}}(?:[bB]1)?{_END}",
    )
)
# A prefix and its blank lead what would be a part of its own.
_LEAD: Final = rf"{_either(PREFIXES)}{_BLANK}(?=[^\W\d_]{{3}})(?!{_either(_NO_STEMS)}\b)"
# Most words are none that a blank, or a sign but a hyphen, joins to what follows. What stands behind a word
# tells so at a glance: no digit or numeral near, no Greek letter, and the word does not end as prefixes do.
_NEAR_DIGIT: Final = r"[A-Za-z]{0,3}+\d"
_SECOND_WORDS: Final = (*_MAIN_GREEK, "care", "giver", "kb", "orf", "type", "up")
_PREFIX_ENDS: Final = "|".join(f"(?<={_either([end])}.)" for end in ("non", "pre", "sub", "ost"))
_GOES_ON: Final = (
    rf"{_BLANK}(?:[ivxIVX]{{1,4}}+[abAB]?(?!\w)|[{''.join(GREEK)}]|{_NEAR_DIGIT}|[pP]\.|\((?:{_NEAR_DIGIT}|[pP]\.)"
    rf"|{_either(_SECOND_WORDS)}|(?<=[^\W_]{{2}}[aioAIO].)|{_PREFIX_ENDS})"
    rf"|[-\u2010-\u2013\u2212(:/*^_](?:{_NEAR_DIGIT}|[pP]\.|[ivxIVX]{{1,4}}+[abAB]?(?!\w)|{_GREEK})"
    r"|\.[A-Za-z\d*-]|>"
)
_WORD: Final = (
    rf"(?:[{''.join(GREEK)}]{_BLANK}{_either(_AFTER_GREEK)}(?!\w)|{_PART}(?!{_GOES_ON})"
    rf"|(?=[^\W_])(?:{_LEAD})*+(?:{HGVS}|{_KNOWN}|{_PART}))"
)

PIECE: Final = re.compile(rf"{_NUMBER}|{HGVS}|{_PART}")
"""A part of a compound, as far as signs tell."""

_POSSESSIVE: Final = "['\u2019\u02bc\u2032`\u00b4][sS]"
POSSESSIVE: Final = re.compile(f"{_POSSESSIVE}$")

COMPOUND: Final = re.compile(
    # A word is written twice, not thrice: to compile it takes the most of what it takes to import this.
    rf"(?:{_NUMBER}|{_WORD})(?:{_HYPHEN}{_NUMBER}|(?:{_HYPHEN}|{JOINER}){_WORD})*+"
    rf"(?:{_POSSESSIVE}\b(?!{JOINER}))?+"  # no s of a word that goes on in a script: patient's<sup>1</sup>
)
"""One compound: whatever is analysed as one, without regard to what stands around it."""
