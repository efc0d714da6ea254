from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.article import Abstract, Article, Ids, Markup, Section
from index.naming import vocabulary
from index.naming.forms import places
from index.naming.tagging import _places_of_word

WORDS = """amyotrophic lateral sclerosis, ALS als. (ALS) motor neurone diseases TDP 43 TDP-43-positive C9 orf72 & SOD1 G93A
riluzole/edaravone spinal muscular atrophy and CK 2127107 CK-2127107 AD Alzheimer disease dementia NF kappa B tnfalpha
hSOD1 phase II tgf beta 1 upper limb weakness; \u03b1 synuclein bvFTD in the of""".split()
TEXTS = st.lists(st.sampled_from([*WORDS, "", "\u00a0", "\u2009"]), max_size=30).map(" ".join)


def article(text: str) -> Article:
    return Article(
        ids=Ids(pmid="1"),
        title=Markup("A title"),
        abstract=Abstract(sections=(Section(text=Markup(text)),)),
        languages=("eng",),
    )


@given(st.lists(TEXTS, max_size=6))
def test_articles_have_the_same_entities_read_together_or_alone(texts: list[str]) -> None:
    articles = [article(text) for text in texts]
    names = vocabulary.load()
    names.read(articles)
    together = [names.entities(each) for each in articles]
    assert together == [names.entities(article(text)) for text in texts]


def test_white_space_of_any_kind_parts_words_and_joins_the_words_of_a_name() -> None:
    names = vocabulary.load()
    found = names.entities(article("motor\u00a0neurone  disease"))
    assert found == names.entities(article("motor neurone disease")) != ()


def test_no_entity_reaches_into_the_next_article() -> None:
    names = vocabulary.load()
    parts = [article("spinal muscular"), article("atrophy")]
    names.read(parts)
    assert [names.entities(each) for each in parts] == [(), ()]
    assert names.entities(article("spinal muscular atrophy")) != ()


@pytest.mark.parametrize(
    "word", ["tnfalpha", "IFNgamma", "hTAU", "mfus", "amyloidbeta", "ALS", "the", "Neurones", "a"]
)
def test_a_word_of_latin_letters_is_read_as_any_text(word: str) -> None:
    assert _places_of_word(word) == places(word)


@given(st.text(alphabet="abehlmpstuxy", min_size=1, max_size=8))
def test_any_word_of_latin_letters_is_read_as_any_text(word: str) -> None:
    assert _places_of_word(word) == places(word)
