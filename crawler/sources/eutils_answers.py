"""What the E-utilities answer, doubted before it is read: an error may say that all is fine."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Final, TypeVar

from lxml import etree
from msgspec import Struct

from crawler.asking.body import quoted
from crawler.errors import BadStatus, Invalid, ParseError, SourceError, TooLarge
from crawler.outcome import Deleted, Outcome, Parsed, Unparsed
from crawler.parsers.pubmed import pubmed_xml

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from crawler.asking.http import Answer, Client

_T = TypeVar("_T")

_TRIES_TOO_LARGE: Final = 3
_ELEMENT: Final = re.compile(rb"<([A-Za-z_][\w.:-]*)")
_ERROR: Final = re.compile(rb"<ERROR>(.*?)</ERROR>", re.DOTALL)
_OWN_DECLARATIONS: Final = re.compile(rb"<!DOCTYPE[^>\[]*\[|<!ENTITY")
_HISTORY: Final = re.compile(r"history|obtain query|query_key|WebEnv", re.IGNORECASE)
_CUT: Final = "Restrictions achieved"
_SETS: Final = ("PubmedArticleSet", "PubmedBookArticleSet")


class Found(Struct, frozen=True, kw_only=True):
    """What a search finds: how many in all, the PMIDs asked for, and where the history server keeps them all.

    `notices` is what PubMed says about words of the query that it does not know.
    """

    count: int
    pmids: tuple[str, ...] = ()
    environment: str = ""
    key: str = ""
    notices: str = ""


class Records(Struct, frozen=True):
    """The outcomes of the records asked for, by PMID, and those of records that do not tell theirs."""

    by_pmid: dict[str, Outcome]
    nameless: tuple[Unparsed, ...] = ()


class Expired(SourceError):  # noqa: N818 - reads as the sentence it is
    """The history server does not know the search any more; asking it again is of no use."""


def ask(client: Client, tool: str, parameters: Mapping[str, str], read: Callable[[Answer], _T]) -> _T:
    """Return what `read` makes of the first answer that it does not raise Invalid for.

    A tool of PubMed's is asked again, too, where its answer was too large: a damaged one can claim any size.
    Raises what the client raises, and what else `read` does.
    """
    read_so_far: list[_T] = []

    def check(answer: Answer) -> None:
        read_so_far.append(read(answer))

    for tries_left in reversed(range(_TRIES_TOO_LARGE)):
        try:
            client.eutils(tool, {"db": "pubmed", "retmode": "xml", **parameters}, check=check)
            break
        except TooLarge:
            if not tries_left:
                raise
    return read_so_far[-1]


def read_search(answer: Answer, *, most: int) -> Found:
    """Return what ESearch answers to being asked for up to `most` PMIDs.

    Raises Invalid for an answer that is none or whose list is cut, and SourceError where PubMed does not know
    a field of the query: it would search for something else.
    """
    body = _xml(answer, ("eSearchResult",))
    try:
        root = etree.fromstring(
            body, etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True)
        )
        count = int(root.findtext("Count", ""))
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Invalid(f"the answer is no whole result of a search: {error}") from error
    pmids = tuple(each.text or "" for each in root.iterfind("IdList/Id"))
    _doubt_list(root, count, pmids, most)
    if fields := _texts(root, "ErrorList/FieldNotFound"):
        raise SourceError(f"PubMed knows no field {fields}: correct the query")
    unknown = _texts(root, "ErrorList/PhraseNotFound", "WarningList/QuotedPhraseNotFound")
    return Found(
        count=count,
        pmids=pmids,
        environment=root.findtext("WebEnv", ""),
        key=root.findtext("QueryKey", ""),
        notices=f"not found: {unknown}" if unknown else "",
    )


def read_records(answer: Answer, *, wanted: Collection[str], witnesses: Collection[str] = ()) -> Records:
    """Return what EFetch answers to being asked for the records `wanted`; no other is taken.

    Some may be missing, or all, for there may be none. Raises Invalid for an answer that is none, is cut off,
    or holds only records that were not asked for; with `witnesses`, also where none of these records came,
    which are known to exist. Raises Expired where the history server does not know the search.
    """
    body = _xml(answer, _SETS)
    by_pmid: dict[str, Outcome] = {}
    nameless: list[Unparsed] = []
    try:
        for outcome in pubmed_xml.parse(io.BytesIO(body)):
            pmid = pmid_of(outcome)
            if isinstance(outcome, Unparsed) and not pmid:
                nameless.append(outcome)
            elif not _is_older(outcome, by_pmid.get(pmid)):
                by_pmid[pmid] = outcome
    except ParseError as error:
        raise Invalid(f"the answer is no whole set of records: {error}") from error
    if by_pmid and by_pmid.keys().isdisjoint({*wanted, *witnesses}):
        raise Invalid(f"the {len(by_pmid)} records of the answer are others than those asked for")
    if witnesses and by_pmid.keys().isdisjoint(witnesses):
        raise Invalid("the answer lacks records that exist, so it cannot tell which do not")
    return Records({pmid: by_pmid[pmid] for pmid in by_pmid if pmid in wanted}, tuple(nameless))


def is_expired(error: SourceError) -> bool:
    """Say whether an error of EFetch is about the history server; it comes with the status 400, too."""
    is_refusal = isinstance(error, BadStatus) and bool(_HISTORY.search(str(error)))
    return is_refusal or isinstance(error, Expired)


def pmid_of(outcome: Outcome) -> str:
    """Return the PMID that an outcome is about, or nothing where its record does not tell it."""
    if isinstance(outcome, Parsed):
        return outcome.article.ids.pmid
    if isinstance(outcome, Deleted):
        return outcome.pmid
    name, _, pmid = outcome.record.partition(" ")
    return pmid if name == "PMID" else ""


def _is_older(outcome: Outcome, other: Outcome | None) -> bool:
    """Say whether an outcome is an earlier version of another one; PubMed may give several of a record."""
    if isinstance(outcome, Parsed) and isinstance(other, Parsed):
        return outcome.article.version < other.article.version
    return False


def _xml(answer: Answer, roots: tuple[str, ...]) -> bytes:
    """Return the body of an answer that is XML with one of these roots, and neither an error nor a trap."""
    body = answer.body
    root = _ELEMENT.search(body)
    if b"\x00" in body[:4] or not body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") or root is None:
        raise Invalid(f"the answer is no XML, but {quoted(body) or repr(body[:80])}")
    if _OWN_DECLARATIONS.search(body):
        raise Invalid("the answer declares entities of its own, which PubMed never does")
    if said := "; ".join(quoted(each) for each in _ERROR.findall(body)):
        if roots == _SETS and _HISTORY.search(said):
            raise Expired(f"PubMed's history server answers: {said}")
        raise Invalid(f"the answer is an error: {said}")
    if (name := root[1].decode()) not in roots:
        raise Invalid(f"the answer is no {roots[0]}, but {name}: {quoted(body)}")
    if answer.content_type and "xml" not in answer.content_type.lower():
        raise Invalid(f"the answer says that it is {answer.content_type!r}, not XML")
    return body


def _doubt_list(root: etree._Element, count: int, pmids: tuple[str, ...], most: int) -> None:
    """Raise Invalid where a list of PMIDs is not all of what was asked for."""
    due = min(count, most)
    notes = _texts(root, "WarningList/OutputMessage")
    if most and _CUT in notes:
        raise Invalid(f"PubMed cuts the list of articles: {notes}")
    if len(set(pmids)) != due or len(pmids) != due or not all(pmid.isdecimal() for pmid in pmids):
        raise Invalid(f"PubMed counts {count} articles, {due} were to be listed, and {len(pmids)} are")


def _texts(root: etree._Element, *paths: str) -> str:
    return ", ".join(each.text or "" for path in paths for each in root.iterfind(path))
