"""JATS's words for languages, kinds of articles and their relations, and NLM's words for the same."""

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

_RELATIONS: Final = {
    "corrected-article": "ErratumFor",
    "correction": "ErratumIn",
    "correction-forward": "ErratumIn",
    "retracted-article": "RetractionOf",
    "retraction": "RetractionIn",
    "retraction-forward": "RetractionIn",
    "object-of-concern": "ExpressionOfConcernFor",
    "expression-of-concern": "ExpressionOfConcernIn",
    "concern-forward": "ExpressionOfConcernIn",
    "commentary-article": "CommentOn",
    "commentary": "CommentIn",
    "letter": "CommentIn",
    "republished-article": "RepublishedFrom",
    "updated-article": "UpdateOf",
    "preprint": "UpdateOf",
    "update": "UpdateIn",
}

_LANGUAGES: Final = {
    "af": "afr", "ar": "ara", "az": "aze", "bg": "bul", "bs": "bos", "ca": "cat", "cs": "cze", "da": "dan",
    "de": "ger", "el": "gre", "en": "eng", "eo": "epo", "es": "spa", "et": "est", "eu": "baq", "fa": "per",
    "fi": "fin", "fr": "fre", "gl": "glg", "he": "heb", "hi": "hin", "hr": "hrv", "hu": "hun", "hy": "arm",
    "id": "ind", "is": "ice", "it": "ita", "ja": "jpn", "ka": "geo", "kk": "kaz", "ko": "kor", "la": "lat",
    "lt": "lit", "lv": "lav", "mk": "mac", "ms": "may", "nb": "nor", "nl": "dut", "nn": "nor", "no": "nor",
    "pl": "pol", "pt": "por", "ro": "rum", "ru": "rus", "sk": "slo", "sl": "slv", "sq": "alb", "sr": "srp",
    "sv": "swe", "th": "tha", "tr": "tur", "uk": "ukr", "ur": "urd", "uz": "uzb", "vi": "vie", "zh": "chi",
}  # fmt: skip
_TERMINOLOGICAL: Final = {
    "bod": "tib", "ces": "cze", "cym": "wel", "deu": "ger", "ell": "gre", "eus": "baq", "fas": "per",
    "fra": "fre", "hye": "arm", "isl": "ice", "kat": "geo", "mkd": "mac", "msa": "may", "mya": "bur",
    "nld": "dut", "ron": "rum", "slk": "slo", "sqi": "alb", "zho": "chi",
}  # fmt: skip


def publication_type(article_type: str) -> str:
    """Return PubMed's publication type for an `article-type`; "" where they do not surely mean the same."""
    return _TYPES.get(article_type.strip().lower(), "")


def correction_kind(related_article_type: str) -> str:
    """Return PubMed's RefType for a `related-article-type`; "" where PubMed keeps no such link.

    In JATS's suggested values a `commentary` is the comment, a `commentary-article` what it comments on.
    """
    return _RELATIONS.get(related_article_type.strip().lower(), "")


def language_code(tag: str) -> str:
    """Return NLM's code of three letters for an `xml:lang` (en, pt-BR, deu); "" for one that is unknown.

    NLM uses the bibliographic codes of ISO 639-2: ger and fre, not deu and fra.
    """
    name = tag.strip().lower().replace("_", "-").partition("-")[0]
    if len(name) == 3 and name.isascii() and name.isalpha():
        return _TERMINOLOGICAL.get(name, name)
    return _LANGUAGES.get(name, "")
