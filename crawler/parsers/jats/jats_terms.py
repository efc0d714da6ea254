"""JATS's words for kinds of articles, and NLM's words for the same."""

from __future__ import annotations

from typing import Final

_TYPES: Final = {
    "research-article": "Journal Article",
    "brief-report": "Journal Article",
    "rapid-communication": "Journal Article",
    "methods-article": "Journal Article",
    "review-article": "Review",
    "systematic-review": "Systematic Review",
    "meta-analysis": "Meta-Analysis",
    "case-report": "Case Reports",
    "clinical-trial": "Clinical Trial",
    "editorial": "Editorial",
    "letter": "Letter",
    "news": "News",
    "article-commentary": "Comment",
    "correction": "Published Erratum",
    "retraction": "Retraction of Publication",
    "retracted-article": "Retracted Publication",
    "expression-of-concern": "Expression of Concern",
    "introduction": "Introductory Journal Article",
    "guideline": "Guideline",
    "practice-guideline": "Practice Guideline",
    "interview": "Interview",
    "lecture": "Lecture",
    "meeting-report": "Congress",
    "dissertation": "Academic Dissertation",
    "preprint": "Preprint",
}


def publication_type(article_type: str) -> str:
    """Return PubMed's publication type for an `article-type`; "" where they do not surely mean the same."""
    return _TYPES.get(article_type.strip().lower(), "")
