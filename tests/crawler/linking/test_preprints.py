from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from crawler.article import NO_TITLE, Article, Author, Correction, Ids, PubDate
from crawler.keeping.library import Library
from crawler.linking.preprints import is_preprint, link_preprints, pairs
from crawler.markup import from_text
from crawler.outcome import Deleted, Parsed
from tests.conftest import NOW, ignore_progress
from tests.records import parsed

if TYPE_CHECKING:
    from collections.abc import Iterable

TITLE = "Transport of zinc along the axons of motor neurons from people with a rare variant"
PEOPLE = ("Silva A", "Jones B", "Meyer C", "Novak D")
DOI = "10.1101/2023.03.21.23286947"


def work(key: str, title: str = TITLE, *, authors: Iterable[str] = PEOPLE, **said: object) -> Article:
    names = (name.split(" ") for name in authors)
    article = Article(
        ids=Ids(pmid=key) if key.isdecimal() else Ids(doi=key),
        title=from_text(title),
        authors=tuple(Author(last=last, initials=initials) for last, initials in names),
        published=PubDate(2023, 9),
    )
    return replace(article, **said)


def preprint(
    key: str = DOI, title: str = TITLE, *, authors: Iterable[str] = PEOPLE, **said: object
) -> Article:
    own = {"published": PubDate(), "electronic": PubDate(2023, 4, 5), "publication_types": ("Preprint",)}
    return work(key, title, authors=authors, **(own | said))


# What is linked


def test_a_preprint_and_what_was_published_under_its_title_are_a_pair() -> None:
    assert pairs([preprint()], [work("1")]) == [(DOI, "1")]


@pytest.mark.parametrize(
    ("title", "authors"),
    [
        (TITLE.upper(), PEOPLE),
        (f"{TITLE}: a cohort study", (*PEOPLE, "Added E")),
        (TITLE.replace("neurons", "neurones"), PEOPLE[:3]),
        (TITLE, ("Silva AB", "Another Q")),
        (TITLE, PEOPLE[::-1]),
    ],
)  # fmt: skip
def test_titles_may_differ_a_little_and_authors_come_or_change_places(
    title: str, authors: tuple[str, ...]
) -> None:
    assert pairs([preprint()], [work("1", title, authors=authors)]) == [(DOI, "1")]


@pytest.mark.parametrize(
    "published",
    [
        work("1", f"{TITLE}, part 2"),
        work("1", f"Reply: {TITLE}"),
        work("1", authors=("Other A", "Jones B")),
        work("1", authors=("Silva Z", "Another Q")),
        work("1", authors=()),
        work("1", f"{TITLE}: a cohort study", authors=("Silva A", "Another Q", "Third T")),
        work("1", published=PubDate(2023, 2)),
        work("1", published=PubDate(2022)),
        work("1", published=PubDate(2030)),
        work("1", published=PubDate()),
        work("1", publication_types=("Journal Article", "Comment")),
        work("1", publication_types=("Published Erratum",)),
        work("1", corrections=(Correction(kind="ErratumFor", pmid="9"),)),
        work("1", publication_types=("Preprint",)),
        work("10.21203/rs.3.rs-1/v1"),
    ],
)
def test_a_doubt_is_no_link(published: Article) -> None:
    assert pairs([preprint()], [published]) == []


@pytest.mark.parametrize("published", [PubDate(2023), PubDate(2023, 3, 6), PubDate(2023, 4), PubDate(2027)])
def test_an_article_is_not_older_than_its_preprint_as_far_as_its_date_says(published: PubDate) -> None:
    assert pairs([preprint()], [work("1", published=published)]) == [(DOI, "1")]


def test_a_title_that_anybody_could_have_and_none_at_all_are_no_sign() -> None:
    for title in ("Amyotrophic lateral sclerosis", "Editorial", NO_TITLE):
        assert pairs([preprint(title=title)], [work("1", title)]) == []


def test_a_short_title_wants_first_author_and_most_others() -> None:
    short = "Zinc in four motor neurons"
    assert pairs([preprint(title=short)], [work("1", short)]) == [(DOI, "1")]
    assert (
        pairs([preprint(title=short)], [work("1", short, authors=("Silva A", "Another Q", "Third T"))]) == []
    )
    assert pairs([preprint(title=short)], [work("1", short, authors=PEOPLE[::-1])]) == []


def test_of_two_articles_the_nearer_title_is_it_and_of_two_as_near_neither() -> None:
    near, far = work("1"), work("2", f"{TITLE}: a cohort study")
    assert pairs([preprint()], [near, far]) == [(DOI, "1")]
    assert pairs([preprint()], [near, work("3")]) == []


def test_several_preprints_may_have_become_one_article() -> None:
    both = [preprint(), preprint("10.21203/rs.3.rs-1/v1")]
    assert pairs(both, [work("1")]) == [(DOI, "1"), ("10.21203/rs.3.rs-1/v1", "1")]


def test_pairs_are_the_same_in_any_order() -> None:
    preprints = [
        preprint(),
        preprint("10.21203/rs.3.rs-1/v1"),
        preprint("7", "Quite another title of five words"),
    ]
    articles = [work("1"), work("2", f"{TITLE}: a study"), work("3", "Quite another title of five words")]
    found = {
        tuple(pairs(some, others)) for some in permutations(preprints) for others in permutations(articles)
    }
    assert found == {((DOI, "1"), ("10.21203/rs.3.rs-1/v1", "1"), ("7", "3"))}


# What sources tell


def test_what_a_source_tells_is_taken_whatever_the_titles_are() -> None:
    told = work("1", "A title that nobody would have thought of", published=PubDate(2022))
    by_pmid = preprint(corrections=(Correction(kind="UpdateIn", pmid="1"),))
    by_doi = replace(
        told, corrections=(Correction(kind="UpdateOf", source=f"medRxiv. 2023. doi: {DOI}.", pmid="8"),)
    )
    assert pairs([by_pmid], [told, work("2")]) == [(DOI, "1")]
    assert pairs([preprint()], [by_doi, work("2")]) == [(DOI, "1")]
    assert pairs([preprint("8")], [by_doi]) == [("8", "1")]


def test_where_a_source_names_an_article_that_is_not_held_no_other_is_looked_for() -> None:
    assert pairs([preprint(corrections=(Correction(kind="UpdateIn", pmid="99"),))], [work("1")]) == []


@pytest.mark.parametrize(
    ("doi", "is_one"),
    [
        (DOI, True), ("10.1101/518266", True), ("10.1101/19001234v2", True), ("10.21203/rs.3.rs-1/v1", True),
        ("10.20944/preprints202301.0001.v1", True), ("10.2139/SSRN.123", True), ("10.48550/arXiv.2301.1", True),
        ("10.1101/gad.123.456", False), ("10.1101/cshperspect.a1", False), ("10.1016/S0140-6736(10)1", False), ("", False),
    ],
)  # fmt: skip
def test_a_doi_of_a_server_makes_a_preprint(doi: str, *, is_one: bool) -> None:
    assert is_preprint(replace(work("1"), ids=Ids(pmid="1", doi=doi))) is is_one


# In the library

AUTHORS = "Ana Silva|Ben Jones|Cem Meyer"


def record(pmid: int, **parts: str) -> Parsed:
    return parsed(pmid, parts.pop("title", TITLE), authors=AUTHORS, **parts)


EARLY = record(1, doi=DOI, year="2023", journal="medRxiv")
LATE = record(2, doi="10.1000/late", year="2024", journal="Journal of Zinc")


def links(library: Library, key: str) -> list[tuple[str, str, str, str]]:
    article = library.article(key)
    assert article is not None
    return [(each.kind, each.source, each.pmid, each.note) for each in article.corrections]


def take(library: Library, *outcomes: Parsed | Deleted) -> int:
    library.take(outcomes, source="a test", now=NOW)
    return link_preprints(library, progress=ignore_progress)


FORWARD = [("PublishedAs", "Journal of Zinc. 2024. doi: 10.1000/late", "2", "")]
BACK = [("PreprintIn", f"medRxiv. 2023. doi: {DOI}", "1", "")]


@pytest.mark.parametrize("order", [(EARLY, LATE), (LATE, EARLY)])
def test_each_shows_the_other_whichever_came_first(library: Library, order: tuple[Parsed, Parsed]) -> None:
    assert take(library, order[0]) == 0
    assert links(library, order[0].article.key) == []
    assert take(library, order[1]) == 1
    assert (links(library, "1"), links(library, "2")) == (FORWARD, BACK)
    assert [library.article(each.key) for each in library.articles()] == list(library.articles())


def test_linking_again_changes_nothing(library: Library) -> None:
    take(library, EARLY, LATE)
    revision = library.revision
    assert take(library, EARLY, LATE) == 1
    assert library.revision == revision


def test_links_outlive_new_records_of_both_and_parsing_again(library: Library) -> None:
    take(library, EARLY, LATE)
    newer = [record(n, doi=doi, year=year, journal=journal, abstract="More of it.")
             for n, doi, year, journal in ((1, DOI, "2023", "medRxiv"), (2, "10.1000/late", "2024", "Journal of Zinc"))]  # fmt: skip
    for outcome in newer:
        assert library.take([outcome], source="a test", now=NOW).changed == 1
        assert (links(library, "1"), links(library, "2")) == (FORWARD, BACK)
    library.reparse(now=NOW, progress=ignore_progress)
    assert (links(library, "1"), links(library, "2")) == (FORWARD, BACK)


def test_a_link_goes_with_either_of_the_two(library: Library) -> None:
    take(library, EARLY, LATE)
    library.take([Deleted(pmid="2")], source="a test", now=NOW)
    assert links(library, "1") == []
    assert take(library) == 0
    assert [each.corrections for each in library.articles()] == [()]


def test_a_link_goes_when_the_title_turns_out_to_be_another(library: Library) -> None:
    take(library, EARLY, LATE)
    assert take(library, record(2, title="Quite another title of five words", year="2024")) == 0
    assert (links(library, "1"), links(library, "2")) == ([], [])


def test_that_an_article_was_retracted_is_said_where_its_preprint_leads_to_it(library: Library) -> None:
    retracted = '<CommentsCorrectionsList><CommentsCorrections RefType="RetractionIn"><RefSource>J. 2025</RefSource></CommentsCorrections></CommentsCorrectionsList>'
    take(library, EARLY, record(2, year="2024", journal="Journal of Zinc", extra=retracted))
    assert links(library, "1") == [("PublishedAs", "Journal of Zinc. 2024", "2", "retracted")]


def test_a_link_that_a_source_told_is_not_told_twice_but_leads_to_the_preprint_here(library: Library) -> None:
    told = (
        '<CommentsCorrectionsList><CommentsCorrections RefType="UpdateOf"><RefSource>medRxiv. 2023 Mar 21. '
        f'doi: {DOI}.</RefSource><PMID Version="1">77</PMID></CommentsCorrections></CommentsCorrectionsList>'
    )
    take(library, EARLY, record(2, doi="10.1000/late", year="2024", journal="Journal of Zinc", extra=told))
    article = library.article("2")
    assert article is not None
    assert [(each.kind, each.keys()) for each in article.corrections] == [("UpdateOf", ("77", DOI))]
    assert links(library, "1") == FORWARD


def test_a_preprint_without_a_pmid_is_found_by_its_doi(library: Library) -> None:
    raw = EARLY.raw.replace(b'<PMID Version="1">1</PMID>', b"")
    assert raw != EARLY.raw
    take(library, LATE, replace(EARLY, article=replace(EARLY.article, ids=Ids(doi=DOI.upper())), raw=raw))
    article = library.article("2")
    assert article is not None
    (link,) = article.corrections
    assert library.held(link.keys())[DOI].key == DOI


def test_a_library_from_before_versions_were_linked_gets_them(library: Library) -> None:
    take(library, EARLY, LATE)
    with library._file.writing() as connection:
        connection.execute("DROP TABLE versions")
    again = Library(library.path)
    assert link_preprints(again, progress=ignore_progress) == 1
    assert links(again, "1") == FORWARD
    again.close()
