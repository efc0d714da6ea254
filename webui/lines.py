"""What stands on a page of results by the hundred, as HTML: a template takes five times as long to write it.

Every text from outside is escaped here or, where it is markup, comes through `safe`, and nothing else does.
"""

from __future__ import annotations

from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Final

import markupsafe

from crawler.markup import to_text
from search.request import Sort
from webui import wording
from webui.links import article_url, query_url, value_url
from webui.pages.explain import explain_urls
from webui.pages.histogram import HEIGHT
from webui.pages.results import marks
from webui.rendering import byline, machine_date, safe, shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crawler.article import Article, Keyword, PubDate
    from search.request import SearchRequest
    from search.results import FacetValue, Hit, Piece, Snippet
    from webui.pages.histogram import Bar
    from webui.pages.results import Box
    from webui.wording import Mark

_KEYWORDS: Final = 8
_NAME_ALONE: Final = "the name alone; its other names are searched, too"
_KEPT: Final = 300
_HEARD: Final = 80
"""The most characters of a title that is kept in the browser, and of one that is only heard."""

_VALUES: Final = 20_000
"""How many values of facets are kept as they are written: a page has hundreds, the next mostly the same."""


@lru_cache(maxsize=_VALUES)
def _escaped(value: str) -> str:
    return escape(value)


def hits(found: Iterable[Hit], asked: SearchRequest, searched: SearchRequest) -> markupsafe.Markup:
    """Return hits as items of a list; `searched` is what they were found for, in place of what was asked.

    Where words put them in order, each has a link that says why it stands where it does.
    """
    shown = tuple(found)
    is_ranked = bool(asked.query.strip()) and asked.sort is Sort.RELEVANCE
    reasons = explain_urls(searched, (each.key for each in shown)) if is_ranked else [""] * len(shown)
    written = map(_hit, shown, reasons)
    return markupsafe.Markup("".join(written))  # noqa: S704 - every text in it is escaped or from `safe`


def _hit(hit: Hit, reason: str) -> str:
    article = hit.article
    shown = tags(marks(article), wording.types(article))
    names = keywords(article.keywords[:_KEYWORDS])
    url = escape(article_url(hit.key))
    return (
        f'<li class="hit">\n<article>\n<h2><a href="{url}">{pieces(hit.title)}</a></h2>\n'
        f'<p class="source">{_source_line(hit, reason)}</p>\n'
        + (f'<p class="tags">{shown}</p>\n' if shown else "")
        + "".join(_snippets(hit.snippets))
        + (f'<ul class="keywords" aria-label="Keywords">\n{names}</ul>\n' if names else "")
        + "</article>\n</li>\n"
    )


def _source_line(hit: Hit, reason: str) -> str:
    """Return who wrote an article, where and when, how often it is cited, and what can be done with it."""
    article = hit.article
    parts = [f'<span class="authors">{escape(byline(article))}</span>'] if article.authors else []
    parts.append(f"{source(article)}")
    if hit.cited_by:
        cited = f"Cited by {hit.cited_by:,} here"
        if article.ids.pmid:
            cited = f'<a href="{escape(query_url(f"cites:{article.ids.pmid}"))}">{cited}</a>'
        parts.append(f'<span class="cited">{cited}</span>')
    if reason:
        parts.append(f'<a class="why" href="{escape(reason)}">Why here?{about(to_text(article.title))}</a>')
    return " ".join([*parts, keep_box(article)])


def _snippets(found: Iterable[Snippet]) -> Iterator[str]:
    """Yield passages, each label only before the first of those that have it."""
    before = ""
    for each in found:
        is_new = each.label and each.label != before
        label = f'<span class="label">{escape(each.label)}</span> ' if is_new else ""
        yield f'<p class="snippet">{label}{pieces(each.pieces)}</p>\n'
        before = each.label


def pieces(parts: Iterable[Piece]) -> markupsafe.Markup:
    """Return pieces of text one after the other, without blanks at the ends, what matches as `mark`."""
    written = [f"<mark>{safe(each.markup)}</mark>" if each.is_match else safe(each.markup) for each in parts]
    return markupsafe.Markup("".join(written).strip())  # noqa: S704 - all of it is from `safe`


def values(box: Box, example: str) -> markupsafe.Markup:
    """Return the values of a facet of a search, those behind "show more" too, and how one is typed."""
    parts: list[str] = [choices("search", box.name, box.first)]
    if box.rest:
        more = "more" if box.first or not box.bars else "single years"
        under = f'<span class="unseen"> under {escape(box.title)}</span>'
        parts += [
            f'<details class="more">\n<summary>{len(box.rest)} {more}{under}</summary>\n',
            choices("search", box.name, box.rest),
            _hidden(box.hidden) if box.hidden > 0 else "",
            "</details>\n",
        ]
    if box.every:
        another = f"Find another {escape(box.title.lower())}"
        parts.append(f'<p class="every"><a href="{escape(box.every)}">{another}</a></p>\n')
    parts.append(typed_as(example))
    return markupsafe.Markup("".join(parts))  # noqa: S704 - every text in it is escaped


def _hidden(count: int) -> str:
    are = "one is" if count == 1 else "ones are"
    return f'<p class="hidden-count">{count:,} less frequent {are} not listed.</p>\n'


def typed_as(example: str) -> markupsafe.Markup:
    """Return how a value of a facet is typed, by an example; without one its name alone will do."""
    said = f"<code>{escape(example)}</code>" if example else _NAME_ALONE
    written = f'<p class="typed-as">In the search box: {said}</p>\n'
    return markupsafe.Markup(written)  # noqa: S704 - the example is escaped


def choices(form: str, facet: str, values: Iterable[FacetValue]) -> markupsafe.Markup:
    """Return a box to tick for each value of a facet, a line each, for a form given by its id."""
    start = f'<label><input type="checkbox" form="{escape(form)}" name="{escape(facet)}" value="'
    written = [
        f'{start}{_escaped(each.value)}"{" checked" if each.is_chosen else ""}>'
        f' <span class="value">{_escaped(each.label)}</span>'
        f' <span class="number">({each.count:,})</span></label>\n'
        for each in values
    ]
    return markupsafe.Markup("".join(written))  # noqa: S704 - every text in it is escaped above


def date(said: PubDate) -> markupsafe.Markup:
    """Return a date as people read it, and for machines as far as it is known."""
    shown, machine = escape(str(said)), machine_date(said)
    written = f'<time datetime="{machine}">{shown}</time>' if machine else shown
    return markupsafe.Markup(written)  # noqa: S704 - its text is escaped above, and the rest is numbers


def source(article: Article) -> markupsafe.Markup:
    """Return the journal of an article and its date."""
    journal = article.journal.short()
    cite = f"<cite>{escape(journal)}</cite>. " if journal else ""
    return markupsafe.Markup(f"{cite}{date(article.date)}")  # noqa: S704 - both texts are escaped


def keep_box(article: Article) -> markupsafe.Markup:
    """Return the box that marks an article as kept; it is shown where scripts run: the browser keeps it."""
    title, journal = to_text(article.title), article.journal.short()
    parts = (byline(article), f"{journal}." if journal else "", str(article.date))
    told = {"key": article.key, "title": shortened(title, _KEPT), "source": _joined(parts)}
    data = " ".join(f'data-{name}="{escape(text)}"' for name, text in told.items())
    return markupsafe.Markup(  # noqa: S704 - every text in it is escaped
        f'<label class="keep" hidden><input type="checkbox" autocomplete="off" {data}>'
        f" Keep{about(title)}</label>"
    )


def about(title: str) -> markupsafe.Markup:
    """Return a title, cut short, for those who hear what a link or box is about and do not see it."""
    short = escape(shortened(title, _HEARD))
    return markupsafe.Markup(f'<span class="unseen"> {short}</span>')  # noqa: S704 - it is escaped


def tags(known: Iterable[Mark], types: Iterable[str] = ()) -> markupsafe.Markup:
    """Return what must be known of an article, and its types; nothing where there is neither."""
    written = [f'<span class="mark {each.kind}">{escape(each.text)}</span>' for each in known]
    written += [f'<span class="type">{escape(each)}</span>' for each in types]
    return markupsafe.Markup(" ".join(written))  # noqa: S704 - every text in it is escaped; kinds are ours


def _joined(parts: Iterable[str]) -> str:
    return shortened(" ".join(filter(None, parts)), _KEPT)


def keywords(words: Iterable[Keyword]) -> markupsafe.Markup:
    """Return a link for each keyword to the articles that have it, as items of a list, a line each."""
    written = [
        f'<li><a href="{_escaped(value_url("keyword", each.text))}">{_escaped(each.text)}</a></li>\n'
        for each in words
    ]
    return markupsafe.Markup("".join(written))  # noqa: S704 - every text in it is escaped above


def bars(shown: Sequence[Bar]) -> markupsafe.Markup:
    """Return the bars of a histogram as SVG, a line each; the last is the one that Tab leads to."""
    last = len(shown) - 1
    return markupsafe.Markup(  # noqa: S704 - every text in it is escaped by `_bar`
        "".join(_bar(each, is_last=n == last) for n, each in enumerate(shown))
    )


def _bar(bar: Bar, *, is_last: bool) -> str:
    text, within = escape(bar.text), ' class="within"' if bar.is_within else ""
    across = f'x="{bar.x}" width="{bar.width}"'
    return (
        f'<a href="{escape(bar.url)}" aria-label="{text}" tabindex="{0 if is_last else -1}"'
        f' data-first="{bar.first}" data-last="{bar.last}"{within}><title>{text}</title>'
        f'<rect class="reach" {across} y="0" height="{HEIGHT}"/>'
        f'<rect class="bar" {across} y="{bar.y}" height="{bar.height}"/></a>\n'
    )
