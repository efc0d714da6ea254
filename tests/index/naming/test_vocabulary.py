from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from crawler.article import Abstract, Article, Ids, Keyword, Markup, MeshHeading, Section, Substance
from index.analysis.analyzer import analyze
from index.command_line import vocabulary_group
from index.naming import mesh, vocabulary
from index.naming.concepts import Concept, Use, read_concepts
from index.naming.mesh import Descriptor, Mesh
from index.naming.vocabulary import FACETS, Vocabulary

if TYPE_CHECKING:
    from pathlib import Path

VOCABULARY = vocabulary.load()
NAMES = {concept.name for concept in VOCABULARY.concepts}


def article(text: str = "", *, title: str = "A title.", language: str = "eng", **parts: list[str]) -> Article:
    return Article(
        ids=Ids(pmid="1"),
        title=Markup(title),
        abstract=Abstract(sections=(Section(text=Markup(text)),)),
        languages=(language,),
        keywords=tuple(Keyword(text=each) for each in parts.get("keywords", ())),
        mesh=tuple(MeshHeading(name=each) for each in parts.get("mesh", ())),
        substances=tuple(Substance(name=each) for each in parts.get("substances", ())),
    )


def tagged(text: str, **parts: str) -> set[str]:
    return {name for _, name in VOCABULARY.entities(article(text, **parts))}  # type: ignore[arg-type]  # texts


def meant(query: str) -> list[str]:
    return [match.concept.name for match in VOCABULARY.match_query(query.split())]


def found_by(name: str, typed: str = "") -> set[str]:
    concept = VOCABULARY.concept(name)
    assert concept is not None
    return {form.text for form in VOCABULARY.other_forms(concept, typed or name)}


# The tables


def test_every_concept_is_there_once_and_every_form_once_in_it() -> None:
    names = Counter(concept.name.casefold() for concept in VOCABULARY.concepts)
    assert [name for name, count in names.items() if count > 1] == []
    assert len(names) > 300
    for concept in VOCABULARY.concepts:
        forms = Counter((form.text, form.use) for form in concept.forms)
        assert [form for form, count in forms.items() if count > 1] == [], concept.name


def test_no_form_leads_to_two_concepts() -> None:
    leading: dict[str, set[str]] = {}
    for concept in VOCABULARY.concepts:
        for form in concept.forms:
            if form.leads:
                leading.setdefault(form.text.casefold(), set()).add(concept.name)
    assert {text: names for text, names in leading.items() if len(names) > 1} == {}


def test_every_category_of_a_facet_has_concepts() -> None:
    categories = {concept.category for concept in VOCABULARY.concepts}
    assert {category for held in FACETS.values() for category in held} <= categories


def test_every_weight_is_below_that_of_the_form_typed() -> None:
    assert all(0 < form.weight < 1 for concept in read_concepts() for form in concept.forms)


@pytest.mark.parametrize("concept", VOCABULARY.concepts, ids=lambda concept: concept.name)
def test_a_name_leads_to_its_own_concept_unless_a_rule_says_otherwise(concept: Concept) -> None:
    ruled = [form for form in concept.forms if form.text == concept.name]
    if any(form.use is Use.BOTH and not form.near for form in ruled):
        assert meant(concept.name) == [concept.name]


def test_a_name_that_leads_to_others_begins_with_a_term_that_is_known_to_begin_one() -> None:
    for concept in VOCABULARY.concepts:
        for form in concept.forms:
            if form.leads:
                assert any(VOCABULARY.begins(token.term) for token in analyze(form.text))
    assert not VOCABULARY.begins("nowhere")


# Spellings


@pytest.mark.parametrize("written", ["TDP-43", "TDP43", "TDP 43", "tdp-43", "TDP‐43", "TARDBP"])
def test_hyphens_blanks_and_case_do_not_tell_forms_apart(written: str) -> None:
    assert meant(f"{written} inclusions in neurons")[0] == "TARDBP"
    assert "TARDBP" in tagged(f"We saw {written} in cells.")


@pytest.mark.parametrize(
    "written",
    ["Lou Gehrig's disease", "Lou Gehrig’s Disease", "Gehrig disease", "sclerose laterale amyotrophique",
     "Esclerosis lateral amiotrófica"],
)  # fmt: skip
def test_possessives_and_accents_do_not_tell_forms_apart(written: str) -> None:
    assert meant(written) == ["amyotrophic lateral sclerosis"]
    assert "amyotrophic lateral sclerosis" in tagged(written)


@pytest.mark.parametrize("written", ["non-invasive ventilation", "noninvasive ventilation", "NIV"])
def test_prefixes_may_be_joined(written: str) -> None:
    assert meant(written) == ["noninvasive ventilation"]


@pytest.mark.parametrize("written", ["C9orf72", "C9ORF72", "C9 orf 72", "C9-orf72"])
def test_a_gene_is_met_in_all_its_spellings(written: str) -> None:
    assert meant(written) == ["C9orf72"]


def test_brands_and_codes_lead_to_the_drug() -> None:
    assert meant("Rilutek") == ["riluzole"]
    assert meant("Radicava") == ["edaravone"]
    assert {"riluzole", "Tiglutik", "PK 26124"} <= found_by("riluzole", "Rilutek")


def test_the_misspelling_in_mesh_is_a_name_of_edaravone() -> None:
    assert meant("edarabone") == ["edaravone"]


# Queries


def test_the_longest_form_wins_and_none_overlaps() -> None:
    assert meant("familial ALS") == ["familial amyotrophic lateral sclerosis"]
    assert meant("upper motor neuron disease") == ["upper motor neuron"]
    matches = VOCABULARY.match_query("riluzole in motor neuron disease with TDP-43 pathology".split())
    assert [(each.start, each.end, each.concept.name) for each in matches] == [
        (0, 1, "riluzole"), (2, 5, "motor neuron disease"), (6, 8, "TDP-43 proteinopathy"),
    ]  # fmt: skip


def test_words_that_say_nothing_need_not_be_there() -> None:
    assert meant("pathological laughing crying") == ["pseudobulbar affect"]


@pytest.mark.parametrize("word", ["emotions", "mitosis", "spastic", "lithiated"])
def test_a_single_word_is_not_met_by_another_of_its_stem(word: str) -> None:
    assert not {"pseudobulbar affect", "MiToS", "lithium"} & {*meant(word), *tagged(f"{word}.")}
    assert "spasticity" not in tagged(f"{word}.")
    assert VOCABULARY.normal_keyword(word.title()) not in NAMES


@pytest.mark.parametrize(
    ("one", "name"),
    [
        ("pesticide", "pesticides"),
        ("cramp", "muscle cramps"),
        ("sialorrhoea", "sialorrhea"),
        ("iPSCs", "induced pluripotent stem cells"),
    ],
)
def test_a_single_word_is_met_in_the_plural_and_in_both_spellings(one: str, name: str) -> None:
    assert meant(one) == [name]
    assert tagged(f"{one}.") == {name}


def test_a_form_fills_whole_words() -> None:
    assert meant("anti-riluzole") == []


def test_a_narrower_name_asks_for_itself_alone() -> None:
    assert meant("Werdnig-Hoffmann disease") == []
    assert "Werdnig-Hoffmann disease" in found_by("spinal muscular atrophy")


def test_what_people_say_leads_to_the_term_and_is_not_found_by_it() -> None:
    assert meant("muscle twitching") == ["fasciculation"]
    assert "muscle twitching" not in found_by("fasciculation")
    assert "fasciculation" not in tagged("The muscle twitch was measured.")


def test_a_type_by_its_number_is_one_unless_it_counts_something() -> None:
    assert meant("ALS 4") == ["amyotrophic lateral sclerosis type 4"]
    assert meant("ALS 6 minute walk") == ["amyotrophic lateral sclerosis"]
    assert meant("ALS4") == meant("ALS type 4") == ["amyotrophic lateral sclerosis type 4"]


def test_names_that_hold_the_words_typed_are_not_looked_for_again() -> None:
    assert "familial ALS" not in found_by("familial amyotrophic lateral sclerosis", "ALS")
    assert "VEGF-A" not in found_by("VEGFA", "vascular endothelial growth factor A")


@given(
    st.lists(st.sampled_from([form.text for each in VOCABULARY.concepts for form in each.forms]), max_size=6)
)
def test_matches_lie_in_order_within_the_query(forms: list[str]) -> None:
    words = " ".join(forms).split()
    matches = VOCABULARY.match_query(words)
    borders = [border for match in matches for border in (match.start, match.end)]
    assert borders == sorted(borders)
    assert all(0 <= match.start < match.end <= len(words) for match in matches)


@given(st.lists(st.text(min_size=1, max_size=12)))
def test_any_words_can_be_matched(words: list[str]) -> None:
    VOCABULARY.match_query(words)


# Each form with more than one meaning


def test_als_is_the_disease_in_any_case_but_in_german_text_only_in_capitals() -> None:
    assert meant("ALS") == meant("als") == ["amyotrophic lateral sclerosis"]
    assert tagged("Besser als die Kontrolle.", language="ger") == set()
    assert tagged("Patienten mit ALS.", language="ger") == {"amyotrophic lateral sclerosis"}


def test_als1_is_the_disease_and_boosts_its_gene_but_not_the_other_way_round() -> None:
    assert meant("ALS1") == ["amyotrophic lateral sclerosis type 1"]
    assert "SOD1" in found_by("amyotrophic lateral sclerosis type 1", "ALS1")
    assert not {"ALS1", "amyotrophic lateral sclerosis 1"} & found_by("SOD1")
    assert tagged("The locus ALS1.") == {"amyotrophic lateral sclerosis type 1"}


def test_als2_is_gene_and_disease() -> None:
    assert tagged("Mutations of ALS2.") == {"ALS2", "amyotrophic lateral sclerosis type 2"}
    assert meant("ALS2") == ["ALS2"]


def test_als_finds_mnd_with_less_weight_than_mnd_finds_als() -> None:
    als, mnd = VOCABULARY.concept("amyotrophic lateral sclerosis"), VOCABULARY.concept("motor neuron disease")
    assert als is not None
    assert mnd is not None
    assert {form.weight for form in VOCABULARY.other_forms(als, "ALS") if form.text == "MND"} == {0.5}
    assert {form.weight for form in VOCABULARY.other_forms(mnd, "MND") if form.text == "ALS"} == {0.7}


def test_mnd_is_not_minor_neurological_dysfunction() -> None:
    assert "motor neuron disease" in tagged("People with MND.")
    assert tagged("Minor neurological dysfunction (MND) in preterm children.") == set()


@pytest.mark.parametrize("words", ["regression", "discriminant analysis", "partial least squares", "PLS-DA"])
def test_pls_near_statistics_is_not_the_disease(words: str) -> None:
    assert meant(f"PLS {words}") == []
    assert tagged(f"We used PLS and {words}.") == set()


def test_pls_is_the_disease_elsewhere() -> None:
    assert meant("PLS prognosis") == ["primary lateral sclerosis"]
    assert "primary lateral sclerosis" in tagged("PLS progresses slowly.")


@pytest.mark.parametrize(
    ("short", "name", "with_it", "against_it"),
    [
        ("PMA", "progressive muscular atrophy", "muscle weakness", "phorbol ester, muscle"),
        ("PBP", "progressive bulbar palsy", "bulbar signs", "penicillin"),
        ("PPA", "primary progressive aphasia", "aphasia", "cough medicine"),
        ("RTD", "Brown-Vialetto-Van Laere syndrome", "riboflavin", "heat"),
        ("MSP", "multisystem proteinopathy", "Paget", "malaria"),
        ("DAO", "DAO", "D-amino acids", "histamine"),
        ("GRN", "GRN", "progranulin", "regulatory network"),
        ("TMS", "transcranial magnetic stimulation", "motor cortex", "trimethylsilyl stimulation"),
        ("PEG", "percutaneous endoscopic gastrostomy", "feeding", "polyethylene glycol tube"),
        ("RIG", "radiologically inserted gastrostomy", "gastrostomy", "RIG-I"),
        ("AAC", "augmentative and alternative communication", "communication", "codon"),
        ("HHD", "handheld dynamometry", "strength", "hypertensive strength"),
        ("NCS", "nerve conduction study", "EMG", "non-coding nerve"),
        ("EIM", "electrical impedance myography", "impedance", "bowel"),
        ("DTI", "diffusion tensor imaging", "white matter", "thrombin"),
        ("AON", "antisense oligonucleotide", "oligonucleotide", "olfactory"),
        ("TIV", "tracheostomy invasive ventilation", "ventilator", "influenza vaccine, ventilator"),
        ("DPS", "diaphragm pacing", "diaphragm", "neuropathy"),
        ("LIS", "locked-in state", "BCI", "lissencephaly"),
        ("SGs", "stress granules", "granules", "glands"),
        ("SNIP", "sniff nasal inspiratory pressure", "respiratory", "journals"),
    ],
)  # fmt: skip
def test_a_short_form_needs_its_context(short: str, name: str, with_it: str, against_it: str) -> None:
    assert name in meant(f"{short} {with_it}")
    assert name not in meant(short)
    assert name not in meant(f"{short} {against_it}")
    assert name in tagged(f"{short} and {with_it}.")
    assert name not in tagged(f"{short} and {against_it}.")


@pytest.mark.parametrize(
    ("short", "name"),
    [
        ("SMA", "spinal muscular atrophy"), ("HSP", "hereditary spastic paraplegia"),
        ("IBM", "inclusion body myositis"), ("MMN", "multifocal motor neuropathy"),
        ("SVC", "slow vital capacity"), ("PCF", "peak cough flow"), ("MIP", "maximal inspiratory pressure"),
        ("SICI", "short-interval intracortical inhibition"), ("DPR", "dipeptide repeat proteins"),
        ("HRE", "C9orf72 repeat expansion"), ("CK", "creatine kinase"), ("CST", "corticospinal tract"),
        ("BMI", "body mass index"), ("EEC", "El Escorial criteria"), ("GCC", "Gold Coast criteria"),
    ],
)  # fmt: skip
def test_a_short_form_with_other_meanings_is_found_by_the_name_and_never_leads_to_it(
    short: str, name: str
) -> None:
    assert short in found_by(name)
    assert meant(short) == []


def test_bmi_is_no_brain_computer_interface() -> None:
    assert "BMI" not in found_by("brain-computer interface")
    assert "brain-computer interface" not in tagged("BMI was low.")
    assert "body mass index" not in tagged("A brain-machine interface (BMI).")


@pytest.mark.parametrize(
    ("form", "name"),
    [
        ("FAS", "flail arm syndrome"), ("Charcot", "amyotrophic lateral sclerosis"), ("SOD", "SOD1"),
        ("TDP1", "TARDBP"), ("TLS", "FUS"), ("FIP2", "OPTN"), ("NRP", "OPTN"), ("HIP7", "OPTN"),
        ("p97", "VCP"), ("NAK", "TBK1"), ("SAC3", "FIG4"), ("EWS", "EWSR1"), ("p62", "SQSTM1"), ("AR", "AR"),
        ("tau", "MAPT"), ("MEP", "maximal expiratory pressure"), ("MEP", "motor evoked potential"),
        ("BMI", "brain-computer interface"), ("PBA", "sodium phenylbutyrate"), ("ITB", "baclofen"),
    ],
)  # fmt: skip
def test_an_excluded_form_neither_leads_nor_is_found_nor_tags(form: str, name: str) -> None:
    assert name not in meant(form)
    assert name not in meant(f"{form} mutation")
    assert form not in found_by(name)
    assert name not in tagged(f"{form} mutation and {form}.")


def test_excluded_forms_are_safe_in_their_compounds() -> None:
    assert meant("SQSTM1/p62") == ["SQSTM1"]
    assert meant("p97/VCP") == ["VCP"]
    assert "FUS" in tagged("The protein FUS/TLS.")


def test_sod1_is_not_sod2() -> None:
    assert "SOD1" not in tagged("SOD2 and superoxide dismutase 2.")


def test_tdp_43_is_not_tdp1() -> None:
    assert meant("TDP1 43") != ["TARDBP"]
    assert "TARDBP" not in tagged("TDP1 repairs DNA.")


def test_fus_is_a_gene_near_biology_and_never_near_ultrasound() -> None:
    assert meant("FUS ALS")[0] == "FUS"
    assert meant("FUS ultrasound") == []
    assert "FUS" in tagged("FUS binds RNA.")
    assert "FUS" not in tagged("Focused ultrasound (FUS) brings a protein into the brain.")
    assert "FUS" not in tagged("FUS was given twice.")


def test_ang_is_a_gene_only_in_capitals_and_never_near_angiotensin() -> None:
    assert meant("ANG mutation") == ["ANG"]
    assert meant("ang mutation") == meant("ANG angiotensin gene") == []
    assert tagged("A variant of Ang II and Ang-1.") == set()
    assert tagged("A variant of ANG.") == {"ANG"}


def test_peripherin_of_the_retina_is_another_gene() -> None:
    assert "PRPH" in tagged("Peripherin aggregates.")
    assert "PRPH" not in tagged("Peripherin-2 in photoreceptors.")


def test_vcp_is_no_chemotherapy() -> None:
    assert "VCP" in tagged("VCP mutations.")
    assert "VCP" not in tagged("VCP with vincristine.")


def test_hgf_is_only_the_growth_factor_of_hepatocytes() -> None:
    assert found_by("HGF", "HGF") == {"hepatocyte growth factor"}


def test_4_pba_is_the_drug_and_pba_the_symptom() -> None:
    assert meant("4-PBA") == ["sodium phenylbutyrate"]
    assert meant("PBA in ALS")[0] == "pseudobulbar affect"
    assert meant("PBA phenylbutyrate") == ["sodium phenylbutyrate"]
    assert tagged("Cells were given 4-PBA.") == {"sodium phenylbutyrate"}


def test_nfl_in_its_case_is_the_marker_and_near_players_the_league() -> None:
    assert "neurofilament light chain" in tagged("NfL was measured in football players.")
    assert "neurofilament light chain" in tagged("NFL rose in plasma.")
    assert "neurofilament light chain" not in tagged("ALS in NFL players.")
    assert meant("nfl") == meant("NfL") == meant("NF-L") == ["neurofilament light chain"]
    assert "neurofilament light chain" not in meant("NFL football ALS") + meant("nfl football")


def test_ck_in_the_code_of_a_drug_is_no_kinase() -> None:
    assert tagged("CK-2127107 was given with creatine.") == {"reldesemtiv"}
    assert meant("CK-2127107") == ["reldesemtiv"]


def test_creatine_is_a_drug_where_it_is_given() -> None:
    assert tagged("Creatine kinase was high.") == {"creatine kinase"}
    assert "creatine" in tagged("Creatine supplementation.")


@pytest.mark.parametrize(
    ("short", "own", "other"),
    [("SLA", "fre", "eng"), ("SLA", "ita", "spa"), ("ELA", "spa", "fre"), ("ELA", "por", "eng")],
)
def test_names_of_another_language_count_in_that_language_only(short: str, own: str, other: str) -> None:
    assert tagged(f"{short}.", language=own) == {"amyotrophic lateral sclerosis"}
    assert tagged(f"{short}.", language=other) == tagged(f"{short.lower()}.", language=own) == set()
    assert short not in found_by("amyotrophic lateral sclerosis")


def test_a_query_in_another_language_says_so_by_its_words() -> None:
    assert meant("SLA maladie") == meant("ELA enfermedad") == ["amyotrophic lateral sclerosis"]
    assert meant("SLA") == meant("ELA") == meant("SLA learners") == []


def test_charcot_disease_is_not_charcot_marie_tooth_nor_of_the_joints() -> None:
    assert meant("Charcot disease") == ["amyotrophic lateral sclerosis"]
    assert meant("Charcot-Marie-Tooth disease") == meant("Charcot Marie Tooth disease") == []
    assert meant("Charcot disease foot") == []
    assert tagged("Charcot-Marie-Tooth disease and Charcot joints.") == set()


def test_kennedy_is_a_disease_only_with_the_word() -> None:
    assert meant("Kennedy's disease") == ["spinal and bulbar muscular atrophy"]
    assert meant("Kennedy") == []
    assert tagged("Kennedy described a disease.") == set()


def test_two_antisense_drugs_of_sod1_are_two() -> None:
    assert meant("BIIB067") == ["tofersen"]
    assert meant("ISIS 333611") == ["ISIS 333611"]
    assert not {"ISIS 333611", "ISIS333611"} & found_by("tofersen")


def test_the_class_of_stem_cells_finds_the_product_but_not_the_other_way_round() -> None:
    assert "NurOwn" in found_by("mesenchymal stem cells", "MSC")
    assert "MSC" not in found_by("debamestrocel", "NurOwn")
    assert meant("NurOwn") == ["debamestrocel"]


def test_words_of_every_day_are_scales_only_in_capitals() -> None:
    assert meant("ROADS") == ["ROADS"]
    assert meant("roads") == meant("CAFs") == []
    assert tagged("Roads and CAFs and strong criteria.") == set()
    assert "Strong criteria" in tagged("The Strong criteria.")


def test_aav_is_no_vasculitis() -> None:
    assert "adeno-associated virus" in tagged("An AAV vector.")
    assert "adeno-associated virus" not in tagged("ANCA vasculitis (AAV).")


def test_a_split_hand_is_a_sign_and_no_malformation() -> None:
    assert "split hand" in tagged("Split-hand index in ALS.")
    assert "split hand" not in tagged("Split hand/foot malformation.")


# Articles


def test_every_part_of_an_article_is_read() -> None:
    entities = VOCABULARY.entities(
        article(
            "Drooling.",
            title="<i>SOD1</i><sup>G93A</sup>",
            keywords=["riluzole"],
            mesh=["Respiration, Artificial"],
            substances=["C9orf72 protein, human"],
        )
    )
    assert entities == (
        ("drug", "riluzole"), ("gene", "C9orf72"), ("gene", "SOD1"), ("model", "SOD1-G93A mouse"),
        ("procedure", "mechanical ventilation"), ("symptom", "sialorrhea"),
    )  # fmt: skip


def test_a_form_does_not_reach_across_a_comma_or_into_the_next_text() -> None:
    assert tagged("A motor, neuron disease. Spinal (muscular) atrophy.") == set()
    assert VOCABULARY.entities(article("motor", title="x", keywords=["neuron"])) == ()


def test_an_article_has_a_concept_within_another_too() -> None:
    assert {"TDP-43 proteinopathy", "TARDBP"} <= tagged("TDP-43 proteinopathy")


def test_labels_of_a_facet_are_names_of_its_categories() -> None:
    about = article("Split hand and dysphagia in ALS; riluzole.")
    assert VOCABULARY.labels(about, "symptom") == ["split hand", "dysphagia"]
    assert VOCABULARY.labels(about, "drug") == ["riluzole"]
    assert VOCABULARY.labels(about, "gene") == []


# Keywords


@pytest.mark.parametrize(
    "label",
    ["ALS", "Amyotrophic lateral sclerosis (ALS)", "amyotrophic lateral sclerosis", "Amyotrophic Lateral Sclerosis",
     "ALS (amyotrophic lateral sclerosis)", "Lou Gehrig’s disease", "Sclerosis, amyotrophic lateral"],
)  # fmt: skip
def test_all_names_of_als_are_one_keyword(label: str) -> None:
    assert VOCABULARY.normal_keyword(label) == "amyotrophic lateral sclerosis"
    assert VOCABULARY.keyword_label(label) == "amyotrophic lateral sclerosis"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Biomarkers", "biomarker"), ("Biomarker", "biomarker"), ("Machine-learning", "machine learning"),
        ("Magnetic resonance imaging (MRI)", "magnetic resonance imaging"), ("Studies", "study"),
        ("Respiration, Artificial", "mechanical ventilation"), ("iPSCs", "Induced pluripotent stem cells"),
        ("MRI (magnetic resonance imaging)", "Magnetic resonance imaging"), ("Non-invasive care", "noninvasive care"),
        ("Muscular Atrophy, Spinal", "spinal muscular atrophy"), ("TDP-43", "TARDBP"),
    ],
)  # fmt: skip
def test_variants_of_a_keyword_are_one(one: str, other: str) -> None:
    assert VOCABULARY.normal_keyword(one) == VOCABULARY.normal_keyword(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("microRNA (miR-155)", "microRNA"), ("AIDS", "aid"), ("Genetics", "gene"), ("PEG", "percutaneous endoscopic gastrostomy"),
        ("cervical-onset ALS", "limb-onset ALS"), ("SOD2", "SOD1"), ("Analysis", "Analyst"), ("sclerosis", "ALS"),
    ],
)  # fmt: skip
def test_keywords_that_mean_something_else_stay_apart(one: str, other: str) -> None:
    assert VOCABULARY.normal_keyword(one) != VOCABULARY.normal_keyword(other)


def test_a_keyword_is_shown_as_written_less_its_abbreviation() -> None:
    assert VOCABULARY.keyword_label("Magnetic Resonance Imaging (MRI)") == "Magnetic Resonance Imaging"
    assert VOCABULARY.keyword_label("Quality of Life") == "Quality of Life"


@given(st.text(max_size=60))
def test_normalising_a_keyword_twice_is_normalising_it_once(label: str) -> None:
    once = VOCABULARY.normal_keyword(label)
    assert VOCABULARY.normal_keyword(once) == once


# Suggestions and headings


def test_forms_that_start_so_come_in_order_with_their_concepts() -> None:
    found = VOCABULARY.forms_starting("RILU")
    assert [(text, concept.name) for text, concept in found] == [
        ("Rilutek", "riluzole"),
        ("riluzole", "riluzole"),
    ]
    assert VOCABULARY.forms_starting("zzz") == ()


def test_narrower_headings_come_in_order_without_the_heading_itself() -> None:
    narrower = VOCABULARY.narrower("motor neuron disease")
    assert "Amyotrophic Lateral Sclerosis" in narrower
    assert "Motor Neuron Disease" not in narrower
    assert narrower == tuple(sorted(narrower))
    assert VOCABULARY.narrower("Motor Neuron Disease", used=["Amyotrophic Lateral Sclerosis"]) == (
        "Amyotrophic Lateral Sclerosis",
    )
    assert VOCABULARY.narrower("Nothing") == ()


def test_an_entry_term_stands_for_its_heading_and_all_below_it() -> None:
    known = Mesh(
        [Descriptor("Slow Illness", ("C1",), ("Old Name",)), Descriptor("Slower Illness", ("C1.1",))]
    )
    found = Vocabulary((), known).narrower("old name")
    assert found == ("Slow Illness", "Slower Illness")


# The command line


def test_words_are_shown_with_what_they_stand_for() -> None:
    shown = CliRunner().invoke(vocabulary_group, ["show", "Rilutek", "survival"]).output
    assert "Rilutek: riluzole (drug)" in shown
    assert "MeSH: Riluzole" in shown
    assert "No word" in CliRunner().invoke(vocabulary_group, ["show", "survival"]).output


def test_concepts_are_listed_by_category() -> None:
    listed = CliRunner().invoke(vocabulary_group, ["list", "criteria"]).output.splitlines()
    assert len(listed) == 4
    assert listed[0].startswith("criteria: El Escorial criteria = El Escorial, ")
    wrong = CliRunner().invoke(vocabulary_group, ["list", "criterion"])
    assert wrong.exit_code == 2
    assert "there are disease," in wrong.output


def test_descriptors_are_loaded_beside_the_library(tmp_path: Path) -> None:
    (tmp_path / "mesh.tsv").write_text("D1\tIllnesses\t\tC1\n")

    class Lies:
        library_path = tmp_path / "data" / "library.sqlite"

    done = CliRunner().invoke(vocabulary_group, ["mesh", str(tmp_path / "mesh.tsv")], obj=Lies())
    assert done.exit_code == 0, done.output
    assert mesh.load(tmp_path / "data").heading("illnesses") == "Illnesses"
