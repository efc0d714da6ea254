"""Hits for the command line: as JSON for programs, as text for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from crawler.markup import to_text
from search.errors import BadRequest
from search.request import Choice, SearchRequest, Sort

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from search.explain import Explanation
    from search.results import Hit, Piece, ResultPage

_FACET_VALUES: Final = 5


def request_of(query: str, *, page: int, size: int, sort: str, facets: Sequence[str]) -> SearchRequest:
    """Return the request that options of the command line make; `facets` are texts like `year=2023`.

    Raises BadRequest, which names the option.
    """
    try:
        order = Sort(sort)
    except ValueError as error:
        raise BadRequest(f"there is no order {sort!r}; there are {', '.join(Sort)}", "sort") from error
    choices = []
    for text in facets:
        name, equals, value = text.partition("=")
        if not equals or not value:
            raise BadRequest(f"{text!r} is not of the form NAME=VALUE, such as year=2023", "facet")
        choices.append(Choice(name, (value,)))
    return SearchRequest(query=query, page=page, size=size, sort=order, choices=tuple(choices))


def to_json(page: ResultPage, explained: Mapping[str, Explanation] | None = None) -> str:
    """Return a page as JSON: total, hits, facets, and how the query was understood.

    `explained` tells by key how the scores of hits came about; where there is any, each hit has its own.
    """
    told = explained or {}
    content = {
        "query": page.request.query,
        "generation": page.generation,
        "total": page.total,
        "loosened": page.loosened,
        "details": page.details,
        "page": page.request.page,
        "pages": page.pages,
        "notices": [notice.message for notice in page.notices],
        "hits": [_hit(hit) | ({"explained": told[hit.key]} if hit.key in told else {}) for hit in page.hits],
        "facets": {
            facet.name: [
                {"value": each.value, "label": each.label, "count": each.count} for each in facet.values
            ]
            for facet in page.facets
        },
    }
    return msgspec.json.format(msgspec.json.encode(content), indent=2).decode()


def as_text(page: ResultPage, explained: Mapping[str, Explanation] | None = None) -> str:
    """Return a page as lines: count, notices, numbered hits with a snippet each, leading facet values.

    `explained` tells by key how the scores of hits came about; that stands below each.
    """
    lines = [f"{page.total} articles" if page.total != 1 else "1 article"]
    if page.loosened:
        lines.append(f"Marked ~ are {page.loosened} that match some of the words, or are about the same.")
    if page.did_you_mean:
        instead = "Nothing was found; these are for" if page.did_you_mean.is_answered else "Did you mean"
        lines.append(f"{instead}: {page.did_you_mean.query}")
    lines += [
        f"Also searched for {each.typed}: {', '.join(each.names)}. Only what you typed: {each.undo}"
        for each in page.added
    ]
    if page.pages and not page.hits:
        lines.append(f"There is no page {page.request.page}; the last is page {page.pages}.")
    lines += [notice.message for notice in page.notices]
    for place, hit in enumerate(page.hits, start=page.first):
        article = hit.article
        mark = " [RETRACTED]" if article.is_retracted else " [sample]" if article.is_sample else ""
        source = ". ".join(part for part in (article.journal.short(), str(article.date)) if part)
        sign = "~ " if hit.is_loose else ""
        lines += ["", f"{place}. {sign}{_text(hit.title)}{mark}", f"   {source}  {article.key}"]
        lines += [
            f"   {': '.join(filter(None, (snippet.label, _text(snippet.pieces))))}"
            for snippet in hit.snippets[:1]
        ]
        lines += _explained(explained[hit.key]) if explained and hit.key in explained else []
    lines.append("")
    for facet in page.facets:
        values = ", ".join(f"{each.label} ({each.count})" for each in facet.values[:_FACET_VALUES])
        if values:
            lines.append(f"{facet.title}: {values}")
    return "\n".join(lines).rstrip()


def _explained(found: Explanation) -> list[str]:
    """Return a line for each part of the query, for meaning and priors, and for how the score came about."""
    lines = [
        f"     {part.score:8.3f}  {part.written}"
        + (f" (in {', '.join(each.field for each in part.places)})" if part.score else " (not here)")
        for part in found.parts
    ]
    changes = ", ".join(f"{each.ingredient} {each.score:.3f}" for each in found.changes)
    if meaning := found.meaning:
        lines.append(
            f"     Words {meaning.words:.3f} x {1 - meaning.weight:.2f}, "
            f"meaning {meaning.nearness:.3f} x {meaning.weight:.2f}"
        )
    if prior := found.prior:
        lines.append(
            f"     Recent +{prior.recent:.3f}, evidence +{prior.strong:.3f}, cited +{prior.cited:.3f}"
            + (f", retracted x {prior.sunk:.1f}" if prior.sunk < 1 else "")
        )
    return [*lines, f"     Score after each ingredient: {changes}"] if changes else lines


def _hit(hit: Hit) -> dict[str, object]:
    article = hit.article
    return {
        "key": hit.key,
        "pmid": article.ids.pmid,
        "doi": article.ids.doi,
        "title": to_text(article.title),
        "authors": [author.short() for author in article.authors],
        "journal": article.journal.short(),
        "date": str(article.date),
        "score": round(hit.score, 6),
        "is_loose": hit.is_loose,
        "cited_by": hit.cited_by,
        "retracted": article.is_retracted,
        "sample": article.is_sample,
        "snippets": [
            {
                "label": snippet.label,
                "pieces": [[to_text(piece.markup), piece.is_match] for piece in snippet.pieces],
            }
            for snippet in hit.snippets
        ],
    }


def _text(pieces: Sequence[Piece]) -> str:
    return "".join(to_text(piece.markup) for piece in pieces)
