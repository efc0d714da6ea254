"""Real articles of three publishers, some as PubMed Central holds them, in every style of citing."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest

from crawler.article import PLAIN_LANGUAGE, DataBank
from crawler.markup import to_text
from crawler.outcome import Parsed
from crawler.parsers.jats.jats import parse, parse_record
from tests.shared import SHARED, needs_shared

if TYPE_CHECKING:
    from crawler.article import Article

pytestmark = needs_shared

COUNTS = {
    "ehp-116-1694.nxml": (4, 5, 17, 3, 58, 52, 9),
    "elife-kitchen-sink.xml": (10, 6, 23, 24, 103, 78, 4),
    "elife00013.xml": (8, 5, 11, 23, 105, 1, 4),
    "elife02304.xml": (5, 6, 30, 24, 88, 81, 6),
    "elife05031.xml": (9, 5, 18, 6, 45, 42, 5),
    "journal.pbio.0020188.xml": (3, 0, 1, 0, 3, 1, 0),
    "journal.pbio.1001636.xml": (10, 0, 4, 2, 24, 6, 0),
    "journal.pcbi.1004082.xml": (2, 2, 40, 8, 42, 61, 0),
    "journal.pgen.1003316.xml": (14, 2, 11, 4, 33, 8, 0),
    "journal.pmed.1000097.xml": (5, 0, 12, 1, 42, 2, 0),
    "journal.pntd.0001041.xml": (11, 5, 4, 5, 23, 0, 0),
    "pone.0046493.nxml": (9, 1, 18, 4, 58, 44, 0),
}
"""Authors, sections of abstracts, sections of the text, figures, references, ids in these, keywords."""


@cache
def real(name: str) -> Article:
    with (SHARED / "data" / "jats" / name).open("rb") as stream:
        (outcome,) = parse(stream)
    assert isinstance(outcome, Parsed), outcome
    assert parse_record(outcome.raw) == outcome.article
    return outcome.article


@pytest.mark.parametrize("name", COUNTS)
def test_nothing_of_an_article_is_missed(name: str) -> None:
    article = real(name)
    assert COUNTS[name] == (
        len(article.authors),
        sum(len(abstract.sections) for abstract in article.abstracts()),
        len(article.body),
        len(article.figures),
        len(article.references),
        sum(len(reference.keys()) for reference in article.references),
        len(article.keywords),
    )


@pytest.mark.parametrize("name", COUNTS)
def test_every_part_has_its_text_and_no_reference_is_the_article_itself(name: str) -> None:
    article = real(name)
    texts = [section.text for section in article.body] + [figure.caption for figure in article.figures]
    assert all(map(to_text, texts))
    assert not any("10.7554/eLife" in to_text(text) and "DOI:" in to_text(text) for text in texts)
    assert all(len(reference.text) > 30 for reference in article.references)
    assert not any("@" in place for author in article.authors for place in author.affiliations)
    for reference in article.references:
        assert article.key not in reference.keys()  # noqa: SIM118 - keys() is a method of references


def test_every_article_says_when_and_where_it_appeared_and_who_wrote_it() -> None:
    said = {name: (real(name), real(name).authors[0]) for name in COUNTS}
    assert {
        name: f"{author.short()}. {article.journal.short()}. {article.date};"
        f"{article.volume}({article.issue}):{article.pages}. Epub {article.electronic}"
        for name, (article, author) in said.items()
    } == {
        "ehp-116-1694.nxml": "Lema SC. Environ Health Perspect. 2008 Dec;116(12):1694-1699. Epub 2008 Aug 1",
        "elife-kitchen-sink.xml": "Alegado RA Jnr. elife. 2014;3():e00013. Epub 2014 Feb 28",
        "elife00013.xml": "Alegado RA. eLife. 2012;1():e00013. Epub 2012 Oct 15",
        "elife02304.xml": "Boucher JI. elife. 2014;3():e02304. Epub 2014 Jun 25",
        "elife05031.xml": "van Anken E. elife. 2014;3():e05031. Epub 2014 Dec 30",
        "journal.pbio.0020188.xml": "Zon LI. PLoS Biol. 2004 Jun;2(6):e188. Epub 2004 Jun 15",
        "journal.pbio.1001636.xml": "Drew BT. PLoS Biol. 2013 Sep;11(9):e1001636. Epub 2013 Sep 3",
        "journal.pcbi.1004082.xml": "Wohrer A. PLoS Comput Biol. 2015 Mar;11(3):e1004082. Epub 2015 Mar 20",
        "journal.pgen.1003316.xml": "Haber M. PLoS Genet. 2013 Feb;9(2):e1003316. Epub 2013 Feb 28",
        "journal.pmed.1000097.xml": "Moher D. PLoS Med. 2009 Jul;6(7):e1000097. Epub 2009 Jul 21",
        "journal.pntd.0001041.xml": "Walker SL. PLoS Negl Trop Dis. 2011 Apr;5(4):e1041. Epub 2011 Apr 12",
        "pone.0046493.nxml": "Delorme V. PLoS One. 2012;7(9):e46493. Epub 2012 Sep 28",
    }


def test_ids_are_the_articles_own() -> None:
    ids = real("pone.0046493.nxml").ids
    assert (ids.pmid, ids.pmcid, ids.doi) == ("23029536", "PMC3460867", "10.1371/journal.pone.0046493")
    assert {name: real(name).key for name in COUNTS if "elife0" in name} == {
        "elife00013.xml": "10.7554/elife.00013",
        "elife02304.xml": "10.7554/elife.02304",
        "elife05031.xml": "10.7554/elife.05031",
    }


@pytest.mark.parametrize(
    ("name", "place", "start", "end"),
    [
        ("ehp-116-1694.nxml", 0, "Adolf B, Chapouton P, Lam CS,", " Dev Biol. 2006;295:278-293."),
        ("ehp-116-1694.nxml", -1, "Zupanc GKH, Hinsch K, Gage FH.", " J Comp Neurol. 2005;488:290-319."),
        ("elife-kitchen-sink.xml", 0, "Agosta WC.", " New York: Scientific American Library; 1992."),
        ("elife02304.xml", -1, "Zhu G, Keithly JS.", " The Journal of Eukaryotic Microbiology. 2002;49:255-261."),
        ("journal.pbio.0020188.xml", 0, "Blackburn E, Rowley J. Reason", "2004;2:e116. doi: 10.1371/journal.pbio.0020116."),
        ("journal.pcbi.1004082.xml", 0, "Renart A, Machens CK (2014)", " 25: 211–220. doi: 10.1016/j.conb.2014.02.013"),
        ("journal.pgen.1003316.xml", 0, "El-Sibai M, Platt DE, Haber M, Xue Y, Youhanna SC, et al. (2009)", " Ann Hum Genet 73: 568–581."),
        ("journal.pmed.1000097.xml", 0, "Oxman AD, Cook DJ, Guyatt GH. Users' guides", " JAMA. 1994;272:1367-1371."),
        ("pone.0046493.nxml", 0, "Chakroborty A (2011)", " Inflammopharmacology 19: 131–137"),
    ],
)  # fmt: skip
def test_references_read_as_printed_or_in_pubmeds_style(name: str, place: int, start: str, end: str) -> None:
    text = real(name).references[place].text
    assert text.startswith(start)
    assert text.endswith(end)


def test_a_chapter_is_cited_with_its_book_and_its_editors() -> None:
    (text,) = [
        each.text for each in real("elife-kitchen-sink.xml").references if each.text.startswith("Horn G.")
    ]
    assert " In: Bateson P, editor. The development" in text
    assert text.endswith(" Cambridge, United Kingdom: Cambridge University Press; 1991. p. 121-148.")


def test_summaries_for_lay_readers_and_lines_for_contents_are_no_main_abstracts() -> None:
    for name in ("elife00013.xml", "journal.pcbi.1004082.xml", "journal.pntd.0001041.xml"):
        assert [abstract.kind for abstract in real(name).abstracts()] == ["", PLAIN_LANGUAGE]
    assert real("journal.pbio.0020188.xml").abstracts() == ()


def test_groups_trials_awards_and_interests_are_found() -> None:
    sink = real("elife-kitchen-sink.xml")
    assert [author.collective for author in sink.authors if author.collective] == [
        "NISC Comparative Sequencing Program",
        "eLife staff group",
    ]
    assert len(sink.investigators) == 7
    assert len(sink.grants) == 7
    assert real("journal.pmed.1000097.xml").authors[-1].collective == "The PRISMA Group"
    assert real("journal.pntd.0001041.xml").data_banks == (DataBank("ISRCTN", ("ISRCTN31894035",)),)
    assert [name for name in COUNTS if not real(name).conflict_of_interest] == ["journal.pbio.0020188.xml"]
    assert [each.kind for each in real("elife00013.xml").corrections] == ["CommentIn"]


def test_headings_are_paths() -> None:
    labels = [section.label for section in real("journal.pgen.1003316.xml").body]
    assert labels[0] == "Introduction"
    assert labels[-1] == "Materials and Methods / Population structure / Admixture analysis"
    box = [section.label for section in real("journal.pmed.1000097.xml").body if "/ Box 1" in section.label]
    assert len(box) == 4
