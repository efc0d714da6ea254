"""Where links lead: to searches and articles on this site, and to the same work elsewhere."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, quote_plus, urlencode

from flask import current_app, url_for
from flask import request as current_request
from msgspec import Struct, structs

from index.schema import facet_value
from search.request import SIZE, SearchRequest
from webui.params import write_params

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from werkzeug.routing import Map

    from crawler.article import Article, Author, Ids, Reference

_VALUES: Final = 20_000
"""How many addresses of keywords and other values are kept: a page of results has hundreds."""

_PATHS: Final = 200
"""How many paths of endpoints are kept: there are some dozens."""

_PLACE: Final = "KEY"
_UNQUOTED: Final = "!$&'()*+,/:;=@"
"""What Werkzeug leaves as it is in the path of an address, besides letters, digits and _.-~"""

_TRIAL: Final = re.compile(r"NCT\d{8}")


class Link(Struct, frozen=True):
    """A link: what it says, and where it leads."""

    text: str
    url: str


def keyed_path(endpoint: str, key: str) -> str:
    """Return the path of an endpoint for a key, as `url_for` does, which is asked once in all."""
    return keyed_paths(endpoint)(key)


def keyed_paths(endpoint: str) -> Callable[[str], str]:
    """Return what gives the path of an endpoint for any key, in the request that is answered."""
    before, after = around_key(endpoint)
    return lambda key: f"{before}{quoted_key(key)}{after}"


def around_key(endpoint: str) -> tuple[str, str]:
    """Return what stands before and after the key in the path of an endpoint."""
    before, _, after = _path(endpoint, key=_PLACE).rpartition(_PLACE)
    return before, after


def quoted_key(key: str) -> str:
    """Return a key as it stands in a path."""
    # Most keys are PMIDs, in which there is nothing to quote.
    return key if key.isascii() and key.isalnum() else quote(key, safe=_UNQUOTED)


def path_of(endpoint: str) -> str:
    """Return the path of an endpoint that takes no key, as `url_for` does, which is asked once in all."""
    return _path(endpoint)


def _path(endpoint: str, **values: str) -> str:
    # A page leads to hundreds of searches and articles.
    return _path_below(current_app.url_map, current_request.script_root, endpoint, *values.items())


@lru_cache(maxsize=_PATHS)
def _path_below(_site: Map, _root: str, endpoint: str, *values: tuple[str, str]) -> str:
    """Return the path of an endpoint of a site, which lies below the root that it is asked for at."""
    return url_for(endpoint, **dict(values))  # type: ignore[arg-type]  # no value is named as one of Flask's own


def search_url(request: SearchRequest) -> str:
    """Return the address of a search on this site."""
    return with_params(path_of("pages.search"), write_params(request))


def with_params(address: str, params: str) -> str:
    """Return an address, which may have parameters already, with these as well, percent-encoded."""
    if not params:
        return address
    return f"{address}{'&' if '?' in address else '?'}{params}"


def first_page_url(request: SearchRequest) -> str:
    """Return the address of a search at its first page, of the usual size."""
    return search_url(structs.replace(request, page=1, size=SIZE))


def query_url(query: str) -> str:
    """Return the address of the search for a query."""
    path = path_of("pages.search")
    return f"{path}?{urlencode({'q': query})}" if query else path


def year_urls(request: SearchRequest, spans: Iterable[tuple[int, int]]) -> list[str]:
    """Return the address of the first page of a search for each span of years, given by first and last."""
    any_span = search_url(structs.replace(request, from_year=1, to_year=1, page=1))
    # Signs in values are percent-encoded, so that nothing else reads like this.
    before, _, after = any_span.partition("from=1&to=1")
    return [f"{before}from={first}&to={last}{after}" for first, last in spans]


def value_url(facet: str, label: str) -> str:
    """Return the address of the search for all articles with one value of a facet."""
    return f"{path_of('pages.search')}?{_params_of_value(facet, label)}"


@lru_cache(maxsize=_VALUES)
def _params_of_value(facet: str, label: str) -> str:
    return f"{facet}={quote_plus(facet_value(facet, label))}"


def author_url(author: Author) -> str:
    """Return the address of the search for all articles of a person or group."""
    if author.last:
        return value_url("author", author.short())
    return query_url(f'author:"{author.short().replace(chr(34), " ")}"')


def article_url(key: str) -> str:
    """Return the address of the page of an article."""
    return article_urls()(key)


def article_urls() -> Callable[[str], str]:
    """Return what gives the address of the page of any article, in the request that is answered."""
    return keyed_paths("pages.article")


def export_url(request: SearchRequest, name: str) -> str:
    """Return the address of a file of all hits of a search, in a format of `exports.FORMATS`."""
    params = write_params(structs.replace(request, page=1, size=SIZE))
    return f"{url_for('exports.search')}?{'&'.join(filter(None, (params, urlencode({'format': name}))))}"


def article_export_url(key: str, name: str) -> str:
    """Return the address of a file of one article, in a format of `exports.FORMATS`."""
    return url_for("exports.article", key=key, name=name)


def elsewhere(work: Ids | Reference) -> tuple[Link, ...]:
    """Return links to a work at PubMed, PubMed Central and its publisher, as far as its ids are known."""
    links = (
        (work.pmid, "PubMed", pubmed_url(work.pmid)),
        (work.pmcid, "PMC", f"https://pmc.ncbi.nlm.nih.gov/articles/{quote(work.pmcid, safe='')}/"),
        (work.doi, "DOI", doi_url(work.doi)),
    )
    return tuple(Link(text, url) for known, text, url in links if known)


def pubmed_url(pmid: str) -> str:
    """Return the address of a record at PubMed."""
    return f"https://pubmed.ncbi.nlm.nih.gov/{quote(pmid, safe='')}/"


def doi_url(doi: str) -> str:
    """Return the address that a DOI resolves at."""
    return f"https://doi.org/{quote(doi)}"


def orcid_url(author: Author, article: Article) -> str:
    """Return the address of an author's ORCID record; nothing for an invented author."""
    known = "" if article.is_sample else author.orcid
    return f"https://orcid.org/{quote(known, safe='')}" if known else ""


def trial_url(accession: str, article: Article) -> str:
    """Return the address of a trial in ClinicalTrials.gov; nothing for other numbers and invented trials."""
    if article.is_sample or not _TRIAL.fullmatch(accession):
        return ""
    return f"https://clinicaltrials.gov/study/{accession}"
