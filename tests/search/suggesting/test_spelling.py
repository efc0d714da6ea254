from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.analysis.analyzer import analyze, analyze_name
from index.naming import mesh
from index.naming.concepts import Concept, Form
from index.naming.vocabulary import Vocabulary
from index.schema import Kind
from index.segments.lexicon import Lexicon, lexicon_of
from search.language.language import understand
from search.request import SearchRequest
from search.results import DidYouMean
from search.suggesting.spelling import Change, Correction, Spelling, did_you_mean, words_of
from tests.strategies import queries

if TYPE_CHECKING:
    from search.engine import Engine

# How often words are written in a library of some thousand articles, by their order of magnitude.
FREQUENT = """
    patients disease study motor neuron neurons sclerosis lateral amyotrophic protein cell cells treatment
    clinical survival progression disorder therapy mutation mutations gene spinal cord muscle muscular function
    expression mice model dementia progressive dysfunction system the of and in with for casual causal
""".split()
COMMON = """
    respiratory ventilation weakness degeneration neurodegeneration neurodegenerative frontotemporal cognitive
    inflammation oxidative stress glutamate excitotoxicity mitochondrial ubiquitin superoxide dismutase
    aggregation cytoplasmic inclusions axonal transport microglia astrocytes biomarker biomarkers neurofilament
    cerebrospinal fluid familial sporadic bulbar palsy dysphagia dysarthria spasticity gastrostomy tracheostomy
    electromyography diagnosis prognosis placebo randomized controlled caregiver quality questionnaire atrophy
    hypertension hypotension neuritis hyperreflexia apoptosis autophagy proteasome stem progenitor upper lower
""".split()
RARE = """
    riluzole edaravone tofersen masitinib fasciculation fasciculations tracheotomy cramps sialorrhea salivation
    emotional lability pseudobulbar noninvasive insufflation exsufflation diaphragm phrenic guamanian
    progranulin optineurin fused sarcoma angiogenin profilin senataxin alsin antisense oligonucleotide
    percutaneous endoscopic palliative hospice tongue wasting paraplegia neuropathy polyneuropathy myopathy
    neuromuscular junction anterior horn corticospinal tract imatinib hyperkalemia neuritin tardbp sod1 sod2
    tdp43 tdp c9orf72 neuroprotection
""".split()
NAMES = {"Smith J": 300, "Rothstein JD": 60, "van den Berg LH": 90, "O'Brien K": 20, "Nguyen T": 80}
KNOWN = frozenset({"riluzole", "edaravone", "tofersen", "arimoclomol"})

MISSPELLED = """
    rilusole:riluzole riluzol:riluzole riluzule:riluzole rilouzole:riluzole edarovone:edaravone
    edavarone:edaravone edaravon:edaravone toferson:tofersen amyothropic:amyotrophic amyotropic:amyotrophic
    amiotrofic:amyotrophic amyotrphic:amyotrophic amytrophic:amyotrophic sclerosys:sclerosis
    sklerosis:sclerosis sclerossis:sclerosis scelrosis:sclerosis laterel:lateral fasiculation:fasciculation
    fasciculaton:fasciculation fassiculations:fasciculations spasticty:spasticity spastisity:spasticity
    tracheotmy:tracheotomy tracheostmy:tracheostomy ventilaton:ventilation respitory:respiratory
    resperatory:respiratory neurodegenaration:neurodegeneration neurodegenrative:neurodegenerative
    frontotemperal:frontotemporal frontotemproal:frontotemporal dementai:dementia demensia:dementia
    disfagia:dysphagia dysphaga:dysphagia disarthria:dysarthria dysartria:dysarthria optinurin:optineurin
    neurofilment:neurofilament neurofillament:neurofilament ubiqutin:ubiquitin glutamat:glutamate
    mitocondrial:mitochondrial mitochodrial:mitochondrial mircoglia:microglia astrocites:astrocytes
    biomaker:biomarker bulber:bulbar pallsy:palsy atrofy:atrophy atropy:atrophy muscel:muscle
    musclar:muscular weekness:weakness electromiography:electromyography electromyografy:electromyography
    cerebrospnal:cerebrospinal superoxyde:superoxide dismutaze:dismutase apoptosys:apoptosis
    autofagy:autophagy proteosome:proteasome diagnois:diagnosis prognossis:prognosis progresion:progression
    survial:survival tretment:treatment pateints:patients diaphram:diaphragm frenic:phrenic
    palliativ:palliative hospise:hospice caregivr:caregiver qestionnaire:questionnaire sialorhea:sialorrhea
    hyperreflexie:hyperreflexia neuropaty:neuropathy myopatie:myopathy paraplegie:paraplegia
    antisens:antisense tardpb:tardbp cognitve:cognitive familal:familial sporadik:sporadic
""".split()

RIGHT = """
    riluzole edaravone arimoclomol imatinib masitinib hypertension hypotension casual causal neuritin neuritis
    hyperkalemia tracheotomy tracheostomy neuron neurone neurons SOD1 SOD2 SOD3 TDP1 TDP-34 TDP-43 TDP43 C9orf27
    FUS2 IL6 p62 als ALS mnd 2019 the of tardbp progranulin neuroprotective degenerating
    gastrostomie ventillation progranuline ubiquitine oligonucleotid
""".split()
"""The last ones have the stem of what is meant, so they find it."""


def lexicons() -> dict[Kind, Lexicon]:
    counts: dict[tuple[str, str], int] = {}
    for words, count in ((FREQUENT, 5_000), (COMMON, 300), (RARE, 12)):
        for word in words:
            for token in analyze(word):
                counts[token.word, token.term] = count
    counts["neuritin", analyze("neuritin")[0].term] = 2
    counts["progression", analyze("progression")[0].term] = 4_000
    counts["diseaes", analyze("diseaes")[0].term] = 3
    names = {(token.word, token.term): count for name, count in NAMES.items() for token in analyze_name(name)}
    return {Kind.TEXT: lexicon_of(counts), Kind.NAME: lexicon_of(names)}


@pytest.fixture(scope="module")
def spelling() -> Spelling:
    return Spelling(lexicons(), KNOWN)


def stand(_words: str) -> bool:
    return True


def corrected(spelling: Spelling, query: str) -> str | None:
    found = spelling.corrected(query, stand)
    return found.query if found else None


def test_the_misspellings_of_the_field_are_mended(spelling: Spelling) -> None:
    pairs = [pair.split(":") for pair in MISSPELLED]
    wrong = {
        typed: corrected(spelling, typed) for typed, meant in pairs if corrected(spelling, typed) != meant
    }
    assert len(pairs) >= 60
    assert len(wrong) <= 0.03 * len(pairs), wrong


@pytest.mark.parametrize("word", RIGHT)
def test_what_is_right_or_no_plain_word_is_left_alone(spelling: Spelling, word: str) -> None:
    assert corrected(spelling, word) is None


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ('rilusole AND (edarovone OR "motor nuron"[ti])', 'riluzole AND (edaravone OR "motor neuron"[ti])'),
        ("title:rilusole 2019:2021[dp] hasabstract", "title:riluzole 2019:2021[dp] hasabstract"),
        ("title:(rilusole OR smiht) NOT Spasticty", "title:(riluzole OR smiht) NOT Spasticity"),
        ("RILUSOLE Edarovone", "RILUZOLE Edaravone"),
        ("amyothropic-lateral sclerosys", "amyotrophic-lateral sclerosis"),
        ("\u201cmotor nuron\u201d", "\u201cmotor neuron\u201d"),
        ("Rothstien JD[au] rilusole", "Rothstein JD[au] riluzole"),
        ("Rothstien", "Rothstein"),
        ("rilusole[au]", None),
        ("smiht[ti]", None),
        ("rilus* rilusol*[ti]", None),
        ('"motor nuro*"', None),
        ("rilusole[sb] 10.1000/rilusole rilusole[dp] rilusole[doi]", None),
        ("SOD2-rilusole", None),
        ("last 5 years[edat]", None),
        ("", None),
        ('[ti] ( " * - AND', None),
    ],
)
def test_the_rest_of_a_query_stays_as_it_was_typed(
    spelling: Spelling, query: str, expected: str | None
) -> None:
    assert corrected(spelling, query) == expected


def test_a_blank_that_was_left_out_is_put_in_where_the_words_stand_together(spelling: Spelling) -> None:
    assert corrected(spelling, "amyotrophiclateral sclerosis") == "amyotrophic lateral sclerosis"
    assert spelling.corrected("amyotrophiclateral", lambda _: False) is None


def test_a_blank_too_much_is_taken_out(spelling: Spelling) -> None:
    assert corrected(spelling, "riluz ole trial") == "riluzole trial"
    assert corrected(spelling, "motor neuron") is None
    assert corrected(spelling, "- * the ole") is None


def test_a_slip_in_the_articles_themselves_is_mended_too(spelling: Spelling) -> None:
    assert corrected(spelling, "diseaes") == "disease"


def test_a_correction_says_what_it_changed_and_how_to_search_as_typed(spelling: Spelling) -> None:
    found = spelling.corrected("Rothstien JD[au] rilusole mice", stand)
    assert found == Correction(
        query="Rothstein JD[au] riluzole mice",
        changes=(Change("Rothstien", "Rothstein"), Change("rilusole", "riluzole")),
        as_typed='"Rothstien JD"[au] "rilusole" mice',
        may_replace=True,
    )
    assert did_you_mean(found, is_answered=True) == DidYouMean(
        "Rothstein JD[au] riluzole mice", (("Rothstien", "Rothstein"), ("rilusole", "riluzole")), True
    )


def test_quoted_words_are_offered_but_never_replaced(spelling: Spelling) -> None:
    found = spelling.corrected('"rilusole"', stand)
    assert found is not None
    assert not found.may_replace
    assert found.as_typed == '"rilusole"'
    as_typed = spelling.corrected("rilusole AND mice", stand)
    assert as_typed is not None
    again = spelling.corrected(as_typed.as_typed, stand)
    assert again is not None
    assert not again.may_replace


def test_only_so_many_words_are_mended(spelling: Spelling) -> None:
    found = spelling.corrected("rilusole " * 50, stand)
    assert found is not None
    assert len(found.changes) == 8


@given(queries())
def test_any_query_can_be_looked_through(query: str) -> None:
    found = SPELLING.corrected(query, stand)
    if found:
        understand(found.query)
        assert found.query != query


def test_the_names_of_the_vocabulary_are_right_in_any_library() -> None:
    concept = Concept(
        "edaravone",
        "drug",
        (),
        (Form(text="Radicava ORS"), Form(text="MCI-186"), Form(text="\u00c9d\u00e2ra")),
    )
    known = words_of(Vocabulary([concept], mesh.load(None)))
    assert known == {"radicava", "edara"}
    assert Spelling(lexicons(), known).corrected("Radicava", stand) is None


SPELLING = Spelling(lexicons(), KNOWN)


@given(st.text())
def test_any_text_can_be_looked_through(text: str) -> None:
    SPELLING.corrected(text, stand)


def test_a_search_that_finds_nothing_is_answered_by_its_correction(sample_engine: Engine) -> None:
    typed, meant = (sample_engine.search(SearchRequest(query=query)) for query in ("rilusole", "riluzole"))
    assert typed.did_you_mean == DidYouMean("riluzole", (("rilusole", "riluzole"),), is_answered=True)
    assert typed.hits == meant.hits
    assert typed.total > 0
    assert meant.did_you_mean is None


@pytest.mark.parametrize("query", ['"rilusole"', "rilusole OR edaravone"])
def test_a_correction_is_only_offered_for_what_is_quoted_or_found(sample_engine: Engine, query: str) -> None:
    page = sample_engine.search(SearchRequest(query=query))
    offered = DidYouMean(query.replace("rilusole", "riluzole"), (("rilusole", "riluzole"),))
    assert page.did_you_mean == offered
    assert page.total == ("OR" in query)


def test_no_correction_is_offered_that_finds_nothing(sample_engine: Engine) -> None:
    page = sample_engine.search(SearchRequest(query="rilusole AND zzyzx"))
    assert (page.total, page.did_you_mean) == (0, None)
