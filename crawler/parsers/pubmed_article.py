"""A PubmedArticle becomes an article."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.article import (
    Article,
    Correction,
    DataBank,
    Journal,
    Markup,
    MeshHeading,
    Qualifier,
    Reference,
    Substance,
)
from crawler.errors import ParseError
from crawler.identity import normal_pmid
from crawler.markup import from_xml
from crawler.parsers.cleaning import without_link_labels
from crawler.parsers.pubmed_dates import numeric_date, publication_date
from crawler.parsers.pubmed_parts import (
    abstract,
    authors,
    child_text,
    child_texts,
    children,
    entered,
    grants,
    keywords,
    names_complete,
    own_ids,
    pages,
    plain,
    pmid_and_version,
    references,
    titles,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree


def journal_article(record: etree._Element) -> Article:
    """Return the Article of a PubmedArticle.

    Raises ParseError where there is no MedlineCitation, no PMID or no Article in it.
    """
    citation, data = record.find("MedlineCitation"), record.find("PubmedData")
    if citation is None:
        raise ParseError("has no MedlineCitation")
    pmid, version = pmid_and_version(citation)
    article = citation.find("Article")
    if article is None:
        raise ParseError("has no Article in its MedlineCitation")
    title, vernacular = titles(article.find("ArticleTitle"), article.find("VernacularTitle"))
    issue = article.find("Journal/JournalIssue")
    statement = citation.find("CoiStatement")
    return Article(
        ids=own_ids(pmid, children(data, "ArticleIdList", "ArticleId"), article.iterchildren("ELocationID")),
        title=title,
        journal=_journal(article.find("Journal"), citation.find("MedlineJournalInfo")),
        version=version,
        vernacular_title=vernacular,
        abstract=abstract(article.find("Abstract")),
        other_abstracts=tuple(filter(None, map(abstract, citation.iterchildren("OtherAbstract")))),
        authors=authors(children(article, "AuthorList", "Author")),
        authors_complete=names_complete(article),
        investigators=authors(children(citation, "InvestigatorList", "Investigator")),
        volume=child_text(issue, "Volume"),
        issue=child_text(issue, "Issue"),
        pages=pages(article),
        published=publication_date(None if issue is None else issue.find("PubDate")),
        electronic=numeric_date(article.find("ArticleDate[@DateType='Electronic']")),
        entered=entered(data),
        revised=numeric_date(citation.find("DateRevised")),
        languages=child_texts(article, "Language"),
        publication_types=_texts(article, "PublicationTypeList", "PublicationType"),
        keywords=keywords(citation),
        mesh=tuple(_headings(citation)),
        supplemental_mesh=_texts(citation, "SupplMeshList", "SupplMeshName"),
        substances=tuple(_substances(citation)),
        gene_symbols=_texts(citation, "GeneSymbolList", "GeneSymbol"),
        grants=grants(article),
        data_banks=tuple(_data_banks(article)),
        conflict_of_interest=Markup("") if statement is None else from_xml(statement),
        corrections=tuple(_corrections(citation)),
        references=references(data) or tuple(_cited(citation)),
        status=citation.get("Status", ""),
        notes=child_texts(citation, "GeneralNote"),
    )


def _texts(parent: etree._Element, list_tag: str, tag: str) -> tuple[str, ...]:
    return tuple(filter(None, map(plain, children(parent, list_tag, tag))))


def _journal(journal: etree._Element | None, info: etree._Element | None) -> Journal:
    issns = child_texts(journal, "ISSN") + child_texts(info, "ISSNLinking")
    return Journal(
        title=child_text(journal, "Title"),
        abbreviation=child_text(journal, "ISOAbbreviation") or child_text(info, "MedlineTA"),
        issns=tuple(dict.fromkeys(issns)),
        nlm_id=child_text(info, "NlmUniqueID"),
        country=child_text(info, "Country"),
    )


def _headings(citation: etree._Element) -> Iterator[MeshHeading]:
    for heading in children(citation, "MeshHeadingList", "MeshHeading"):
        descriptor = heading.find("DescriptorName")
        if descriptor is not None and (name := plain(descriptor)):
            qualifiers = tuple(
                Qualifier(plain(each), each.get("UI", ""), _is_major(each))
                for each in heading.iterchildren("QualifierName")
            )
            ui, major = descriptor.get("UI", ""), _is_major(descriptor)
            yield MeshHeading(name=name, ui=ui, major=major, qualifiers=qualifiers)


def _is_major(element: etree._Element) -> bool:
    return element.get("MajorTopicYN") == "Y"


def _substances(citation: etree._Element) -> Iterator[Substance]:
    for chemical in children(citation, "ChemicalList", "Chemical"):
        name = chemical.find("NameOfSubstance")
        if name is not None and (text := plain(name)):
            yield Substance(text, child_text(chemical, "RegistryNumber"), name.get("UI", ""))


def _data_banks(article: etree._Element) -> Iterator[DataBank]:
    for bank in children(article, "DataBankList", "DataBank"):
        yield DataBank(
            child_text(bank, "DataBankName"), _texts(bank, "AccessionNumberList", "AccessionNumber")
        )


def _corrections(citation: etree._Element) -> Iterator[Correction]:
    """Yield the links to corrections, comments and the like; what is merely cited is not one of them."""
    for link in children(citation, "CommentsCorrectionsList", "CommentsCorrections"):
        if (kind := link.get("RefType", "")) != "Cites":
            source, note = child_text(link, "RefSource"), child_text(link, "Note")
            pmid = normal_pmid(child_text(link, "PMID"))
            yield Correction(kind=kind, source=source, pmid=pmid, note=note)


def _cited(citation: etree._Element) -> Iterator[Reference]:
    """Yield the references of a record from before there were reference lists, when each was a link."""
    for link in children(citation, "CommentsCorrectionsList", "CommentsCorrections"):
        if link.get("RefType") == "Cites":
            text = without_link_labels(child_text(link, "RefSource"))
            if (pmid := normal_pmid(child_text(link, "PMID"))) or text:
                yield Reference(text=text, pmid=pmid)
