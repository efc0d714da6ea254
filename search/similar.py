"""Articles like another, by the words and headings they share, as PubMed finds its similar articles.

Lin and Wilbur, "PubMed related articles: a probabilistic topic-based model for content similarity" (BMC
Bioinformatics 8:423, 2007). A word that an article is about comes up in it at one rate, any other word at a
lower one, as in two Poisson processes. So how often a word stands in an article of some length tells how
likely the article is about it. Two articles are as alike as the sum, over what they share, of that
likelihood in the one, that in the other, and how rare the word is.

Words are those of titles, counted twice, and of abstracts, but for PubMed's stop words and what has no
letter. Keywords and MeSH headings are features of their own, each as a whole. Authors and journals do not
count.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from index.analysis.analyzer import STOP_WORDS, stem
from index.schema import Kind
from index.segments.ranges import among

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from index.segments.columns import Columns
    from search.matching.indexed import Indexed

_ABOUT: Final = 0.022
"""Lambda: how often, per word of text, a word stands in an article that is about it (as tuned for PubMed)."""

_NOT_ABOUT: Final = 0.013
"""Mu: how often it stands in any other."""

_TITLE: Final = 2
"""How often a word of the title counts; a keyword or heading counts as much."""

_TELLING: Final = 30
"""The most telling words of an article are looked for in all others. The rest are in so many articles, and
tell so little, that they are looked for in the best of those only."""

_CANDIDATES: Final = 500

_RATES: Final = ((_NOT_ABOUT / _ABOUT) ** np.arange(-1, 255)).astype(np.float32)
"""(mu / lambda) ** (k - 1) for every frequency k, all above the last as that one."""


class Similar(NamedTuple):
    """Similar articles, the most similar first, and how similar each is."""

    articles: NDArray[np.intp]
    scores: NDArray[np.float64]


class Likeness:
    """Finds similar articles in one generation. May be shared by threads."""

    def __init__(self, segment: Indexed, columns: Columns) -> None:
        """Take an open segment and the columns of the same generation; nothing is read before it is asked."""
        self._segment = segment
        self._columns = columns

    def to(self, article: int, limit: int) -> Similar:
        """Return at most `limit` articles that share something with one, without itself.

        Retracted ones come after all others, those equally similar in order of number. So the answer is the
        same every time. Raises IndexError where there is no such article.
        """
        if not 0 <= article < self._segment.articles:
            raise IndexError(f"there is no article {article} among {self._segment.articles}")
        words = self._words(article)
        scores = np.zeros(self._segment.articles, np.float64)
        self._add_headings(scores, article)
        for term, worth in words[:_TELLING]:
            self._add(scores, term, worth)
        scores[article] = 0
        candidates = np.sort(_best(scores, _CANDIDATES))
        for term, worth in words[_TELLING:]:
            self._add_among(scores, candidates, term, worth)
        found = _best(np.where(self._columns.retracted, 0, scores), limit)
        if len(found) < limit:
            found = np.concatenate(
                (found, _best(np.where(self._columns.retracted, scores, 0), limit - len(found)))
            )
        return Similar(found, scores[found])

    def telling(self, article: int) -> list[tuple[int, float]]:
        """Return the words by which similar articles are looked for, with what each is worth."""
        return self._words(article)[:_TELLING]

    def _words(self, article: int) -> list[tuple[int, float]]:
        """Return the words of an article with what they are worth in it, the most telling first."""
        forward = self._segment.forward
        titled, abstract = (forward.tokens(article, name).terms for name in ("title", "abstract"))
        terms, counts = np.unique(np.concatenate((*[titled] * _TITLE, abstract)), return_counts=True)
        lexicon = self._segment.lexicons[Kind.TEXT]
        has_letter = [any(map(str.isalpha, lexicon.term(term))) for term in terms.tolist()]
        kept = np.array(has_letter, np.bool_) & ~np.isin(terms, self._silent)
        terms, counts = terms[kept], counts[kept]
        holding = np.array([self._segment.everywhere.df(term) for term in terms.tolist()], np.float64)
        worth = self._likely(np.array([article]), counts) * self._rarity(holding)
        best = np.lexsort((terms, -worth))
        return list(zip(terms[best].tolist(), worth[best].tolist(), strict=True))

    def _add_headings(self, scores: NDArray[np.float64], article: int) -> None:
        """Add to the scores what the keywords and headings that articles share with one are worth."""
        column = self._columns.facets["keyword"]
        often = np.array(_TITLE)
        for heading in column.ids[column.starts[article] : column.starts[article + 1]].tolist():
            holders = column.holders(heading)
            worth = self._likely(np.array([article]), often) * self._rarity(np.array(len(holders)))
            scores[holders] += worth * self._likely(holders, often)

    def _add(self, scores: NDArray[np.float64], term: int, worth: float) -> None:
        """Add a word to the scores of all articles that have it."""
        articles, frequencies = self._segment.fields["abstract"].mapped(term)
        scores[articles] += worth * self._likely(articles, frequencies)
        # Few titles have it: what those add is put right afterwards.
        titled, in_title = self._segment.fields["title"].mapped(term)
        in_abstract = _frequencies_in(titled, articles, frequencies)
        more = self._likely(titled, _TITLE * in_title.astype(np.intp) + in_abstract)
        scores[titled] += worth * (more - np.where(in_abstract, self._likely(titled, in_abstract), 0))

    def _add_among(
        self, scores: NDArray[np.float64], candidates: NDArray[np.intp], term: int, worth: float
    ) -> None:
        """Add a word to the scores of candidates, which are in order of number."""
        in_title, in_abstract = (
            _frequencies_in(candidates, *self._segment.fields[name].mapped(term))
            for name in ("title", "abstract")
        )
        counts = _TITLE * in_title + in_abstract
        scores[candidates] += worth * np.where(counts, self._likely(candidates, counts), 0)

    def _rarity(self, holding: NDArray[Any]) -> NDArray[np.float64]:
        """Return how much it tells to share what so many articles have."""
        rarity: NDArray[np.float64] = np.log(self._segment.articles / np.maximum(holding, 1))
        return rarity

    def _likely(self, articles: NDArray[np.integer], counts: NDArray[np.integer]) -> NDArray[np.float32]:
        """Return how likely articles are about words that stand in them so often."""
        likely: NDArray[np.float32] = _RATES.take(counts, mode="clip")
        likely *= self._lengths.take(articles)
        likely += 1
        return np.divide(1, likely, out=likely)

    @cached_property
    def _lengths(self) -> NDArray[np.float32]:
        """exp((lambda - mu) * length) of each article: in a longer one a word comes up more often anyway."""
        title, abstract = (self._segment.fields[name].lengths for name in ("title", "abstract"))
        # Beyond some length nothing is likely, and the power would be too large for a number.
        words = np.minimum(_TITLE * title.astype(np.float32) + abstract, 5_000)
        lengths: NDArray[np.float32] = np.exp((_ABOUT - _NOT_ABOUT) * words).astype(np.float32)
        return lengths

    @cached_property
    def _silent(self) -> NDArray[np.intp]:
        """The numbers of the stop words."""
        lexicon = self._segment.lexicons[Kind.TEXT]
        return np.array([lexicon.number(stem(word)) for word in sorted(STOP_WORDS)], np.intp)


def _frequencies_in(
    wanted: NDArray[np.integer], articles: NDArray[np.uint32], frequencies: NDArray[Any]
) -> NDArray[np.intp]:
    """Return how often a term stands in the wanted articles, given those that have it; 0 for others."""
    if not len(articles):
        return np.zeros(len(wanted), np.intp)
    places = np.minimum(among(articles, wanted), len(articles) - 1)
    return np.where(articles[places] == wanted, frequencies[places], 0).astype(np.intp)


def _best(scores: NDArray[np.float64], limit: int) -> NDArray[np.intp]:
    """Return the numbers of the highest scores above 0, the highest first, and of equal ones the lowest."""
    found = np.flatnonzero(scores > 0)
    if 0 < limit < len(found):
        least = np.partition(scores[found], len(found) - limit)[len(found) - limit]
        found = found[scores[found] >= least]
    return found[np.argsort(-scores[found], kind="stable")][: max(0, limit)]
