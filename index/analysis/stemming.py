"""Word -> term: what is looked up is the same for all spellings and inflections of a word, and no other.

A term depends on nothing but the folded word, so that an index can keep for each word what it becomes.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from index.analysis.folding import fold_word
from index.analysis.mutations import one_writing
from index.analysis.nltk_parts import EnglishStemmer
from index.analysis.protected import PROTECTED, is_protected
from index.analysis.spelling import american

_STEMMER: Final = EnglishStemmer()
_TAKEN: Final = tuple("al ant e ed ent er ful i ic ing ion ism ll or s y".split())
"""How the endings end that the stemmer takes off or changes: it leaves every other word as it is."""

# Terms, and the words that become them: where the stemmer joins what should be apart, or parts what belongs
# together. Spellings are American.
_FAMILIES: Final = """
    lateral: lateral laterally            | past: past           | paste: paste pastes pasted
    general: general generally            | generaliz: generalize generalized generalizing generalization
    university: university universities   | universal: universal universally universality
    organ: organ organs                   | organic: organic organically
    organism: organism organisms          | news: news
    organiz: organize organized organizes organizing organization organizations organizational
    import: import imports imported importing importation
    important: important importantly importance
    experience: experience experiences experienced experiencing experiential
    experiment: experiment experiments experimental experimentally experimentation experimenter
    several: several                      | sever: sever severe severely severity severities severer
    clinic: clinic clinics                | clinical: clinical clinically
    medical: medical medically            | medication: medication medications medicated
    physical: physical physically         | physics: physics
    familial: familial familially         | natural: natural naturally
    secrete: secrete secretes secreted secreting secretion secretions
    secret: secret secrets                | testis: testis testes testicle testicles
    position: position positions positioned positioning positional
    objective: objective objectives objectively | subjective: subjective subjectively subjectivity
    respective: respective respectively   | responsible: responsible responsibility responsibilities
    index: index indices indexes indexed  | aging: aging
    evening: evening evenings             | authority: authority authorities
    underli: underlying underlie underlies underlay | provider: provider providers
    reference: reference references referenced  | practical: practical practically practicality
    emergency: emergency emergencies      | conductance: conductance conductances
    informal: informal informally         | marked: marked markedly
    module: module modules modular        | successive: successive successively
    meaning: meaning meanings meaningful meaningfully meaningless
    hospitaliz: hospitalize hospitalized hospitalizes hospitalizing hospitalization hospitalizations
    localiz: localize localized localizes localizing localization localizations
    normaliz: normalize normalized normalizes normalizing normalization
    specializ: specialize specialized specializing specialization | specialist: specialist specialists
    portal: portal portals
    rational: rational rationally         | ration: ration rations rationing rationed
    mice: mouse mice                      | child: child children
    woman: woman women                    | man: man men
    foot: foot feet                       | tooth: tooth teeth
    cortex: cortex cortices               | matrix: matrix matrices
    nucleus: nucleus nuclei               | locus: locus loci
    focus: focus foci focused focusing focuses focussed focussing
    stimulus: stimulus stimuli            | fungus: fungus fungi
    bacterium: bacterium bacteria         | criterion: criterion criteria
    phenomenon: phenomenon phenomena      | mitochondrion: mitochondrion mitochondria
    ganglion: ganglion ganglia            | vertebra: vertebra vertebrae
    hippocampus: hippocampus hippocampi   | thrombus: thrombus thrombi
    vertex: vertex vertices               | apex: apex apices
    ovum: ovum ova                        | serum: serum sera serums
    datum: datum data                     | axis: axis
    crisis: crisis crises                 | thesis: thesis theses
    basis: basis
"""
_IRREGULAR: Final = {
    word: term.strip()
    for family in _FAMILIES.replace("\n", "|").split("|")
    if family.strip()
    for term, _, words in (family.partition(":"),)
    for word in words.split()
}

_ALIASES: Final = {
    "tnfa": "tnfalpha", "tnfb": "tnfbeta", "ifna": "ifnalpha", "ifnb": "ifnbeta", "ifng": "ifngamma",
    "tgfa": "tgfalpha", "tgfb": "tgfbeta", "tgfb1": "tgfbeta1", "tgfb2": "tgfbeta2", "tgfb3": "tgfbeta3",
    "il1a": "il1alpha", "il1b": "il1beta", "gsk3a": "gsk3alpha", "gsk3b": "gsk3beta", "abeta": "abeta",
}  # fmt: skip
"""Symbols that are written with the Latin letter instead of the Greek one."""

_NFKB: Final = re.compile(r"(nf|i)kb(?![ac-z])")

ROMAN: Final = {
    "i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8", "ix": "9",
    "xi": "11", "xii": "12",
}  # fmt: skip
"""Numerals behind a name; a single x is far more often a letter."""

NUMBERED: Final = frozenset(
    """angiotensin annexin cohort collagen complex cryoglobulin factor grade group igf igfbp
    mucopolysaccharidosis phase polymerase stage topoisomerase type""".split()
)
"""Names whose numbers are written in Roman numerals as well as in digits: IGF-I, phase II."""

_NUMERAL: Final = re.compile(rf"({'|'.join(sorted(NUMBERED))})({'|'.join(sorted(ROMAN))})([abcr]?)")


@lru_cache(maxsize=400_000)
def stem(word: str) -> str:
    """Return the term for one word: in one spelling, stemmed unless it is short, a name, or has a digit."""
    folded = fold_word(word)
    if not folded.isascii():
        return folded
    if not folded.isalpha() or folded in _ALIASES or folded.startswith(("nfkb", "ikb")):
        return _symbol(folded)
    # The stemmer would make "degen" of degenerative, and "degener" of degeneration.
    spelled = american(folded).replace("generative", "generate")
    return _IRREGULAR.get(spelled) or _name(spelled) or _stemmed(spelled)


def _stemmed(word: str) -> str:
    """Return what NLTK's stemmer makes of a word of small letters; of many only that they are their stem."""
    return str(_STEMMER.stem(word)) if word.endswith(_TAKEN) else word


def _name(word: str) -> str:
    """Return the term of a name, of one and a Roman numeral, or of a short word; nothing for all others."""
    if len(word) <= 3 and word[:-1] not in PROTECTED:
        return word
    if is_protected(word):
        return word
    if word[-1] == "s" and is_protected(word[:-1]):
        return word[:-1]
    return _with_digits(word)


def _with_digits(word: str) -> str:
    """Return a name and its Roman numeral with digits: "igfi" is "igf1", "phaseiib" is "phase2b"."""
    found = _NUMERAL.fullmatch(word)
    return found[1] + ROMAN[found[2]] + found[3] if found else ""


def _symbol(folded: str) -> str:
    """Return the one writing of a symbol: NFkB as NF-kappa-B, Gly93Ala as G93A."""
    if folded.replace(".", "").isdigit():
        return folded
    return _ALIASES.get(folded) or _NFKB.sub(r"\1kappab", one_writing(folded))
