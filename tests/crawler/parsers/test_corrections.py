"""Each kind of link has one name, whoever tells of it."""

from __future__ import annotations

import pytest

from crawler.parsers.corrections import OF_TAGS, kind_named, kind_of_related


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Retraction in", "RetractionIn"),
        ("Corrected and republished from", "CorrectedandRepublishedFrom"),
        ("EXPRESSION_OF_CONCERN_IN", "ExpressionOfConcernIn"),
        ("Erratum in:", "ErratumIn"),
        ("Reprint of", "ReprintOf"),
        ("Preprint of", "UpdateIn"),
        ("Similar articles", ""),
        ("", ""),
    ],
)
def test_a_kind_is_known_however_it_is_written(words: str, kind: str) -> None:
    assert kind_named(words) == kind


def test_every_kind_with_a_tag_is_known_by_its_name() -> None:
    assert [kind_named(kind) for kind in OF_TAGS.values()] == list(OF_TAGS.values())
    assert len(set(OF_TAGS.values())) == len(OF_TAGS) == 20


def test_a_related_article_of_jats_is_a_kind_of_pubmeds_or_none() -> None:
    assert kind_of_related(" Retraction-Forward ") == "RetractionIn"
    assert kind_of_related("companion") == ""
