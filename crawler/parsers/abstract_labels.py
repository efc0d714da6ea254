"""An abstract in one text becomes sections, by its labels: "METHODS: ..." in it, or `<h4>Methods</h4>`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crawler.article import Markup, Section
from crawler.markup import clean, from_html, from_text, text_of_html

if TYPE_CHECKING:
    from collections.abc import Callable

# The words of which the labels in NLM's list of structured abstracts (Structured-Abstracts-Labels) are made.
_WORDS: Final = frozenset(
    """
    ACHIEVEMENTS ADVANCES AIM AIMS ANALYSES ANALYSIS APPROACH APPROACHES AREAS ASSESSMENT ASSESSMENTS
    BACKGROUND BACKGROUNDS BASIC CASE CASES CHALLENGES CLASSIFICATION CLINICAL CLINICALTRIALS COHORT
    COMPARISON CONCERNS CONCLUDING CONCLUSION CONCLUSIONS CONTEXT CONTRIBUTION COVERED CRITERIA CURRENT
    DATA DATABASE DATABASES DATASET DESCRIPTION DESIGN DEVELOPMENT DEVELOPMENTS DIAGNOSES DIAGNOSIS
    DIRECTIONS DISCUSSION DISSEMINATION EFFICACY ELIGIBILITY ETHICS EVALUATION EVIDENCE EXPERIMENT
    EXPERIMENTAL EXPERT EXPOSURE EXPOSURES EXTRACTION FIELD FINDING FINDINGS FOLLOW FRAMEWORK FUNDING
    FUTURE GOAL GOALS HIGHLIGHTS HYPOTHESES HYPOTHESIS IMPACT IMPLICATION IMPLICATIONS IMPORTANCE
    INNOVATION INTERPRETATION INTERVENTION INTERVENTIONS INTRODUCTION ISSUE ISSUES KEY KNOWLEDGE LESSONS
    LEVEL LIMITATION LIMITATIONS LITERATURE MAIN MAJOR MANAGEMENT MATERIAL MATERIALS MEASURE MEASUREMENT
    MEASUREMENTS MEASURES MESSAGE MESSAGES META METHOD METHODOLOGY METHODS MODEL MOTIVATION NOVELTY
    NUMBER OBJECTIVE OBJECTIVES OBSERVATIONS OPINION ORIGINALITY OUTCOME OUTCOMES OVERVIEW PARTICIPANT
    PARTICIPANTS PATIENT PATIENTS PERSPECTIVE PERSPECTIVES POINTS POPULATION PRACTICE PRESENTATION
    PRIMARY PRINCIPAL PROBLEM PROCEDURE PROCEDURES PROGNOSIS PROJECT PROSPERO PROTOCOL PURPOSE PURPOSES
    QUESTION QUESTIONS RATIONALE RECENT RECOMMENDATION RECOMMENDATIONS REGISTRATION REGISTRY RELEVANCE
    REPORT REPORTS RESEARCH RESULT RESULTS REVIEW SAMPLE SCOPE SEARCH SECONDARY SELECTION SEQUENCE
    SETTING SETTINGS SIGNIFICANCE SOURCE SOURCES STATEMENT STATISTICAL STATISTICS STRATEGY STRENGTH
    STRENGTHS STUDIES STUDY SUBJECT SUBJECTS SUMMARY SUPPORT SYNTHESIS SYSTEMATIC TECHNICAL TECHNIQUE
    TEST TESTS THERAPY TRANSLATIONAL TREATMENT TRIAL TRIALS UNLABELLED VALUE
""".split()
)
_BETWEEN: Final = frozenset("A AND BY FOR FROM IN OF ON OR S THE TO UP WITH".split())
_LABEL: Final = re.compile(
    r"(?:\A|(?<=[.?!] )|(?<=[.?!][)\]\"'\N{RIGHT DOUBLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}] ))"
    r"([A-Z][A-Z'()/,& -]{1,78}[A-Z)]): "
)
_WORD: Final = re.compile(r"[A-Z]+")
_HEADING: Final = re.compile(r"<h4>((?:(?!</?h4>).){0,300})</h4>", re.IGNORECASE | re.DOTALL)


def sections(text: str, write: Callable[[str], Markup] = from_text) -> tuple[Section, ...]:
    """Return the sections of an abstract; one without a label where it is not structured.

    A label is in capitals, of words known from NLM's labels, at the start of a sentence; a single one
    further on makes no structure. Labels, colons and texts joined with blanks are the abstract again.
    """
    whole = clean(text)
    found = [label for label in _LABEL.finditer(whole) if _is_known(label[1])]
    if not found or (len(found) == 1 and found[0].start()):
        return _nonempty([Section(write(whole))])
    ends = [label.start() for label in found[1:]] + [len(whole)]
    parts = [Section(write(whole[: found[0].start()]))]
    parts += [
        Section(write(whole[label.end() : end]), label[1]) for label, end in zip(found, ends, strict=True)
    ]
    return _nonempty(parts)


def headed_sections(text: str) -> tuple[Section, ...]:
    """Return the sections of an abstract with headings, `<h4>Methods</h4>`; what is empty is left out."""
    first, *others = _HEADING.split(text)
    parts = [Section(from_html(first))]
    for heading, part in zip(others[::2], others[1::2], strict=True):
        label = text_of_html(heading).rstrip(": ")
        parts.append(Section(from_html(part), "" if label.casefold() == "unlabelled" else label))
    return _nonempty(parts)


def _is_known(label: str) -> bool:
    words = set(_WORD.findall(label))
    return words <= _WORDS | _BETWEEN and bool(words & _WORDS)


def _nonempty(parts: list[Section]) -> tuple[Section, ...]:
    return tuple(part for part in parts if part.text)
