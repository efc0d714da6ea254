"""Lists of references of Europe PMC, and texts in which only known tags are tags."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.article import Reference
from crawler.errors import ParseError
from crawler.markup import from_html, text_of_html
from crawler.parsers.europepmc.europepmc import references


def cited(*entries: dict[str, Any]) -> list[Reference] | None:
    return references(json.dumps({"hitCount": 1, "referenceList": {"reference": list(entries)}}).encode())


def test_references_are_printed_as_pubmed_prints_them() -> None:
    read_list = cited(
        {
            "id": "8", "source": "MED", "title": "Is <i>SOD1</i> it?", "authorString": "Doe J, Roe R.",
            "journalAbbreviation": "Inv J", "pubYear": 2019, "volume": "12", "issue": "3", "pageInfo": "4-5",
            "citedOrder": 2, "doi": "10.1000/Ref",
        },
        {"id": "PMC9", "source": "PMC", "title": "First.", "pubYear": "2001", "pageInfo": "e1", "citedOrder": 1},
        {"unstructured": "Doe J. A book &amp; more. 1999.", "title": "Not used", "citedOrder": 3},
        {"title": "No order", "volume": "7"},
        {"id": "x", "source": "AGR", "citedOrder": 9},
    )  # fmt: skip
    assert read_list == [
        Reference(text="First. 2001:e1.", pmcid="PMC9"),
        Reference(text="Doe J, Roe R. Is SOD1 it? Inv J. 2019;12(3):4-5.", pmid="8", doi="10.1000/Ref"),
        Reference(text="Doe J. A book & more. 1999."),
        Reference(text="No order. 7."),
    ]


def test_no_data_on_references_is_not_the_same_as_no_references() -> None:
    assert references(b'{"version": "6.9", "hitCount": 0}') is None
    assert references(b'{"version": "6.9", "hitCount": 0, "referenceList": null}') is None
    assert cited() == []
    with pytest.raises(ParseError, match="the list of references cannot be read"):
        references(b'{"referenceList": {"reference": [1]}}')


@given(st.text(alphabet="ab <>/&;ip\"'=#x1"))
def test_only_known_tags_are_tags(text: str) -> None:
    assert not re.search(r"<(?!/?[ipbu]>)", from_html(text))
    assert text_of_html(text.replace("<", "").replace("&", "")) == " ".join(
        text.replace("<", "").replace("&", "").split()
    )


def test_a_tag_may_have_attributes_and_a_sign_words_behind_it() -> None:
    assert from_html('<i class="x">SOD1</i><br/>n<i and j>k') == "<i>SOD1</i> n&lt;i and j&gt;k"
