"""A stream of JATS: whole, broken, hostile, or something else altogether."""

from __future__ import annotations

import gzip
import resource
from io import BytesIO, RawIOBase
from typing import TYPE_CHECKING, BinaryIO, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import ParseError
from crawler.outcome import Parsed, Unparsed
from crawler.parsers.jats.jats import FORMAT, parse, parse_record
from tests.crawler.parsers.pubmed_records import until_break

if TYPE_CHECKING:
    from crawler.article import Article
    from crawler.outcome import Outcome

DOCTYPE = '<!DOCTYPE article PUBLIC "-//NLM//DTD JATS (Z39.96) v1.2//EN" "JATS-archivearticle1.dtd">'
OWN_ENTITY = '<!DOCTYPE article [<!ENTITY own "swollen">]>'
XLINK = 'xmlns:xlink="http://www.w3.org/1999/xlink"'


def record(  # noqa: PLR0913 - a record has that many places
    meta: str = "",
    *,
    doi: str = "10.1/a",
    title: str = "A title",
    journal: str = "",
    body: str = "",
    back: str = "",
    more: str = "",
    attributes: str = "",
) -> str:
    """Return an article with these elements in its parts, as they are."""
    ids = f'<article-id pub-id-type="doi">{doi}</article-id>' if doi else ""
    return (
        f"<article {XLINK} {attributes}><front><journal-meta>{journal}</journal-meta><article-meta>{ids}"
        f"<title-group><article-title>{title}</article-title></title-group>{meta}</article-meta></front>"
        f"<body>{body}</body><back>{back}</back>{more}</article>"
    )


def outcomes(content: str | bytes) -> list[Outcome]:
    return list(parse(BytesIO(content.encode() if isinstance(content, str) else content)))


def read(content: str | bytes) -> Article:
    (outcome,) = outcomes(content)
    assert isinstance(outcome, Parsed), outcome
    return outcome.article


def summary(results: list[Outcome]) -> list[str]:
    return [
        each.article.key if isinstance(each, Parsed) else f"!{each.record}"
        for each in results
        if isinstance(each, Parsed | Unparsed)
    ]


def read_until_break(stream: BinaryIO) -> tuple[list[Outcome], str]:
    return until_break(parse(stream))


class TestStream:
    def test_each_article_of_a_set_comes_in_order_with_its_raw_bytes(self) -> None:
        for wrapper in ("articles", "pmc-articleset", "records"):
            results = outcomes(f"<{wrapper}>{record(doi='10.1/a')}{record(doi='10.1/b')}</{wrapper}>")
            assert summary(results) == ["10.1/a", "10.1/b"]
            for outcome in results:
                assert isinstance(outcome, Parsed)
                assert outcome.format == FORMAT == "jats"
                assert parse_record(outcome.raw) == outcome.article

    def test_a_set_without_articles_yields_nothing(self) -> None:
        assert outcomes("<articles/>") == outcomes("<pmc-articleset></pmc-articleset>") == []
        with pytest.raises(ParseError, match="none in it"):
            parse_record(b"<articles/>")

    def test_an_article_in_the_namespace_of_an_archive_is_read(self) -> None:
        space = 'xmlns="https://jats.nlm.nih.gov/ns/archiving/1.3/"'
        (outcome,) = outcomes(
            f"<OAI><metadata>{record(attributes=space, body='<p>Text</p>')}</metadata></OAI>"
        )
        assert isinstance(outcome, Parsed)
        assert [section.text for section in outcome.article.body] == ["Text"]
        assert parse_record(outcome.raw) == outcome.article

    @pytest.mark.parametrize("start", ["", DOCTYPE])
    def test_named_characters_are_read_with_and_without_a_doctype(self, start: str) -> None:
        xml = record(title="&alpha;-synuclein&nbsp;&amp;&nbsp;&lt;Tau&gt;", attributes='id="&beta;"')
        (outcome,) = outcomes(start + xml)
        assert isinstance(outcome, Parsed)
        assert outcome.article.title == "\N{GREEK SMALL LETTER ALPHA}-synuclein &amp; &lt;Tau&gt;"
        assert parse_record(outcome.raw) == outcome.article
        assert "β".encode() in outcome.raw

    def test_named_characters_are_none_in_comments_and_cdata(self) -> None:
        title = "<!-- ]]> &beta; -->&beta;<![CDATA[--> &beta; ]]>&beta;"
        assert read(record(title=title)).title == "β--&gt; &amp;beta; β"

    @given(st.integers(1, 40))
    def test_a_named_character_is_read_wherever_a_chunk_ends(self, size: int) -> None:
        content = record(title="&alpha;<!--&x;--><![CDATA[&]]>&alpha;").encode()

        class Trickle(RawIOBase):
            def read(self, _: int = -1, stream: BytesIO = BytesIO(content)) -> bytes:  # noqa: B008 - read once
                return stream.read(size)

        (outcome,) = parse(cast("BinaryIO", Trickle()))
        assert isinstance(outcome, Parsed)
        assert outcome.article.title == "\u03b1&amp;\u03b1"

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
    def test_control_characters_that_xml_forbids_are_passed_over(self, encoding: str) -> None:
        xml = f'<?xml version="1.0" encoding="{encoding}"?>' + record(title="Mice\x01 run")
        xml = xml if encoding == "utf-8" else xml.replace("\x01", "")
        assert read(xml.encode(encoding)).title == "Mice run"

    @pytest.mark.parametrize("place", ["title", "doi", "body"])
    def test_an_article_that_uses_an_entity_of_its_own_is_refused(self, place: str) -> None:
        hostile = record(**{place: "7&own;"})
        results = outcomes(f"{OWN_ENTITY}<articles>{hostile}{record(doi='10.1/b')}</articles>")
        assert summary(results)[1] == "10.1/b"
        assert isinstance(results[0], Unparsed)
        assert "an entity of its own, &own;" in results[0].reason
        assert b"swollen" not in results[0].raw

    @pytest.mark.parametrize(
        ("bad", "name", "reason"),
        [
            ("<article/>", "article 2", "has no article-meta in its front"),
            (record(doi=""), "article 2", "has no PMID, PMCID or DOI"),
            (record(doi="10.1"), "article 2", "has no PMID, PMCID or DOI"),
        ],
    )
    def test_an_article_that_cannot_be_read_is_named_and_the_stream_goes_on(
        self, bad: str, name: str, reason: str
    ) -> None:
        first, unparsed, last = outcomes(f"<articles>{record()}{bad}{record(doi='10.1/c')}</articles>")
        assert summary([first, last]) == ["10.1/a", "10.1/c"]
        assert isinstance(unparsed, Unparsed)
        assert (unparsed.record, unparsed.reason, unparsed.format) == (name, reason, FORMAT)
        with pytest.raises(ParseError, match=reason):
            parse_record(unparsed.raw)

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (b"", "the file is empty"),
            (b" \n", "the file is empty"),
            (b"PMID- 7", "this is not XML: it begins with b'PMID- 7'"),
            (gzip.compress(b"<article/>"), "this is not XML: it begins with"),
            (b"<!DOCTYPE html>\n<html><br></html>", "this is an HTML page, not JATS XML"),
            (b'<html xmlns="http://www.w3.org/1999/xhtml"/>', "this is an HTML page, not JATS XML"),
            (b"<PubmedArticleSet/>", "this is XML, but not of JATS articles: its root is <PubmedArticleSet>"),
            (b"<OAI><error>No such id</error></OAI>", 'its root is <OAI>, and it says "No such id"'),
            (
                b"<article><front></article>",
                "breaks off after 0 whole articles, at line 1: Opening and ending",
            ),
            (b"<articles>&own;</articles>", "at line 1: Entity 'own' not defined"),
        ],
    )
    def test_what_is_no_jats_is_said_in_a_plain_sentence(self, content: bytes, message: str) -> None:
        results, said = read_until_break(BytesIO(content))
        assert results == []
        assert message in said
        with pytest.raises(ParseError, match=r"."):
            parse_record(content)

    def test_every_whole_article_before_a_break_is_read(self) -> None:
        content = f"<articles>{record()}\n{record(doi='10.1/b')}\n{record(doi='10.1/c')}"
        results, message = read_until_break(BytesIO(content[:-30].encode()))
        assert summary(results) == ["10.1/a", "10.1/b"]
        assert message.startswith("the XML breaks off after 2 whole articles, at line 3")

    def test_a_compressed_file_that_was_cut_off_is_a_break(self) -> None:
        content = gzip.compress(f"<articles>{record() * 2000}</articles>".encode())
        with gzip.open(BytesIO(content[:-9])) as stream:
            results, message = read_until_break(cast("BinaryIO", stream))
        assert results
        assert "Compressed file ended before the end-of-stream marker" in message

    @given(st.binary(max_size=200) | st.text(alphabet="<>/&;article front-m!?[]'=DOCTYPE").map(str.encode))
    def test_no_bytes_raise_anything_but_a_parse_error(self, content: bytes) -> None:
        try:
            results = outcomes(content)
        except ParseError as error:
            assert str(error)  # noqa: PT017 - whether one is raised depends on the bytes
        else:
            assert all(isinstance(outcome, Unparsed) for outcome in results)

    def test_elements_nested_deeply_are_no_crash(self) -> None:
        deep = f"{'<sec>' * 240}<p>x</p>{'</sec>' * 240}"
        assert len(outcomes(record(body=deep))) == 1
        with pytest.raises(ParseError, match="breaks off"):
            outcomes(record(body=f"{'<sec>' * 300}{'</sec>' * 300}"))

    def test_memory_does_not_grow_with_the_number_of_articles(self) -> None:
        class Endless(RawIOBase):
            pieces = iter(
                [b"<articles>", *[record(more=f"<x>{'x' * 20_000}</x>").encode()] * 3000, b"</articles>"]
            )

            def read(self, _: int = -1) -> bytes:
                return next(self.pieces, b"")

        peaks = []
        for number, _ in enumerate(parse(cast("BinaryIO", Endless()))):
            if number in {500, 2999}:
                peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
        assert peaks[1] < peaks[0] * 1.2, "60 MB of articles passed through"


TAGS = st.sampled_from(
    "article-id title-group article-title trans-title contrib-group contrib name surname given-names collab aff"
    " xref pub-date year month abstract trans-abstract sec title p kwd-group kwd award-group award-id fn"
    " related-article ref-list ref mixed-citation element-citation citation-alternatives person-group etal"
    " source pub-id ext-link fig caption boxed-text app-group list volume fpage string-date".split()
)
TEXTS = st.text(alphabet="aB7 .:10/&<é", max_size=8).map(
    lambda text: text.replace("&", "&amp;").replace("<", "&lt;")
)
TREES = st.recursive(
    TEXTS,
    lambda inner: st.builds(
        lambda tag, content, text: f'<{tag} id="a" rid="a" ref-type="aff">{"".join(content)}</{tag}>{text}',
        TAGS,
        st.lists(inner, max_size=4),
        TEXTS,
    ),
    max_leaves=12,
)


@given(TREES, TREES, TREES)
def test_elements_in_places_where_nobody_expects_them_are_no_crash(meta: str, body: str, back: str) -> None:
    article = read(record(meta, body=body, back=f"<ref-list>{back}</ref-list>"))
    assert article.key == "10.1/a"
