"""What each part of a PubmedArticle comes to, and the traps that parsers of PubMed's XML fell into before."""

from __future__ import annotations

import pytest

from crawler.article import (
    PLAIN_LANGUAGE,
    Abstract,
    Article,
    Author,
    DataBank,
    Grant,
    Ids,
    Journal,
    Keyword,
    Markup,
    MeshHeading,
    PubDate,
    Qualifier,
    Section,
    Substance,
)
from crawler.markup import to_text
from tests.crawler.parsers.pubmed_records import el, read, record


def author(content: str, attributes: str = "") -> str:
    return f"<Author {attributes}>{content}</Author>"


def authors(*each: str, attributes: str = 'CompleteYN="Y"') -> str:
    return f"<AuthorList {attributes}>{''.join(each)}</AuthorList>"


def test_a_full_record_is_read_whole() -> None:
    article = read(
        record(
            '<Journal><ISSN IssnType="Print">1111-1111</ISSN><JournalIssue><Volume>26</Volume>'
            "<Issue>8</Issue><PubDate><Year>2023</Year><Month>Aug</Month></PubDate></JournalIssue>"
            "<Title>Journal of examples</Title><ISOAbbreviation>J Ex</ISOAbbreviation></Journal>"
            "<Pagination><StartPage>872</StartPage>"
            "<EndPage>881</EndPage><MedlinePgn>872-81</MedlinePgn></Pagination><Language>eng</Language>"
            "<Language>fre</Language><PublicationTypeList><PublicationType>Review</PublicationType>"
            '</PublicationTypeList><ArticleDate DateType="Electronic"><Year>2023</Year><Month>07</Month>'
            "<Day>01</Day></ArticleDate>",
            citation="<DateRevised><Year>2024</Year><Month>02</Month><Day>03</Day></DateRevised>"
            "<MedlineJournalInfo><Country>Iran</Country><MedlineTA>J Ex TA</MedlineTA>"
            "<NlmUniqueID>77</NlmUniqueID><ISSNLinking>2222-2222</ISSNLinking></MedlineJournalInfo>"
            "<GeneSymbolList><GeneSymbol>SOD1</GeneSymbol></GeneSymbolList>"
            '<SupplMeshList><SupplMeshName UI="C1">Ex disease</SupplMeshName></SupplMeshList>'
            "<CoiStatement>None. <i>Really</i>.</CoiStatement><GeneralNote>A note</GeneralNote>",
            data='<History><PubMedPubDate PubStatus="pubmed"><Year>2023</Year><Month>7</Month><Day>5</Day>'
            '</PubMedPubDate><PubMedPubDate PubStatus="entrez"><Year>2023</Year><Month>7</Month><Day>4</Day>'
            "<Hour>6</Hour></PubMedPubDate></History>",
        )
    )
    assert article == Article(
        ids=Ids(pmid="1"),
        title=Markup("A title."),
        journal=Journal(
            title="Journal of examples",
            abbreviation="J Ex",
            issns=("1111-1111", "2222-2222"),
            nlm_id="77",
            country="Iran",
        ),
        volume="26",
        issue="8",
        pages="872-81",
        published=PubDate(2023, 8),
        electronic=PubDate(2023, 7, 1),
        entered=PubDate(2023, 7, 4),
        revised=PubDate(2024, 2, 3),
        languages=("eng", "fre"),
        publication_types=("Review",),
        gene_symbols=("SOD1",),
        supplemental_mesh=("Ex disease",),
        conflict_of_interest=Markup("None. <i>Really</i>."),
        status="MEDLINE",
        notes=("A note",),
    )


# Titles and abstracts


def test_a_title_is_not_cut_off_at_its_first_tag() -> None:
    article = read(record(title="Mutant <i>SOD1</i> and <b>TDP</b>-43 in CO<sub>2</sub>."))
    assert article.title == "Mutant <i>SOD1</i> and <b>TDP</b>-43 in CO<sub>2</sub>."


def test_superscripts_are_neither_dropped_nor_glued() -> None:
    title = read(record(title="SOD1<sup>G93A</sup> at 1.73 m<sup>2</sup> &lt; 5.")).title
    assert title == "SOD1<sup>G93A</sup> at 1.73 m<sup>2</sup> &lt; 5."
    assert to_text(title) == "SOD1G93A at 1.73 m2 < 5."


def test_a_translated_title_keeps_its_brackets_beside_the_vernacular_one() -> None:
    article = read(record("<VernacularTitle>Un titre <i>x</i>.</VernacularTitle>", title="[A title]."))
    assert (article.title, article.vernacular_title) == ("[A title].", "Un titre <i>x</i>.")


@pytest.mark.parametrize("title", ["", " ", "<i> </i>", "[Not Available]."])
def test_an_empty_title_is_the_vernacular_one_or_says_so(title: str) -> None:
    assert read(record("<VernacularTitle>Titre.</VernacularTitle>", title=title)).title == "Titre."
    assert read(record(title=title)).title == "[No title available]"


def test_a_record_without_a_title_element_says_so() -> None:
    assert read(record().replace("<ArticleTitle>A title.</ArticleTitle>", "")).title == "[No title available]"


def test_labels_of_a_structured_abstract_are_kept_with_their_categories() -> None:
    sections = (
        '<AbstractText Label="BACKGROUND &amp; AIM" NlmCategory="BACKGROUND">One.</AbstractText>'
        '<AbstractText Label="METHODS:">Two <i>x</i>.</AbstractText>'
        '<AbstractText Label="EMPTY"> </AbstractText>'
        '<AbstractText Label="UNLABELLED" NlmCategory="UNASSIGNED">Three.</AbstractText><AbstractText/>'
    )
    assert read(record(f"<Abstract>{sections}</Abstract>")).abstract == Abstract(
        sections=(
            Section(Markup("One."), "BACKGROUND & AIM", "BACKGROUND"),
            Section(Markup("Two <i>x</i>."), "METHODS"),
            Section(Markup("Three."), "", "UNASSIGNED"),
        )
    )


def test_an_abstract_whose_labels_stand_in_its_text_keeps_its_text_as_it_is() -> None:
    article = read(
        record("<Abstract><AbstractText><b>Background:</b> One. <b>Aim:</b> Two.</AbstractText></Abstract>")
    )
    assert article.abstract == Abstract(
        sections=(Section(Markup("<b>Background:</b> One. <b>Aim:</b> Two.")),)
    )


def test_a_copyright_notice_is_no_part_of_the_abstracts_text() -> None:
    xml = el("Abstract", el("AbstractText", "One."), el("CopyrightInformation", "(c) 2020 Ex."))
    assert read(record(xml)).abstract == Abstract(
        sections=(Section(Markup("One.")),), copyright="(c) 2020 Ex."
    )


def test_formulas_in_an_abstract_become_text() -> None:
    formula = el("mml:msup", el("mml:mi", "m"), el("mml:mn", "2"))
    formula = f'<mml:math xmlns:mml="http://www.w3.org/1998/Math/MathML">{formula}</mml:math>'
    xml = f"<Abstract><AbstractText>Per <DispFormula>{formula}</DispFormula>.</AbstractText></Abstract>"
    assert read(record(xml)).abstract == Abstract(sections=(Section(Markup("Per m<sup>2</sup>.")),))


def test_no_abstract_and_an_empty_one_are_none() -> None:
    assert read(record()).abstract is None
    assert read(record("<Abstract><AbstractText> </AbstractText></Abstract>")).abstract is None


def test_plain_language_summaries_and_other_languages_are_other_abstracts() -> None:
    article = read(
        record(
            citation=f'<OtherAbstract Type="{PLAIN_LANGUAGE}" Language="eng">'
            "<AbstractText>Plain.</AbstractText></OtherAbstract>"
            '<OtherAbstract Type="Publisher" Language="fre"><AbstractText Label="BUT">Oui.</AbstractText>'
            "<CopyrightInformation>C.</CopyrightInformation></OtherAbstract>"
        )
    )
    assert article.abstract is None
    assert article.other_abstracts == (
        Abstract(sections=(Section(Markup("Plain.")),), kind=PLAIN_LANGUAGE, language="eng"),
        Abstract(
            sections=(Section(Markup("Oui."), "BUT"),), kind="Publisher", language="fre", copyright="C."
        ),
    )


# Authors


def test_people_and_groups_are_authors_in_the_order_of_the_byline() -> None:
    article = read(
        record(
            authors(
                author("<LastName>van den Berg</LastName><ForeName>Ann B</ForeName><Initials>AB</Initials>"),
                author("<CollectiveName>Ex <i>Study</i> Group</CollectiveName>"),
                author("<LastName>Doe</LastName><Initials>J</Initials><Suffix>Jr</Suffix>"),
                author(""),
            )
        )
    )
    assert article.authors == (
        Author(last="van den Berg", fore="Ann B", initials="AB"),
        Author(collective="Ex Study Group"),
        Author(last="Doe", initials="J", suffix="Jr"),
    )
    assert article.authors_complete


def test_every_affiliation_of_an_author_is_kept_and_its_email_address_is_not() -> None:
    places = [
        "Ex Hospital, Rome. a@b.it.",
        "Ex University. Electronic address: a@b.it",
        "a@b.it",
        "Ex Hospital, Rome.",
    ]
    infos = "".join(
        el("AffiliationInfo", el("Affiliation", place), el("Identifier", "r", Source="ROR"))
        for place in places
    )
    (person,) = read(record(authors(author(f"<LastName>Doe</LastName>{infos}")))).authors
    assert person.affiliations == ("Ex Hospital, Rome.", "Ex University.")


@pytest.mark.parametrize(
    ("printed", "orcid"),
    [
        ("0000000218250097", "0000-0002-1825-0097"),
        ("http://orcid.org/0000-0002-1825-0097", "0000-0002-1825-0097"),
        ("1", ""),
    ],
)
def test_an_orcid_may_come_as_bare_digits_or_as_an_address(printed: str, orcid: str) -> None:
    identifier = f'<Identifier Source="ROR">r</Identifier><Identifier Source="ORCID">{printed}</Identifier>'
    (person,) = read(record(authors(author(f"<LastName>Doe</LastName>{identifier}")))).authors
    assert person.orcid == orcid


def test_misspelt_authors_are_left_out_and_incomplete_bylines_say_so() -> None:
    people = (
        author("<LastName>Deo</LastName>", 'ValidYN="N"'),
        author("<LastName>Doe</LastName>", 'ValidYN="Y"'),
    )
    article = read(record(authors(*people, attributes='CompleteYN="N"')))
    assert article.authors == (Author(last="Doe"),)
    assert not article.authors_complete


def test_investigators_are_no_authors() -> None:
    people = "<InvestigatorList><Investigator><LastName>Roe</LastName></Investigator></InvestigatorList>"
    article = read(record(citation=people))
    assert (article.authors, article.investigators) == ((), (Author(last="Roe"),))


# Where and when


def test_the_abbreviation_falls_back_on_medlines() -> None:
    info = el("MedlineJournalInfo", el("MedlineTA", "J Ex TA"), el("ISSNLinking", "1111-1111"))
    article = read(record("<Journal><ISSN>1111-1111</ISSN><Title>J</Title></Journal>", citation=info))
    assert article.journal == Journal(title="J", abbreviation="J Ex TA", issns=("1111-1111",))


@pytest.mark.parametrize(
    ("pagination", "pages"),
    [
        (
            el("Pagination", el("StartPage", "1"), el("EndPage", "9"), el("MedlinePgn", "1-9, 12")),
            "1-9, 12",
        ),
        ("<Pagination><StartPage>1</StartPage><EndPage>9</EndPage></Pagination>", "1-9"),
        ("<Pagination><StartPage>e7</StartPage></Pagination>", "e7"),
        ('<ELocationID EIdType="pii">e77</ELocationID>', ""),
    ],
)
def test_pages_are_as_given_and_a_publishers_number_is_none(pagination: str, pages: str) -> None:
    assert read(record(pagination)).pages == pages


def test_a_date_of_the_issue_in_words_is_kept_and_the_date_of_entry_falls_back_on_pubmeds() -> None:
    printed = el("PubDate", el("MedlineDate", "1998 Dec-1999 Jan"))
    issue = el("Journal", el("JournalIssue", printed))
    day = '<PubMedPubDate PubStatus="pubmed"><Year>1999</Year><Month>2</Month><Day>5</Day></PubMedPubDate>'
    article = read(record(issue, data=f"<History>{day}</History>"))
    assert article.published == PubDate(1998, 12, text="1998 Dec-1999 Jan")
    assert article.entered == PubDate(1999, 2, 5)


# Subjects


def test_keywords_keep_their_owner_and_come_apart_where_they_were_joined() -> None:
    article = read(
        record(
            citation='<KeywordList Owner="NOTNLM"><Keyword MajorTopicYN="Y">ALS; TDP-43.</Keyword>'
            "<Keyword>als</Keyword><Keyword><i>C. elegans</i></Keyword></KeywordList>"
            '<KeywordList Owner="NASA"><Keyword>ALS, a, b</Keyword></KeywordList>'
        )
    )
    assert article.keywords == (
        Keyword("ALS", True, "NOTNLM"),
        Keyword("TDP-43", True, "NOTNLM"),
        Keyword("C. elegans", False, "NOTNLM"),
        Keyword("ALS", False, "NASA"),
        Keyword("a", False, "NASA"),
        Keyword("b", False, "NASA"),
    )


def test_a_heading_is_major_by_its_descriptor_or_by_any_qualifier() -> None:
    headings = (
        '<MeshHeading><DescriptorName UI="D1" MajorTopicYN="N">Motor Neurons</DescriptorName>'
        '<QualifierName UI="Q1" MajorTopicYN="N">drug effects</QualifierName>'
        '<QualifierName UI="Q2" MajorTopicYN="Y">pathology</QualifierName></MeshHeading>'
        '<MeshHeading><DescriptorName UI="D2" MajorTopicYN="Y">Mice</DescriptorName></MeshHeading>'
        "<MeshHeading/>"
        '<MeshHeading><DescriptorName UI="D3" MajorTopicYN="N">Humans</DescriptorName></MeshHeading>'
    )
    article = read(record(citation=f"<MeshHeadingList>{headings}</MeshHeadingList>"))
    assert article.mesh == (
        MeshHeading(
            name="Motor Neurons",
            ui="D1",
            qualifiers=(Qualifier("drug effects", "Q1"), Qualifier("pathology", "Q2", True)),
        ),
        MeshHeading(name="Mice", ui="D2", major=True),
        MeshHeading(name="Humans", ui="D3"),
    )
    assert [heading.is_major() for heading in article.mesh] == [True, True, False]


def test_substances_grants_and_data_banks_are_read() -> None:
    article = read(
        record(
            "<DataBankList><DataBank><DataBankName>ClinicalTrials.gov</DataBankName><AccessionNumberList>"
            "<AccessionNumber>NCT1</AccessionNumber><AccessionNumber>NCT2</AccessionNumber></AccessionNumberList>"
            "</DataBank></DataBankList><GrantList><Grant><GrantID>R01</GrantID><Acronym>NS</Acronym>"
            "<Agency>Ex Agency</Agency><Country>Iran</Country></Grant></GrantList>",
            citation="<ChemicalList><Chemical><RegistryNumber>0</RegistryNumber>"
            '<NameOfSubstance UI="D4">Riluzole</NameOfSubstance></Chemical><Chemical/></ChemicalList>',
        )
    )
    assert article.substances == (Substance("Riluzole", "0", "D4"),)
    assert article.grants == (Grant(number="R01", acronym="NS", agency="Ex Agency", country="Iran"),)
    assert article.data_banks == (DataBank("ClinicalTrials.gov", ("NCT1", "NCT2")),)
