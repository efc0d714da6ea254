"""The kinds of links between publications: corrections, retractions, comments, updates and the like.

The name of a kind is PubMed's RefType, as its XML has it. Its page prints the same words apart ("Retraction
in"), Europe PMC writes them in other cases, MEDLINE has a tag for each, and JATS a `related-article-type`.
"""

from __future__ import annotations

import re
from typing import Final

OF_TAGS: Final = {
    "CIN": "CommentIn", "CON": "CommentOn", "EIN": "ErratumIn", "EFR": "ErratumFor",
    "RIN": "RetractionIn", "ROF": "RetractionOf", "UIN": "UpdateIn", "UOF": "UpdateOf",
    "ECI": "ExpressionOfConcernIn", "ECF": "ExpressionOfConcernFor",
    "RPI": "RepublishedIn", "RPF": "RepublishedFrom",
    "SPIN": "SummaryForPatientsIn", "ORI": "OriginalReportIn",
    "CRI": "CorrectedandRepublishedIn", "CRF": "CorrectedandRepublishedFrom",
    "RRI": "RetractedandRepublishedIn", "RRF": "RetractedandRepublishedFrom",
    "DDIN": "AssociatedDataset", "DRIN": "AssociatedPublication",
}  # fmt: skip
"""The kinds by their MEDLINE tags."""

_WITHOUT_TAG: Final = ("ReprintIn", "ReprintOf")
_BY_WORDS: Final = {kind.casefold(): kind for kind in (*OF_TAGS.values(), *_WITHOUT_TAG)}
# PubMed links a preprint and what came of it as an update.
_OF_PREPRINTS: Final = {"preprintof": "UpdateIn", "preprintin": "UpdateOf"}
_NOT_WORD: Final = re.compile(r"[\W_]+")

# In JATS's suggested values a `commentary` is the comment, a `commentary-article` what it comments on.
_OF_JATS: Final = {
    "corrected-article": "ErratumFor", "correction": "ErratumIn", "correction-forward": "ErratumIn",
    "retracted-article": "RetractionOf", "retraction": "RetractionIn", "retraction-forward": "RetractionIn",
    "object-of-concern": "ExpressionOfConcernFor", "expression-of-concern": "ExpressionOfConcernIn",
    "concern-forward": "ExpressionOfConcernIn",
    "commentary-article": "CommentOn", "commentary": "CommentIn", "letter": "CommentIn",
    "republished-article": "RepublishedFrom",
    "updated-article": "UpdateOf", "preprint": "UpdateOf", "update": "UpdateIn",
}  # fmt: skip


def kind_named(words: str) -> str:
    """Return the kind that a heading or a name stands for, however it is written; "" for any other."""
    name = _NOT_WORD.sub("", words).casefold()
    return _BY_WORDS.get(name) or _OF_PREPRINTS.get(name, "")


def kind_of_related(article_type: str) -> str:
    """Return the kind that JATS's `related-article-type` is; "" where PubMed keeps no such link."""
    return _OF_JATS.get(article_type.strip().lower(), "")
