"""Records out of a stream of XML: none is passed over in silence, whatever lxml makes of a break."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import ParseError
from crawler.parsers.jats.jats_stream import JATS
from crawler.parsers.pubmed.pubmed_xml import parse
from crawler.parsers.xml.xml_stream import Kind, elements, only_record
from tests.crawler.parsers.pubmed_records import record, summary, until_break

CHUNK = 1 << 16
NOTES = Kind(
    records=("note",),
    others=("erased",),
    sets=frozenset({"notes"}),
    language="XML of notes",
    subject="notes",
    record="note",
)


def texts(content: bytes) -> list[str]:
    return [element.text or "" for element in elements(BytesIO(content), NOTES)]


def read_until_break(content: bytes) -> tuple[list[str], str]:
    return until_break(element.text or "" for element in elements(BytesIO(content), NOTES))


@pytest.mark.parametrize("place", [-8, -6, -1, 0, 1])
@pytest.mark.parametrize("damage", [b"&nbsp;", b"<a></b>", b"& ", b"\xff\xff"])
def test_what_follows_an_error_at_the_end_of_a_chunk_is_no_new_document(place: int, damage: bytes) -> None:
    start = b"<notes><note>1</note>"
    filler = b"<x>" + b"y" * (CHUNK - len(start) - len(damage) - 3 + place)
    # What comes next would be a whole document in itself.
    rest = b"<notes><note>2</note>" + b" " * CHUNK + b"<note>3</note></notes>"
    found, message = read_until_break(start + filler + damage + rest)
    assert found == ["1"]
    assert message.startswith("the XML breaks off after 1 whole note, at line 1")


def test_an_unknown_character_at_the_end_of_a_chunk_breaks_pubmeds_xml_off() -> None:
    start = b"<PubmedArticleSet>" + record(pmid="1").encode()
    filler = b"<x>" + b"y" * (CHUNK - len(start) - 9) + b"&nbsp;"
    content = start + filler + record(pmid="2").encode()
    found, message = until_break(parse(BytesIO(content)))
    assert summary(found) == ["1"]
    assert message == "the XML breaks off after 1 whole record, at line 1: Entity 'nbsp' not defined"


@given(st.integers(0, 80), st.sampled_from([b"&nbsp;", b"<", b"</notes>", b"&#0;"]))
def test_no_damage_is_passed_over_wherever_it_stands(place: int, damage: bytes) -> None:
    whole = b"<notes><note>1</note><note>2</note><erased>3</erased><note>4</note></notes>"
    content = whole[:place] + damage + whole[place:]
    found, _ = read_until_break(content)
    assert (
        found == ["1", "2", "3", "4"][: whole[:place].count(b"</note>") + whole[:place].count(b"</erased>")]
    )


def test_blanks_a_byte_order_mark_and_control_characters_before_a_document_are_passed_over() -> None:
    document = b'<?xml version="1.0"?><notes><note>1\x01</note></notes>'
    for start in (b"", b"\n\n ", b"\xef\xbb\xbf", b"\xef\xbb\xbf\r\n\r\n", b" " * (CHUNK + 5)):
        assert texts(start + document) == ["1"]


def test_what_is_yielded_beside_the_records_is_not_counted() -> None:
    content = b"<notes><note>1</note><erased>2</erased>"
    assert read_until_break(content)[0] == ["1", "2"]
    assert "after 1 whole note" in read_until_break(content)[1]


def test_the_only_record_of_a_document_may_stand_in_a_set() -> None:
    assert only_record(b"<notes><erased/><note>1</note></notes>", NOTES).text == "1"
    with pytest.raises(ParseError, match="this is a set of notes with none in it: its root is <notes>"):
        only_record(b"<notes/>", NOTES)
    with pytest.raises(ParseError, match="there is no note in it"):
        only_record(b"<notes><erased/></notes>", NOTES)
    with pytest.raises(ParseError, match="not of JATS articles"):
        only_record(b"<notes/>", JATS)
