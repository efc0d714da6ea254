"""What stands above the text of a JATS article: ids, titles, dates, keywords, grants, links, abstracts."""

from __future__ import annotations

import pytest

from crawler.article import PLAIN_LANGUAGE, Correction, DataBank, Grant, Keyword, PubDate
from crawler.parsers.languages import language_code
from tests.crawler.parsers.jats.test_jats import read, record


def when(kind: str, year: int, month: int = 0, day: int = 0) -> str:
    parts = "".join(f"<{tag}>{n}</{tag}>" for tag, n in (("day", day), ("month", month), ("year", year)) if n)
    return f"<pub-date {'date-type' if kind.startswith('pub') else 'pub-type'}='{kind}'>{parts}</pub-date>"


class TestFront:
    def test_ids_are_the_articles_own(self) -> None:
        other = '<article-id pub-id-type="pmid">99</article-id>'
        article = read(
            record(
                '<article-id pub-id-type="pmc">12</article-id><article-id pub-id-type="pmid">7</article-id>'
                f'<article-id pub-id-type="publisher-id">X-1</article-id><related-object>{other}</related-object>',
                more=f"<sub-article><front-stub>{other}</front-stub></sub-article>",
            )
        )
        assert (article.ids.pmid, article.ids.pmcid, article.ids.doi) == ("7", "PMC12", "10.1/a")
        assert article.ids.pii == "X-1"

    def test_a_title_keeps_its_markup_its_subtitle_and_loses_marks_of_footnotes(self) -> None:
        article = read(
            record(title='<italic>SOD1</italic><sup>G93A</sup> mice<xref ref-type="fn">*</xref>').replace(
                "</article-title>", "</article-title><subtitle>a study</subtitle>"
            )
        )
        assert article.title == "<i>SOD1</i><sup>G93A</sup> mice: a study"

    def test_a_translated_title_is_the_vernacular_one_unless_it_is_the_english_one(self) -> None:
        translated = "</article-title><trans-title-group xml:lang='{}'><trans-title>Other</trans-title></trans-title-group>"
        english = read(record().replace("</article-title>", translated.format("es")))
        assert (english.title, english.vernacular_title, english.languages) == ("A title", "Other", ("eng",))
        spanish = record(attributes="xml:lang='es'").replace("</article-title>", translated.format("en"))
        assert (read(spanish).title, read(spanish).vernacular_title) == ("Other", "A title")
        assert read(spanish).languages == ("spa",)

    def test_an_article_without_a_title_says_so(self) -> None:
        assert read(record(title="")).title == "[No title available]"

    @pytest.mark.parametrize(
        ("tag", "code"),
        [
            ("en", "eng"),
            ("EN", "eng"),
            ("pt-BR", "por"),
            ("de", "ger"),
            ("deu", "ger"),
            ("spa", "spa"),
            ("xx", ""),
        ],
    )
    def test_languages_are_nlms(self, tag: str, code: str) -> None:
        assert language_code(tag) == code

    @pytest.mark.parametrize(
        ("kind", "expected"),
        [
            ("research-article", ("Journal Article",)),
            ("review-article", ("Review",)),
            ("case-report", ("Case Reports",)),
            ("retraction", ("Retraction of Publication",)),
            ("correction", ("Published Erratum",)),
            ("other", ()),
        ],
    )
    def test_kinds_of_articles_are_in_pubmeds_words(self, kind: str, expected: tuple[str, ...]) -> None:
        assert read(record(attributes=f'article-type="{kind}"')).publication_types == expected

    def test_the_journal_has_its_names_and_numbers(self) -> None:
        journal = read(
            record(
                journal='<journal-id journal-id-type="nlm-ta">J Inv</journal-id><journal-title-group><journal-title>'
                "Journal of Inventions</journal-title><abbrev-journal-title>J. Inv.</abbrev-journal-title>"
                "</journal-title-group><issn>1111-1111</issn><issn>2222-2222</issn><issn>1111-1111</issn>"
                "<publisher><publisher-name>Press</publisher-name></publisher>"
            )
        ).journal
        assert (journal.title, journal.abbreviation) == ("Journal of Inventions", "J Inv")
        assert (journal.issns, journal.publisher) == (("1111-1111", "2222-2222"), "Press")

    def test_old_journals_have_their_title_outside_of_a_group(self) -> None:
        assert read(record(journal="<journal-title>Old</journal-title>")).journal.title == "Old"

    @pytest.mark.parametrize(
        ("pub_dates", "published", "electronic"),
        [
            (
                f"{when('epub', 2020, 2, 3)}{when('collection', 2019)}{when('ppub', 2020, 3)}{when('pmc-release', 2021)}",
                PubDate(2020, 3),
                PubDate(2020, 2, 3),
            ),
            (
                when("pub' publication-format='electronic", 2020) + when("collection", 2021),
                PubDate(2021),
                PubDate(2020),
            ),
            (when("epub-ppub", 2020), PubDate(2020), PubDate(2020)),
            (
                "<pub-date><season>Spring</season><year>2020</year></pub-date>",
                PubDate(2020, 4, text="Spring"),
                PubDate(),
            ),
            (
                "<pub-date><string-date>June 2020</string-date></pub-date>",
                PubDate(2020, 6, text="June 2020"),
                PubDate(),
            ),
            ('<pub-date iso-8601-date="2020-05-06"/>', PubDate(2020, 5, 6), PubDate()),
            ("<pub-date><month>13</month><year>x</year></pub-date>", PubDate(), PubDate()),
        ],
    )
    def test_dates_are_as_precise_as_given(
        self, pub_dates: str, published: PubDate, electronic: PubDate
    ) -> None:
        article = read(record(pub_dates))
        assert (article.published, article.electronic) == (published, electronic)

    @pytest.mark.parametrize(
        ("given_pages", "expected"),
        [
            ("<fpage>12</fpage><lpage>19</lpage>", "12-19"),
            ("<fpage>12</fpage><lpage>12</lpage>", "12"),
            ("<page-range>1-3, 9</page-range>", "1-3, 9"),
            ("<elocation-id>e77</elocation-id>", "e77"),
        ],
    )
    def test_pages_are_a_range_or_the_number_that_stands_for_them(
        self, given_pages: str, expected: str
    ) -> None:
        article = read(
            record(f"<volume>3</volume><issue>2</issue><supplement>Suppl 1</supplement>{given_pages}")
        )
        assert (article.volume, article.issue, article.pages) == ("3", "2 Suppl 1", expected)

    def test_keywords_are_the_authors_and_no_subject_headings(self) -> None:
        article = read(
            record(
                "<kwd-group><title>Keywords</title><kwd>ALS</kwd><kwd>Receptors, AMPA</kwd></kwd-group>"
                '<kwd-group kwd-group-type="author"><kwd>als</kwd><kwd><italic>C9orf72</italic></kwd></kwd-group>'
                '<kwd-group kwd-group-type="research-organism"><kwd>Mouse</kwd></kwd-group>'
            )
        )
        assert article.keywords == tuple(
            Keyword(text, owner="NOTNLM") for text in ("ALS", "Receptors, AMPA", "C9orf72")
        )

    def test_each_number_of_an_award_is_a_grant(self) -> None:
        source = "<funding-source country='UK'><institution-wrap><institution-id>id</institution-id><institution>Trust"
        article = read(
            record(
                f"<funding-group><award-group>{source}</institution></institution-wrap></funding-source>"
                "<award-id>A1</award-id><award-id>A2</award-id></award-group><award-group><funding-source>NIH"
                "</funding-source></award-group><award-group/></funding-group>"
            )
        )
        assert article.grants == (
            Grant(number="A1", agency="Trust", country="UK"),
            Grant(number="A2", agency="Trust", country="UK"),
            Grant(agency="NIH"),
        )

    def test_clinical_trials_are_found_in_the_abstract_and_in_links(self) -> None:
        article = read(
            record(
                '<ext-link ext-link-type="clintrialgov" xlink:href="https://clinicaltrials.gov/NCT00000002"/>'
                "<abstract><p>Registered: NCT00000001, ISRCTN12345678; NCT00000001.</p></abstract>",
                body="<p>Others did NCT00000009.</p>",
            )
        )
        assert article.data_banks == (
            DataBank("ClinicalTrials.gov", ("NCT00000001", "NCT00000002")),
            DataBank("ISRCTN", ("ISRCTN12345678",)),
        )

    def test_related_articles_are_corrections_where_pubmed_knows_such(self) -> None:
        link = '<related-article related-article-type="{}" ext-link-type="{}" xlink:href="{}"/>'
        article = read(
            record(
                link.format("retracted-article", "doi", "10.1/r")
                + link.format("corrected-article", "pmid", "77")
                + link.format("commentary-article", "doi", "info:doi/10.1/c")
                + link.format("companion", "doi", "10.1/x")
            )
        )
        assert article.corrections == (
            Correction(kind="RetractionOf", source="doi: 10.1/r"),
            Correction(kind="ErratumFor", source="PMID: 77", pmid="77"),
            Correction(kind="CommentOn", source="doi: 10.1/c"),
        )


class TestAbstracts:
    def test_sections_are_labelled_and_paragraphs_of_one_are_one_text(self) -> None:
        article = read(
            record(
                "<abstract><title>Abstract</title><sec><title>Methods:</title><p>One<sup>2</sup>.</p><p>Two.</p></sec>"
                "<sec><title>Results</title><p>Three.</p></sec><copyright-statement>(c)</copyright-statement></abstract>"
            )
        )
        assert article.abstract
        assert [(each.label, each.text) for each in article.abstract.sections] == [
            ("Methods", "One<sup>2</sup>. Two."),
            ("Results", "Three."),
        ]

    def test_abstracts_of_other_kinds_are_beside_the_main_one(self) -> None:
        kinds = ("plain-language-summary", "executive-summary", "short", "toc", "teaser", "graphical")
        typed = "".join(f'<abstract abstract-type="{kind}"><p>{kind}</p></abstract>' for kind in kinds)
        article = read(
            record(
                f"{typed}<abstract><p>Main.</p></abstract><abstract abstract-type='summary'><title>Author Summary"
                "</title><p>Lay.</p></abstract><trans-abstract xml:lang='fr'><p>Autre.</p></trans-abstract>"
            )
        )
        assert article.abstract
        assert article.abstract.sections[0].text == "Main."
        assert [(each.kind, each.language, each.sections[0].text) for each in article.other_abstracts] == [
            (PLAIN_LANGUAGE, "", "plain-language-summary"),
            (PLAIN_LANGUAGE, "", "executive-summary"),
            ("short", "", "short"),
            (PLAIN_LANGUAGE, "", "Lay."),
            ("", "fre", "Autre."),
        ]

    def test_a_line_for_the_table_of_contents_is_no_abstract(self) -> None:
        assert read(record('<abstract abstract-type="toc"><p>Teaser</p></abstract>')).abstract is None

    def test_the_doi_of_an_abstract_is_no_part_of_its_text(self) -> None:
        own = '<p><bold>DOI:</bold> <ext-link xlink:href="10.1/a.001">http://dx.doi.org/10.1/a.001</ext-link></p>'
        article = read(record(f"<abstract><object-id>10.1/a.001</object-id><p>Text.</p>{own}</abstract>"))
        assert article.abstract
        assert [each.text for each in article.abstract.sections] == ["Text."]
