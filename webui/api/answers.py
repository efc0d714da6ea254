"""What was found, in the shapes of the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import request, url_for
from msgspec import structs

from crawler.article import PREPRINT
from crawler.markup import to_text
from search.request import SIZE
from webui.api import shapes
from webui.api.cursors import Cursor, write_cursor
from webui.api_parameters import SITE_KEY
from webui.links import around_key, article_url, path_of, quoted_key, search_url, with_params
from webui.pages.explain import explain_url
from webui.params import with_page, write_params
from webui.rendering import machine_date

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from crawler.article import Article, Markup, Reference
    from crawler.keeping.library import Held
    from search import results
    from search.explain import Explanation
    from search.request import SearchRequest
    from search.trends import Trend

    _Links = Callable[[str], shapes.Links]


def brief(article: Article) -> shapes.Brief:
    """Return an article in brief."""
    return _brief(article, _links())


def _brief(article: Article, links: _Links) -> shapes.Brief:
    key = article.key
    return shapes.Brief(
        key=key,
        ids=article.ids,
        title=_plain(article.title),
        authors=tuple([author.short() for author in article.authors]),
        journal=article.journal.short(),
        date=machine_date(article.date),
        types=article.publication_types,
        is_retracted=article.is_retracted,
        is_preprint=PREPRINT in article.publication_types,
        is_sample=article.is_sample,
        links=links(key),
    )


def _links() -> _Links:
    """Return what gives the links of any article, in the request that is answered."""
    (start, end), (html_start, html_end) = around_key("api.article"), around_key("pages.article")

    def links(key: str) -> shapes.Links:
        quoted = quoted_key(key)
        return shapes.Links(f"{start}{quoted}{end}", html=f"{html_start}{quoted}{html_end}")

    return links


def search_answer(page: results.ResultPage, *, has_cursor: bool) -> shapes.SearchAnswer:
    """Return a page of hits; its links go by cursor where it was asked for by one."""
    asked, number = page.request, page.request.page
    cursor = Cursor(page.generation, number + 1) if number < page.pages else None
    following = write_cursor(cursor, asked) if cursor else ""
    params = write_params(asked if number == 1 else structs.replace(asked, page=1))
    plain = "" if has_cursor else _plain_address("api.search")

    def address(number: int) -> str:
        """Return where a page of the same hits is found; nothing for one that is not there."""
        if not 1 <= number <= max(page.pages, 1):
            return ""
        if has_cursor:
            text = write_cursor(Cursor(page.generation, number), asked)
            return _address("api.search", structs.replace(asked, page=1, generation=""), cursor=text)
        return with_params(plain, with_page(params, number))

    return shapes.SearchAnswer(
        generation=page.generation,
        articles=page.articles,
        query=_understood(page),
        total=page.total,
        loosened=page.loosened,
        is_partial=page.is_partial,
        page=number,
        size=asked.size,
        hits=_hits(page.hits),
        facets=tuple(map(facet, page.facets)),
        next_cursor=following,
        links=shapes.Links(
            address(number),
            html=with_params(path_of("pages.search"), with_page(params, number)),
            prev=address(number - 1),
            next=address(number + 1),
        ),
    )


def facet_answer(
    counted: results.Counted, asked: SearchRequest, own: Mapping[str, str]
) -> shapes.FacetAnswer:
    """Return the values of a facet."""
    return shapes.FacetAnswer(
        generation=counted.generation,
        total=counted.total,
        is_partial=counted.is_partial,
        facet=facet(counted.facet),
        links=shapes.Links(
            _address("api.facet", asked, name=counted.facet.name, **own),
            html=search_url(structs.replace(asked, size=SIZE)),
        ),
    )


def facet(found: results.Facet) -> shapes.Facet:
    """Return a facet with its values."""
    return shapes.Facet(
        name=found.name,
        title=found.title,
        distinct=found.distinct,
        # A page has more than a hundred, so they are not made anew: what was found has the same members.
        values=cast("tuple[shapes.Value, ...]", found.values),
    )


def series(trend: Trend, *, value: str = "", label: str = "") -> shapes.Series:
    """Return the counts by year of a search, which may be for a value of a facet."""
    return shapes.Series(
        query=trend.request.query,
        value=value,
        label=label,
        total=trend.total,
        years=year_counts(trend.years),
    )


def year_counts(years: Mapping[int, int]) -> tuple[shapes.YearCount, ...]:
    """Return counts by year, the earliest first."""
    return tuple(shapes.YearCount(year, count) for year, count in sorted(years.items()))


def article_answer(generation: str, article: Article, cited_by: int) -> shapes.ArticleAnswer:
    """Return an article with what is known of it."""
    return shapes.ArticleAnswer(
        generation=generation,
        article=brief(article),
        title=article.title,
        vernacular_title=article.vernacular_title,
        abstracts=article.abstracts(),
        authors=article.authors,
        journal=article.journal,
        volume=article.volume,
        issue=article.issue,
        pages=article.pages,
        published=machine_date(article.published),
        electronic=machine_date(article.electronic),
        revised=machine_date(article.revised),
        languages=article.languages,
        keywords=article.keywords,
        mesh=article.mesh,
        substances=article.substances,
        grants=article.grants,
        data_banks=article.data_banks,
        conflict_of_interest=article.conflict_of_interest,
        figures=article.figures,
        corrections=article.corrections,
        references=len(article.references),
        cited_by=cited_by,
        links=_links()(article.key),
    )


def cited(
    references: Iterable[tuple[int, Reference]], held: Mapping[str, Held], matched: Mapping[int, Held]
) -> tuple[shapes.Cited, ...]:
    """Return entries of a reference list, each with its place from 0, as numbered from 1."""
    found = []
    for place, reference in references:
        here = next(filter(None, map(held.get, reference.keys())), matched.get(place))
        found.append(
            shapes.Cited(
                number=place + 1,
                text=reference.text,
                pmid=reference.pmid,
                pmcid=reference.pmcid,
                doi=reference.doi,
                key=here.key if here else "",
                is_retracted=bool(here and here.retracted),
            )
        )
    return tuple(found)


def similar_answer(
    generation: str, key: str, asked: SearchRequest, found: Iterable[results.Hit]
) -> shapes.SimilarAnswer:
    """Return the articles like the one with a key."""
    return shapes.SimilarAnswer(
        generation=generation,
        similar=tuple(shapes.Alike(brief(hit.article), round(hit.score, 6)) for hit in found),
        links=shapes.Links(_address("api.similar", asked, key=key), html=f"{article_url(key)}#similar"),
    )


def explain_answer(found: Explanation, asked: SearchRequest) -> shapes.ExplainAnswer:
    """Return how an article came to its place."""
    meaning, prior = found.meaning, found.prior
    return shapes.ExplainAnswer(
        generation=found.generation,
        key=found.key,
        is_hit=found.is_hit,
        is_loose=found.is_loose,
        place=found.place,
        score=found.score,
        parts=tuple(
            shapes.Part(
                written=part.written,
                found=part.found,
                weights=part.weights,
                places=tuple(shapes.Place(each.field, each.times) for each in part.places),
                articles=part.articles,
                rarity=part.rarity,
                score=part.score,
            )
            for part in found.parts
        ),
        changes=tuple(shapes.Change(each.ingredient, each.score, each.best) for each in found.changes),
        meaning=shapes.Meaning(**structs.asdict(meaning)) if meaning else None,
        prior=shapes.Prior(**structs.asdict(prior)) if prior else None,
        links=shapes.Links(_address("api.explain", asked, key=found.key), html=explain_url(asked, found.key)),
    )


def paged_links(endpoint: str, key: str, asked: SearchRequest, pages: int, anchor: str) -> shapes.Links:
    """Return the links of a page of what belongs to an article."""

    def address(number: int) -> str:
        is_there = 1 <= number <= max(pages, 1)
        return _address(endpoint, structs.replace(asked, page=number), key=key) if is_there else ""

    return shapes.Links(
        address(asked.page),
        html=f"{article_url(key)}#{anchor}",
        prev=address(asked.page - 1),
        next=address(asked.page + 1),
    )


def address_of(endpoint: str, asked: SearchRequest, texts: Sequence[tuple[str, str]] = ()) -> str:
    """Return an address of the API with the parameters of a search, and others by name and text."""
    own: dict[str, list[str]] = {}
    for name, text in texts:
        own.setdefault(name, []).append(text)
    return _address(endpoint, asked, **own)


def _address(endpoint: str, asked: SearchRequest, **own: str | list[str]) -> str:
    return with_params(_plain_address(endpoint, **own), write_params(asked))


def _plain_address(endpoint: str, **own: str | list[str]) -> str:
    if key := request.args.get(SITE_KEY):
        own[SITE_KEY] = key
    if not own:
        return path_of(endpoint)
    return url_for(endpoint, **own)  # type: ignore[arg-type]  # none of ours is named as one of Flask's own


def _understood(page: results.ResultPage) -> shapes.Understood:
    meant = page.did_you_mean
    return shapes.Understood(
        query=page.request.query,
        details=page.details,
        added=tuple(shapes.Added(each.typed, each.name, each.names, each.undo) for each in page.added),
        notices=tuple(shapes.Notice(each.kind, each.message, each.undo) for each in page.notices),
        did_you_mean=shapes.DidYouMean(meant.query, meant.words, meant.is_answered) if meant else None,
    )


def _hits(found: Iterable[results.Hit]) -> tuple[shapes.Hit, ...]:
    links = _links()
    return tuple(
        [
            shapes.Hit(
                article=_brief(hit.article, links),
                score=round(hit.score, 6),
                title=_pieces(hit.title),
                snippets=tuple([shapes.Passage(each.label, _pieces(each.pieces)) for each in hit.snippets]),
                is_loose=hit.is_loose,
                cited_by=hit.cited_by,
            )
            for hit in found
        ]
    )


def _pieces(found: Iterable[results.Piece]) -> tuple[tuple[str, bool], ...]:
    # Asked of each in place: a page has some hundreds, and nearly all are text already.
    return tuple(
        [
            (text if "<" not in (text := each.markup) and "&" not in text else to_text(text), each.is_match)
            for each in found
        ]
    )


def _plain(markup: Markup) -> str:
    # Most has neither a tag nor a sign in it, and so is text already.
    return to_text(markup) if "<" in markup or "&" in markup else markup
