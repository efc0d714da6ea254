from crawler import sample
from crawler.article import PLAIN_LANGUAGE
from crawler.keeping.library import Library


def test_the_sample_library_has_80_articles_each_marked_as_invented(sample_library: Library) -> None:
    articles = list(sample_library.articles())
    assert len(articles) == 80
    assert all(article.is_sample for article in articles)
    assert sample_library.counts().failures == 0


def test_the_sample_library_shows_every_feature(sample_library: Library) -> None:
    articles = list(sample_library.articles())
    types = {kind for article in articles for kind in article.publication_types}
    assert {"Retracted Publication", "Preprint", "Published Erratum", "Review"} <= types
    assert any(article.is_retracted for article in articles)
    assert any(article.has_correction("ErratumIn") for article in articles)
    assert any(other.kind == PLAIN_LANGUAGE for article in articles for other in article.other_abstracts)
    assert any(len(abstract.sections) > 3 for article in articles for abstract in article.abstracts())
    assert any("<sup>" in article.title for article in articles)


def test_the_sample_articles_cite_one_another(sample_library: Library) -> None:
    articles = list(sample_library.articles())
    references = [reference for article in articles for reference in article.references]
    cited = [reference.pmid for reference in references if reference.pmid]
    assert len(cited) > 300
    assert set(sample_library.held(cited)) == set(cited)


def test_the_files_are_found_as_installed() -> None:
    assert len(sample.files()) == 6
