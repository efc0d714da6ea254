from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from crawler.article import Article, Author, Correction, Ids, Markup, PubDate, Reference, Section
from crawler.keeping.merge import PRECEDENCE, Reading, merge
from crawler.keeping.works import group

if TYPE_CHECKING:
    from collections.abc import Iterable


def article(**parts: object) -> Article:
    return Article(**{"ids": Ids(pmid="1"), "title": Markup("A title."), **parts})  # type: ignore[arg-type]  # by name


def merged(*readings: tuple[str, Article]) -> Article:
    return merge(Reading(name, each) for name, each in readings)


def test_one_reading_is_the_article() -> None:
    alone = article(volume="7", authors=(Author(last="Silva"),), authors_complete=False)
    assert merged(("ris", alone)) == alone


def test_a_field_comes_from_the_best_source_that_has_it() -> None:
    record = article(title=Markup("Record."), volume="7")
    page = article(title=Markup("Page."), volume="8", issue="2")
    both = merged(("pubmed-page", page), ("pubmed-xml", record))
    assert (both.title, both.volume, both.issue) == ("Record.", "7", "2")


def test_every_id_is_kept() -> None:
    one, two = article(ids=Ids(pmid="1")), article(ids=Ids(pmcid="PMC2", doi="10.1000/x"))
    assert merged(("pubmed-xml", one), ("jats", two)).ids == Ids(pmid="1", pmcid="PMC2", doi="10.1000/x")


def test_the_longest_reference_list_is_taken() -> None:
    short = article(references=(Reference(text="one"),))
    long = article(references=(Reference(text="one"), Reference(text="two")))
    assert len(merged(("pubmed-xml", short), ("ris", long)).references) == 2


def test_whether_the_authors_are_all_is_told_by_the_source_they_come_from() -> None:
    whole = article(authors=(Author(last="Silva"), Author(last="Jones")))
    cut = article(authors=(Author(last="Silva"),), authors_complete=False)
    assert merged(("pubmed-xml", whole), ("pubmed-page", cut)).authors_complete


def test_a_retraction_that_any_source_knows_of_is_kept() -> None:
    notice = Correction(kind="RetractionIn", source="J Tests. 2021.", pmid="9")
    clean, marked = article(publication_types=("Review",)), article(corrections=(notice,))
    assert merged(("pubmed-xml", clean), ("europepmc", marked)).is_retracted
    typed = article(publication_types=("Retracted Publication",))
    assert merged(("pubmed-xml", clean), ("europepmc", typed)).publication_types == (
        "Review",
        "Retracted Publication",
    )


def test_the_same_notice_from_two_sources_is_one() -> None:
    full = Correction(kind="RetractionIn", source="J Tests. 2021.", pmid="9")
    bare = Correction(kind="RetractionIn", source="Journal of Tests")
    both = merged(("pubmed-xml", article(corrections=(bare,))), ("medline", article(corrections=(full,))))
    assert both.corrections == (full,)


def test_the_full_text_of_one_source_completes_the_record_of_another() -> None:
    text = article(body=(Section(Markup("Text."), label="Methods"),))
    assert merged(("pubmed-xml", article()), ("jats", text)).body == text.body


ARTICLES = st.builds(
    article,
    ids=st.builds(
        Ids,
        pmid=st.sampled_from(["", "1", "2"]),
        pmcid=st.sampled_from(["", "PMC1", "PMC2"]),
        doi=st.sampled_from(["", "10.1/a", "10.1/A", "10.1/b"]),
    ).filter(lambda ids: bool(ids.key())),
    title=st.sampled_from([Markup("One."), Markup("Two.")]),
    volume=st.sampled_from(["", "1", "2"]),
    revised=st.sampled_from([PubDate(), PubDate(2020), PubDate(2021)]),
    publication_types=st.lists(
        st.sampled_from(["Review", "Preprint", "Retracted Publication"]), max_size=2
    ).map(tuple),
    references=st.lists(st.sampled_from([Reference(text="a"), Reference(text="b")]), max_size=3).map(tuple),
    corrections=st.lists(
        st.builds(
            Correction,
            kind=st.sampled_from(["RetractionIn", "CommentIn"]),
            source=st.sampled_from(["x", "y"]),
            pmid=st.sampled_from(["", "8", "9"]),
        ),
        max_size=3,
    ).map(tuple),
)
READINGS = st.lists(st.builds(Reading, st.sampled_from(PRECEDENCE), ARTICLES), min_size=1, max_size=6)


@given(READINGS, st.randoms())
def test_merging_in_any_order_gives_the_same_article(readings: list[Reading], random: object) -> None:
    shuffled = list(readings)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis' own Random
    assert merge(shuffled) == merge(readings)


def works(readings: Iterable[Reading]) -> set[frozenset[Reading]]:
    return {frozenset(members) for members in group(readings)}


@given(READINGS, st.randoms())
def test_grouping_in_any_order_gives_the_same_works(readings: list[Reading], random: object) -> None:
    shuffled = list(readings)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis' own Random
    assert works(shuffled) == works(readings)


@given(READINGS)
def test_no_work_has_two_pmids_and_every_reading_is_in_one_work(readings: list[Reading]) -> None:
    groups = group(readings)
    assert sum(len(members) for members in groups) == len(readings)
    for members in groups:
        assert len({each.article.ids.pmid for each in members} - {""}) <= 1


def test_a_reading_without_a_pmid_belongs_to_the_lowest_that_shares_its_doi() -> None:
    doi = Reading("ris", article(ids=Ids(doi="10.1/X")))
    later = Reading("pubmed-xml", article(ids=Ids(pmid="10", doi="10.1/x")))
    first = Reading("pubmed-xml", article(ids=Ids(pmid="9", doi="10.1/x")))
    assert works([doi, later, first]) == {frozenset({first, doi}), frozenset({later})}
