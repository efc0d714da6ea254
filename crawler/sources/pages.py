"""PubMed's article pages over the network, where robots.txt and the settings allow it.

The page of an article shows its first references, and has an address for all of them. What is kept is one
page that holds them all: `pubmed_page.parse` reads it like any saved page.
"""

from __future__ import annotations

import hashlib
import re
from logging import getLogger
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit

import msgspec
from bs4 import BeautifulSoup, UnicodeDammit

from crawler.errors import BadStatus, Blocked, Disallowed, NotAnArticle, ParseError, TooLarge
from crawler.identity import normal_pmid
from crawler.outcome import Outcome, Parsed, Unparsed
from crawler.parsers.cleaning import without_link_labels
from crawler.parsers.pubmed import pubmed_page
from crawler.parsers.pubmed import pubmed_page_selectors as at
from crawler.parsers.pubmed.pubmed_page_selectors import attribute, select_first, text_of
from crawler.sources.batch import Batch

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bs4 import Tag

    from crawler.article import Article
    from crawler.asking.http import Answer, Client

_log = getLogger(__name__)

PUBMED: Final = "https://pubmed.ncbi.nlm.nih.gov/"

_BLOCK_PAGE: Final = re.compile(rb"Blocked Diagnostic|misuse\.ncbi\.nlm\.nih\.gov", re.IGNORECASE)
_MISSING: Final = frozenset({404, 410})
_LIST: Final = "ol.references-list"
_NOTES: Final = "references-and-notes-list"


class _Cursor(msgspec.Struct, frozen=True):
    """Which list of PMIDs this is about, and how many of them are through."""

    pmids: str
    done: int


def fetch(client: Client, pmids: Sequence[str], *, base: str = PUBMED, cursor: str = "") -> Iterator[Batch]:
    """Yield the articles of PMIDs as their pages show them, in order, each once, a batch for each.

    A page that robots.txt keeps programs from, that is not there, or that shows no article becomes an
    Unparsed. Where the rest of the references cannot be had, the article has those of the page, and its
    `references_stated` says how many there are. A cursor of the same PMIDs goes on after those that are
    through. Raises ParseError for what is no PMID, before anything is asked; Blocked once NCBI has shut this
    computer out; and SourceError where the server fails.
    """
    numbers = list(dict.fromkeys(map(_pmid, pmids)))
    name = hashlib.sha256(" ".join(numbers).encode()).hexdigest()[:16]
    start = _read_cursor(cursor, name)
    for done, pmid in enumerate(numbers[start:], start=start + 1):
        outcome = _outcome(client, pmid, urljoin(base, f"{pmid}/"))
        after = "" if done == len(numbers) else msgspec.json.encode(_Cursor(name, done)).decode()
        yield Batch(outcomes=(outcome,), cursor=after, done=done, total=len(numbers))


def _pmid(text: str) -> str:
    if not (pmid := normal_pmid(text)):
        raise ParseError(f"{text!r} is no PMID: give the number that stands below an article on PubMed")
    return pmid


def _read_cursor(cursor: str, name: str) -> int:
    """Return how many PMIDs are through; none without a cursor, or with that of other PMIDs."""
    if not cursor:
        return 0
    try:
        found = msgspec.json.decode(cursor, type=_Cursor)
    except msgspec.DecodeError as error:
        raise ParseError(f"the cursor is none of PubMed's pages; start without it ({error})") from error
    return found.done if found.pmids == name else 0


def _outcome(client: Client, pmid: str, url: str) -> Outcome:
    reason, raw = "", b""
    try:
        answer = client.page(url)
        raw = answer.body
        return _complete(client, answer, pubmed_page.parse(raw))
    except BadStatus as error:
        if error.status not in _MISSING:
            raise
        reason = str(error)
    except (Disallowed, TooLarge) as error:
        reason = str(error)
    except ParseError as error:
        if _BLOCK_PAGE.search(raw):
            raise Blocked(f"{url}: {error}") from error
        reason = str(error)
    return Unparsed(record=f"PMID {pmid}", reason=reason, format=pubmed_page.FORMAT, raw=raw)


# The rest of the references.


def _complete(client: Client, answer: Answer, article: Article) -> Parsed:
    """Return the article of a page, with all of its references where they can be had."""
    raw = answer.body
    if article.references_stated > len(article.references):
        try:
            joined = _joined(raw, _rest(client, answer), article)
            article, raw = pubmed_page.parse(joined), joined
        except (ParseError, RecursionError) as error:
            _log.warning(
                "PMID %s: there are %d references, and the page has %d of them: %s",
                article.ids.pmid, article.references_stated, len(article.references), error,
            )  # fmt: skip
    return Parsed(article=article, format=pubmed_page.FORMAT, raw=raw)


def _rest(client: Client, answer: Answer) -> list[Tag]:
    """Return the lists at the address that a page names for all of its references.

    Raises NotAnArticle where there are none. What is wrong with the server is raised as it is.
    """
    button = select_first(_soup(answer.body), at.ALL_REFERENCES)
    address = attribute(button, "data-next-page-url") if button else ""
    url = urljoin(answer.url, address)
    if not address or urlsplit(url)[:2] != urlsplit(answer.url)[:2]:
        raise NotAnArticle(f"it names {address or 'no address'} for them, which is not on its own server")
    try:
        body = client.page(url).body
    except BadStatus as error:
        if error.status not in _MISSING:
            raise
        raise NotAnArticle(str(error)) from error
    except (Disallowed, TooLarge) as error:
        raise NotAnArticle(str(error)) from error
    lists = _soup(body).select(_LIST)
    if _texts(lists):
        return lists
    if _BLOCK_PAGE.search(body):
        raise Blocked(f"{url} shows NCBI's page for those whom it has shut out: do not ask on")
    raise NotAnArticle(f"there is no list of references at {url}")


def _joined(page: bytes, others: list[Tag], article: Article) -> bytes:
    """Return a page with other lists after its own, or in their place where they hold the same and more."""
    soup = _soup(page)
    scope = select_first(soup, at.SCOPE) or soup
    own, button = scope.select(_LIST), select_first(scope, at.ALL_REFERENCES)
    shown, more = _texts(own), _texts(others)
    is_all = more[: len(shown)] == shown or len(more) >= article.references_stated
    for each in (*own, *others):
        _mark_notes(soup, each)
    if last := own[-1] if own else button:
        last.insert_after(*others)
        for each in own if is_all else ():
            each.decompose()
    return soup.encode("utf-8")


def _texts(lists: list[Tag]) -> list[str]:
    return [without_link_labels(text_of(entry)) for each in lists for entry in _entries(each)]


def _entries(references: Tag) -> list[Tag]:
    return references.select(f"ol.{_NOTES} > li") or references.select(":scope > li")


def _mark_notes(soup: BeautifulSoup, references: Tag) -> None:
    """Put every bare entry of a list into a list of its own, as PubMed does: one kind hides the other."""
    for entry in references.select(f":scope > li:not(:has(ol.{_NOTES}))"):
        entry.wrap(soup.new_tag("ol", attrs={"class": _NOTES})).wrap(soup.new_tag("li"))


def _soup(html: bytes) -> BeautifulSoup:
    """Return the tree of a page, or a part of one, in UTF-8 or as it declares."""
    text = UnicodeDammit(html, user_encodings=["utf-8"], is_html=True).unicode_markup or ""
    # As for `pubmed_page`: lxml refuses surrogates, and an XML declaration would draw a warning.
    return BeautifulSoup("\n" + text.encode("utf-8", "replace").decode("utf-8"), "lxml")
