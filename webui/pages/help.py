"""The examples of the help page: each a search that is linked to, and understood whole (a test sees to it).

Those that need an author or a number take them from an article that is cited here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec import Struct, structs

from crawler.article import Article, Author
from index.schema import DATE_COLUMNS, FIELDS, Field, Kind
from index.tags import GROUPS, OTHERS, Rule
from search.language.readings import MIN_STUMP

if TYPE_CHECKING:
    from collections.abc import Sequence

_WORD: Final = re.compile(r"[^\W_](?:[\w.-]*\w)?")
_PLAIN_ID: Final = re.compile(r"[\w./-]+")
_WORDS: Final = 3
_PMID: Final = "39337454"
_AUTHOR: Final = Author(last="Smith", fore="Jane", initials="J")


class Example(Struct, frozen=True):
    """A query, and what it finds."""

    query: str
    finds: str


class Topic(Struct, frozen=True):
    """Examples of one kind below a heading; `about` is a sentence or two before them."""

    anchor: str
    title: str
    about: str
    examples: tuple[Example, ...]


FIRST: Final = (
    Example("riluzole survival", "articles that have both words, anywhere"),
    Example('"motor neurons"', "just these two forms, next to each other"),
    Example("noninvasive ventilation", "words that belong together; where they stand close, they come first"),
    Example("Lou Gehrig's disease", "another name of ALS: its other names are searched, too"),
)
"""What is enough for most searches."""

TOPICS: Final = (
    Topic(
        "operators",
        "Together, either, not",
        "AND, OR and NOT are written in capitals and read from left to right; & and | do as well.",
        (
            Example("riluzole OR edaravone", "articles that have either word"),
            Example("ventilation NOT mice", "articles that have the first word, but not the second"),
            Example("(riluzole OR edaravone) survival", "parentheses keep alternatives together"),
            Example("survival AND registry", "both words; no name reaches across AND"),
            Example("C9orf72 & (TDP-43 | SOD1)", "the signs for AND and OR"),
        ),
    ),
    Topic(
        "phrases",
        "Phrases, beginnings, nearness",
        "Every phrase can be searched, in every field. A star stands for how a word goes on.",
        (
            Example('"motor neurons"', "next to each other, in these forms: it does not find motor neuron"),
            Example("riluz*", f"any word that starts so ({MIN_STUMP} letters or more before the star)"),
            Example('"motor neuron*"', "a phrase whose last word may go on"),
            Example('"survival riluzole"[tiab:~5]', "in any order, with at most five other words between"),
            Example('"motor neuron"[ti:~0]', "next to each other in any order, in the title"),
            Example("TDP-43", "TDP-43, TDP43 and TDP 43"),
        ),
    ),
    Topic(
        "fields",
        "In one field",
        "The name of a field stands before a word or a group, or behind it in brackets, as in PubMed. "
        "All names are in the table below.",
        (
            Example("title:survival", "the word in the title"),
            Example("survival[ti]", "the same, as in PubMed"),
            Example("title:(riluzole OR edaravone)", "either word in the title"),
            Example("survival[tiab]", "in title, abstract or keywords"),
            Example("riluzole[all]", "everywhere, but by no other name"),
            Example("riluzole[ti,mh]", "in the title or the MeSH headings"),
            Example("amyotrophic lateral sclerosis[majr]", "as a main topic, by NLM's headings"),
            Example('"amyotrophic lateral sclerosis"[mh:noexp]', "without the narrower headings below it"),
            Example("review[pt]", "by the type of publication"),
            Example("english[la]", "by language"),
            Example("university[ad]", "in the affiliations of the authors"),
            Example("survival[ref]", "in the list of references"),
        ),
    ),
    Topic(
        "authors",
        "Authors",
        "The last name and initials, without punctuation. A full name works in either order.",
        (
            Example("{author}[au]", "everyone whose initials begin so: smith j finds Smith J, JA and JB"),
            Example('"{author}"[au]', "just these initials"),
            Example("{full}[au]", "a full name, as far as articles have it"),
            Example("{author}[1au]", "as the first author; [lastau] is the last one"),
        ),
    ),
    Topic(
        "dates",
        "Dates and years",
        "Years, months and days, in a range or alone; [dp] is the day of publication. Beside the results, "
        "years can be chosen, too.",
        (
            Example("survival 2019:2023[dp]", "published from 2019 to 2023; year:2019:2023 means the same"),
            Example("year:2021", "in one year"),
            Example("2019/05:2021/08[dp]", "from May 2019 to August 2021"),
            Example("2015:3000[dp]", "from 2015 on"),
            Example('"last 5 years"[dp]', "counted back from today; also days and months"),
            Example("2020:2030[edat]", "by the day it came into PubMed; [lr] is when it was changed"),
        ),
    ),
    Topic(
        "values",
        "What an article has, and is",
        "These words need no field. PubMed's filters work as well, with [sb].",
        (
            Example("hasabstract", "has an abstract; also hasstructuredabstract, haskeyword, hascois"),
            Example("hasretractionin", "was retracted; also haserratumin, hasexpressionofconcernin"),
            Example("riluzole hasreferences", "has a list of references here"),
            Example("free full text[sb]", "can be read whole without paying"),
            Example("preprint[sb]", "was made public before other researchers had checked it"),
            Example("systematic[sb]", "is a systematic review"),
        ),
    ),
    Topic(
        "citations",
        "Citations",
        "Give the PMID, PMCID or DOI of an article. Only articles of this library count.",
        (
            Example("cites:{pmid}", "articles that cite it"),
            Example("citedby:{pmid}", "articles that it cites"),
            Example("{pmid}", "the article itself; a PMCID or a DOI does as well"),
        ),
    ),
    Topic(
        "facets",
        "Filters as part of a search",
        "The choices beside the results can be typed, too.",
        (
            Example('"motor neurons"[ot,mh]', "a keyword"),
            Example('"{author}"[au] year:1900:2100', "an author within some years"),
            Example("clinical trial[pt] 2015:2023[dp]", "a type of publication within some years"),
        ),
    ),
)
"""The whole language, example by example."""


class Named(Struct, frozen=True):
    """A row of the table of fields: what is looked in, its names, and a search that shows it; "" for none."""

    title: str
    tags: tuple[str, ...]
    example: str


def topics(articles: Sequence[Article]) -> tuple[Topic, ...]:
    """Return TOPICS with an author and a PMID of the first of these articles that has them."""
    author = next((each.authors[0] for each in articles if each.authors and each.authors[0].last), _AUTHOR)
    known = {
        "{author}": author.short().lower(),
        "{full}": author.full().lower(),
        "{pmid}": next((each.ids.pmid for each in articles if each.ids.pmid), _PMID),
    }

    def filled(text: str) -> str:
        for place, value in known.items():
            text = text.replace(place, value)
        return text

    return tuple(
        structs.replace(
            topic, examples=tuple(Example(filled(each.query), each.finds) for each in topic.examples)
        )
        for topic in TOPICS
    )


def named(articles: Sequence[Article]) -> tuple[Named, ...]:
    """Return all that can be named in a search, with examples from these articles."""
    pmid = next((each.ids.pmid for each in articles if each.ids.pmid), _PMID)
    year = next((each.date.year for each in articles if each.date.year), 2020)
    others = {
        Rule.CITES: f"cites:{pmid}",
        Rule.CITED_BY: f"citedby:{pmid}",
        Rule.FILTER: "free full text[sb]",
    }
    return (
        *(Named(each.title, each.tags, _example(each, articles)) for each in FIELDS),
        *(Named(each.title, each.tags, f"{year}:{year + 5}[{each.tags[0]}]") for each in DATE_COLUMNS),
        *(Named(each.title, each.tags, _of_group(each.tags[0], each.fields, articles)) for each in GROUPS),
        *(Named(each.title, each.tags, others[each.rule]) for each in OTHERS),
    )


def _of_group(tag: str, names: Sequence[str], articles: Sequence[Article]) -> str:
    """Return an example of one of the fields that a tag stands for, under that tag."""
    fields = [each for each in FIELDS if each.name in names or (not names and each.weight)]
    found = (_value(each, article) for each in fields for article in articles)
    value = next(filter(None, found), "")
    return f"{value}[{tag}]" if value else ""


def _example(field: Field, articles: Sequence[Article]) -> str:
    value = next(filter(None, (_value(field, article) for article in articles)), "")
    tag = next(each for each in field.tags[::-1] if " " not in each)
    return f"{value}[{tag}]" if value else ""


def _value(field: Field, article: Article) -> str:
    """Return what an article has in a field, as it may be typed: at most a few words."""
    for value in field.values(article):
        if field.kind is Kind.ID:
            if _PLAIN_ID.fullmatch(value):
                return value
        elif words := _WORD.findall(value)[:_WORDS]:
            typed = " ".join(words)
            return typed if len(words) == 1 or field.kind is Kind.NAME else f'"{typed}"'
    return ""
