from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from crawler.article import Article, Author, Ids, Journal, PubDate, Reference
from crawler.linking.matching import Matcher, match_library
from crawler.markup import from_text
from crawler.outcome import Parsed
from crawler.sources import files
from tests.conftest import NOW, ignore_progress
from tests.records import parsed
from tests.shared import SHARED, needs_shared

if TYPE_CHECKING:
    from crawler.keeping.library import Library


def known(title: str, *, key: str = "1", author: str = "Kiernan", **parts: str) -> Article:
    return Article(
        ids=Ids(pmid=key),
        title=from_text(title),
        authors=(Author(last=author, initials="MC"),),
        journal=Journal(abbreviation=parts.get("journal", "Lancet")),
        volume=parts.get("volume", "377"),
        pages=parts.get("pages", "942-55"),
        published=PubDate(int(parts.get("year", "2011"))),
    )


LONG = "Mesenchymal stem cells given twice to people with motor neuron disease: an open trial"
SHORT = "Amyotrophic lateral sclerosis"


@pytest.mark.parametrize(
    "printed",
    [
        f"Kiernan MC, Vucic S. {LONG}. Lancet. 2011;377:942–955.",
        f"1. Kiernan, M. C. et al. {LONG}. Lancet 377, 942–955 (2011).",
        f"KIERNAN MC (2011) {LONG.upper()}. Lancet 377:942",
        f"Kiernan MC. {LONG.replace('twice', 'twise')}. Lancet. 2011.",
        f"Kiernan MC. {LONG}. The Lancet. 2012;377:942–955.",
    ],
)
def test_a_printed_reference_finds_its_article(printed: str) -> None:
    assert Matcher([known(LONG)]).match(printed) == "1"


@pytest.mark.parametrize(
    "printed",
    [
        f"Vucic S. {LONG}. Lancet. 2011;377:942–955.",
        f"Kiernan MC. {LONG}. Lancet. 2009;12:1–2.",
        f"Kiernan MC. {LONG}. Brain. 2011;5:1–2.",
        "Kiernan MC. Quite another trial of quite another drug. Lancet. 2011;377:942–955.",
        "",
    ],
)
def test_what_differs_in_author_year_journal_or_title_is_no_match(printed: str) -> None:
    assert Matcher([known(LONG)]).match(printed) == ""


def test_a_short_title_must_agree_in_journal_and_place() -> None:
    matcher = Matcher([known(SHORT)])
    assert matcher.match(f"Kiernan MC. {SHORT}. Lancet. 2011;377:942–955.") == "1"
    assert matcher.match(f"Kiernan MC. {SHORT}: a review. Lancet. 2011;378:1–5.") == ""


def test_surnames_of_several_words_and_accents_are_found() -> None:
    matcher = Matcher([known(LONG, author="van den Müller")])
    assert matcher.match(f"Van den Muller LH. {LONG}. Lancet. 2011.") == "1"


def test_two_articles_that_fit_as_well_are_no_match() -> None:
    matcher = Matcher([known(LONG, key="1"), known(LONG, key="2")])
    assert matcher.match(f"Kiernan MC. {LONG}. Lancet. 2011;377:942–955.") == ""


def test_matched_references_count_as_citations(library: Library) -> None:
    cited = parsed(1, f"{LONG}.", authors="MC Kiernan", year="2011", journal="Lancet")
    printed = f"Kiernan MC. {LONG}. Lancet. 2011."
    listed = f"<ReferenceList><Reference><Citation>{printed}</Citation></Reference></ReferenceList>"
    library.take([cited, parsed(2, data=listed)], source="a test", now=NOW)
    assert match_library(library, progress=ignore_progress) == 1
    citing, article = library.article("2"), library.article("1")
    assert citing is not None
    assert article is not None
    assert {place: held.key for place, held in library.matched(citing).items()} == {0: "1"}
    assert library.citing(article, limit=5)[0] == 1
    revision = library.revision
    assert match_library(library, progress=ignore_progress) == 1
    assert library.revision == revision


# How printed references give their parts, in the styles that most of the real ones have.
_PARTS = re.compile(
    r"^(?P<authors>[^.]+(?:et al)?)\.\s+(?P<title>.+?[.?!])\s+(?P<journal>[^.]+(?:\.[^.\d]+)*)\.?\s*"
    r"(?P<year>(?:19|20)\d\d)\s*(?:[A-Z][a-z]{2}(?: \d+)?)?;?\s*(?P<volume>\d+)?(?:\([^)]*\))?:?\s*(?P<page>\w+)?"
)


def _as_article(reference: Reference) -> Article | None:
    """Return the article that a printed reference describes, as far as its style is one that we can read."""
    if not (found := _PARTS.match(reference.text)):
        return None
    return Article(
        ids=Ids(pmid=reference.pmid),
        title=from_text(found["title"]),
        authors=(Author(last=found["authors"].split(",")[0].rsplit(" ", 1)[0]),),
        journal=Journal(abbreviation=found["journal"].replace(".", "")),
        volume=found["volume"] or "",
        pages=found["page"] or "",
        published=PubDate(int(found["year"])),
    )


@pytest.mark.parametrize("_", [pytest.param("", marks=needs_shared)])
def test_of_the_real_references_with_a_pmid_at_least_99_of_100_matches_are_right(_: str) -> None:
    outcomes = [each for path in files.discover([SHARED / "data" / "pubmed"]) for each in files.read(path)]
    articles = [each.article for each in outcomes if isinstance(each, Parsed)]
    references = [each for article in articles for each in article.references if each.pmid]
    described = {each.pmid: made for each in reversed(references) if (made := _as_article(each))}
    matcher = Matcher([*described.values(), *articles])
    matches = [(each.pmid, key) for each in references if (key := matcher.match(each.text))]
    right = sum(pmid == key for pmid, key in matches)
    print(f"{right} of {len(matches)} matches right; {right / len(described):.2f} of {len(described)} found")  # noqa: T201 - the figure is asked for
    assert len(matches) > 2000
    assert right / len(matches) >= 0.99
