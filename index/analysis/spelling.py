"""British and American spellings: both become the American one, before a word is stemmed.

Rules work on endings and on roots wherever they stand in a word, so that "immunolabelled" and "antitumour"
need no entry of their own. What they make is never shown: it only has to be the same for all forms of a word.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_OUR: Final = re.compile(
    """(arm|behavi|cand|clam|col|endeav|fav|ferv|flav|glam|harb|hon|hum|lab|neighb|od|parl|ranc|rig|rum|savi?
    |splend|succ|tum|val|vap|vig)our""".replace("\n", "").replace(" ", "")
)
_OR: Final = re.compile(_OUR.pattern.removesuffix("our") + "or")
_LL: Final = re.compile(
    """(barrel|bevel|cancel|channel|chisel|counsel|dial|duel|equal|fuel|funnel|gravel|initial|jewel|label|level|libel
    |marshal|model|panel|parcel|pedal|pencil|quarrel|revel|rival|shovel|signal|spiral|swivel|total|travel|trial
    |tunnel)l(ed|ing|ings|er|ers|or|ors)$""".replace("\n", "").replace(" ", "")
)
_ISE: Final = re.compile(
    "([a-z]{3,})is(e|ed|es|er|ers|ing|ings|ation|ations|ational|ationally|able|ability)$"
)
# What stands before the -ise of words that have no -ize.
_NO_IZE: Final = frozenset(
    """adv advert anis appra apprais bru chem chast circumc compr comprom conc cru dem desp dev disgu enterpr
    exc exerc exorc expert franch disenfranch improv inc inv likew mala merchand no nurs otherw parad po porp
    pra prec prem prom prov ra rev repr super superv surm surpr telev tort tra treat turqu upr sunr var
    counterw clockw stepw pairw piecew crossw lengthw edgew conv div""".split()
)
_SIS: Final = re.compile("([a-z]{2,}[aeoy])sis$")
_NO_SIS: Final = frozenset({"thesis", "basis", "oasis"})

_ROOTS: Final = (
    ("ae", ("aemi>emi", "haem>hem", "aetio>etio", "aesth>esth", "caec>cec", "caesar>cesar", "caesi>cesi",
            "faec>fec", "gynaec>gynec", "paed>ped", "palaeo>paleo", "archaeo>archeo", "phaeo>pheo",
            "naev>nev", "taenia>tenia", "laevo>levo", "mediaev>mediev", "chimaer>chimer", "anaem>anem")),
    ("oe", ("oedem>edem", "ooes>oes", "oesoph>esoph", "oestr>estr", "foet>fet", "coelia>celia",
            "coelom>celom", "pnoe>pne", "rrhoe>rrhe", "homoeo>homeo", "amoeb>ameb", "manoeuvre>maneuver",
            "manoeuvri>maneuveri")),
    ("sulph", ("sulph>sulf",)),
    ("leuco", ("leuco>leuko",)),
    ("logue", ("logue>log",)),
    ("tre", ("centred>centered", "centre>center", "theatre>theater", "goitre>goiter")),
    ("bre", ("fibre>fiber", "calibre>caliber")),
    ("lyz", ("lyze>lyse", "lyzi>lysi", "lyza>lysa")),
    ("ence", ("licence>license", "defence>defense", "offence>offense", "pretence>pretense")),
    ("practis", ("practise>practice", "practisi>practici")),
    ("exion", ("connexion>connection", "inflexion>inflection", "reflexion>reflection")),
    ("gement", ("judgement>judgment", "acknowledgement>acknowledgment")),
    ("artefact", ("artefact>artifact",)),
    ("gramme", ("programme>program", "kilogramme>kilogram", "milligramme>milligram")),
    ("tranquilli", ("tranquilli>tranquili",)),
    ("orientated", ("orientated>oriented",)),
    ("trophi", ("gonadotrophi>gonadotropi", "corticotrophi>corticotropi", "somatotrophi>somatotropi",
                "thyrotrophi>thyrotropi")),
    ("sceptic", ("sceptic>skeptic",)),
    ("enquir", ("enquir>inquir",)),
    ("preventative", ("preventative>preventive",)),
    ("filment", ("fulfilment>fulfillment",)),
    ("rolment", ("enrolment>enrollment",)),
    ("stalment", ("instalment>installment",)),
    ("ilful", ("skilful>skillful", "wilful>willful")),
)  # fmt: skip
"""By what a word must hold: roots and what they become, in this order."""

_METRE: Final = re.compile("(met|lit|tit|lust|spect|mit|ni?t|sept)re(s|d)?$")
_CENTRING: Final = re.compile("(cent)ring$")

_WORDS: Final = dict(
    pair.split(">")
    for pair in """
    adaptor>adapter adaptors>adapters afterwards>afterward ageing>aging aluminium>aluminum
    amongst>among aneurism>aneurysm aneurisms>aneurysms backwards>backward burnt>burned
    carcase>carcass cheque>check cosy>cozy disk>disc disks>discs distil>distill distils>distills
    downwards>downward draught>draft dreamt>dreamed enrol>enroll enrols>enrolls forwards>forward
    fulfil>fulfill fulfils>fulfills gramme>gram grammes>grams grey>gray greyish>grayish greys>grays
    instil>instill instils>instills jewellery>jewelry learnt>learned marvellous>marvelous mould>mold
    moulds>molds mouldy>moldy moustache>mustache neurone>neuron neurones>neurons phial>vial
    phials>vials plough>plow pyjamas>pajamas specialities>specialties speciality>specialty
    spelt>spelled storey>story sulphur>sulfur towards>toward tyre>tire tyres>tires unlearnt>unlearned
    upwards>upward whilst>while woollen>woolen
    """.split()
)


def american(word: str) -> str:
    """Return a folded word of letters in its American spelling: "tumour" is "tumor".

    A singular in -sis is written as the verb that its plural looks like ("diagnosis" as "diagnose"), and -yze
    as -yse, so that "analyses" is the plural of "analysis" as well as a form of "analyze".
    """
    word = _WORDS.get(word, word)
    for key, roots in _PAIRS:
        if key in word:
            for british, ours in roots:
                word = word.replace(british, ours)
    for key, rule in _RULES:
        if key in word:
            word = rule(word)
    return word


def spellings(stump: str) -> tuple[str, ...]:
    """Return how a word that starts so may start in British and American spelling: the stump itself first.

    Where the stump ends before the letters that differ, how they may go on is said, so that "organiz" is not
    "organism", too. Some of what comes out is no start of any word.
    """
    found = [stump, _OUR.sub(r"\1or", stump), _OR.sub(r"\1our", stump)]
    found += [stump.replace(one, other) for one, other in _EITHER if one in stump]
    found += [other + stump.removeprefix(one) for one, other in _BOTH_WORDS if stump.startswith(one)]
    for rule, others in _STUMPS:
        if match := rule.fullmatch(stump):
            found += map(match.expand, others)
    return tuple(dict.fromkeys(found))


def _ize(word: str) -> str:
    found = _ISE.match(word)
    return word if not found or found[1] in _NO_IZE else f"{found[1]}iz{found[2]}"


def _se(word: str) -> str:
    return word if word in _NO_SIS else _SIS.sub(r"\1se", word)


def _er(word: str) -> str:
    return _METRE.sub(r"\1er\2", _CENTRING.sub(r"\1ering", word)).replace("erd", "ered")


_PAIRS: Final = tuple(
    (key, tuple((british, ours) for british, _, ours in (root.partition(">") for root in roots)))
    for key, roots in _ROOTS
)
_EITHER: Final = tuple(
    pair for _, roots in _PAIRS for british, ours in roots for pair in ((british, ours), (ours, british))
)
_BOTH_WORDS: Final = tuple(pair for each in _WORDS.items() for pair in (each, each[::-1]))
_DOUBLED: Final = _LL.pattern.partition("l(ed")[0]
_STUMPS: Final = tuple(
    (re.compile(stump), others)
    for stump, others in (
        (rf"(.*{_DOUBLED})l([eio][a-z]*)", (r"\1\3",)),
        (rf"(.*{_DOUBLED})l", (r"\1e", r"\1i", r"\1o")),
        (rf"(.*{_DOUBLED})([eio][a-z]*)", (r"\1l\3",)),
        ("([a-z]{3,})is([aei][a-z]*)?", (r"\1iz\2",)),
        ("([a-z]{3,})iz([aei][a-z]*)", (r"\1is\2",)),
        ("([a-z]{3,})iz", (r"\1isa", r"\1ise", r"\1ising")),
        ("(.*ly)s", (r"\1z",)),
        ("(.*ly)z", (r"\1sa", r"\1se", r"\1sing")),
        ("(.*(?:cent|fib|theat|goit|calib))r", (r"\1er",)),
        ("(.*(?:cent|fib|theat|goit|calib))e", (r"\1re",)),
        ("(.*(?:met|lit|tit))re(s?)", (r"\1er\2",)),
        ("(.*(?:met|lit|tit))er(s?)", (r"\1re\2",)),
    )
)
"""By how a word starts: how it starts in the other spelling, as templates of the match."""
_RULES: Final[tuple[tuple[str, Callable[[str], str]], ...]] = (
    ("our", lambda word: _OUR.sub(r"\1or", word)),
    ("ll", lambda word: _LL.sub(r"\1\2", word)),
    ("is", _ize),
    ("sis", _se),
    ("tre", _er),
)
