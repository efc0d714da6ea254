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
    PubDate,
    Qualifier,
    Reference,
    Substance,
)
from crawler.errors import ParseError
from crawler.identity import normal_pmid
from crawler.markup import from_xml
from crawler.parsers.cleaning import without_link_labels
from crawler.parsers.pubmed import pubmed_parts as parts
from crawler.parsers.pubmed.pubmed_dates import numeric_date, publication_date
from crawler.parsers.xml.xml_text import by_tag, child_text, entries, first, one, plain, text, texts
from crawler.printed import all_with_printed_ids

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

    from crawler.parsers.xml.xml_text import Family


def journal_article(record: etree._Element) -> Article:
    """Return the Article of a PubmedArticle.

    Raises ParseError where there is no MedlineCitation, no PMID or no Article in it.
    """
    element = first(record, "MedlineCitation")
    if element is None:
        raise ParseError("has no MedlineCitation")
    citation, data = by_tag(element), by_tag(first(record, "PubmedData"))
    pmid, version = parts.pmid_and_version(citation)
    if "Article" not in citation:
        raise ParseError("has no Article in its MedlineCitation")
    article = by_tag(one(citation, "Article"))
    journal = by_tag(one(article, "Journal"))
    issue = by_tag(one(journal, "JournalIssue"))
    title, vernacular = parts.titles(one(article, "ArticleTitle"), one(article, "VernacularTitle"))
    statement = one(citation, "CoiStatement")
    return Article(
        ids=parts.own_ids(pmid, entries(data, "ArticleIdList", "ArticleId"), article.get("ELocationID", ())),
        title=title,
        journal=_journal(journal, by_tag(one(citation, "MedlineJournalInfo"))),
        version=version,
        vernacular_title=vernacular,
        abstract=parts.abstract(one(article, "Abstract")),
        other_abstracts=tuple(filter(None, map(parts.abstract, citation.get("OtherAbstract", ())))),
        authors=parts.authors(entries(article, "AuthorList", "Author")),
        authors_complete=parts.names_complete(article),
        investigators=parts.authors(entries(citation, "InvestigatorList", "Investigator")),
        volume=text(issue, "Volume"),
        issue=text(issue, "Issue"),
        pages=parts.pages(article),
        published=publication_date(one(issue, "PubDate")),
        electronic=_electronic(article),
        entered=parts.entered(data),
        revised=numeric_date(one(citation, "DateRevised")),
        languages=texts(article, "Language"),
        publication_types=_texts(article, "PublicationTypeList", "PublicationType"),
        keywords=parts.keywords(citation),
        mesh=tuple(_headings(citation)),
        supplemental_mesh=_texts(citation, "SupplMeshList", "SupplMeshName"),
        substances=tuple(_substances(citation)),
        gene_symbols=_texts(citation, "GeneSymbolList", "GeneSymbol"),
        grants=parts.grants(article),
        data_banks=tuple(_data_banks(article)),
        conflict_of_interest=Markup("") if statement is None else from_xml(statement),
        corrections=tuple(_corrections(citation)),
        references=parts.references(data) or all_with_printed_ids(_cited(citation)),
        status=element.get("Status", ""),
        notes=texts(citation, "GeneralNote"),
    )


def _texts(parent: Family, list_tag: str, tag: str) -> tuple[str, ...]:
    if list_tag not in parent:
        return ()
    return tuple(filter(None, map(plain, entries(parent, list_tag, tag))))


def _journal(journal: Family, info: Family) -> Journal:
    issns = texts(journal, "ISSN") + texts(info, "ISSNLinking")
    return Journal(
        title=text(journal, "Title"),
        abbreviation=text(journal, "ISOAbbreviation") or text(info, "MedlineTA"),
        issns=tuple(dict.fromkeys(issns)),
        nlm_id=text(info, "NlmUniqueID"),
        country=text(info, "Country"),
    )


def _electronic(article: Family) -> PubDate:
    dates = (each for each in article.get("ArticleDate", ()) if each.get("DateType") == "Electronic")
    return numeric_date(next(dates, None))


def _headings(citation: Family) -> Iterator[MeshHeading]:
    for heading in entries(citation, "MeshHeadingList", "MeshHeading"):
        descriptor: etree._Element | None = None
        qualifiers: list[Qualifier] = []
        for each in heading:
            if each.tag == "QualifierName":
                qualifiers.append(Qualifier(plain(each), each.get("UI", ""), _is_major(each)))
            elif each.tag == "DescriptorName" and descriptor is None:
                descriptor = each
        if descriptor is not None and (name := plain(descriptor)):
            ui, major = descriptor.get("UI", ""), _is_major(descriptor)
            yield MeshHeading(name=name, ui=ui, major=major, qualifiers=tuple(qualifiers))


def _is_major(element: etree._Element) -> bool:
    return element.get("MajorTopicYN") == "Y"


def _substances(citation: Family) -> Iterator[Substance]:
    for chemical in map(by_tag, entries(citation, "ChemicalList", "Chemical")):
        name = one(chemical, "NameOfSubstance")
        if name is not None and (substance := plain(name)):
            yield Substance(substance, text(chemical, "RegistryNumber"), name.get("UI", ""))


def _data_banks(article: Family) -> Iterator[DataBank]:
    for bank in map(by_tag, entries(article, "DataBankList", "DataBank")):
        yield DataBank(text(bank, "DataBankName"), _texts(bank, "AccessionNumberList", "AccessionNumber"))


def _corrections(citation: Family) -> Iterator[Correction]:
    """Yield the links to corrections, comments and the like; what is merely cited is not one of them."""
    for link in entries(citation, "CommentsCorrectionsList", "CommentsCorrections"):
        if (kind := link.get("RefType", "")) != "Cites":
            source, note = child_text(link, "RefSource"), child_text(link, "Note")
            pmid = normal_pmid(child_text(link, "PMID"))
            yield Correction(kind=kind, source=source, pmid=pmid, note=note)


def _cited(citation: Family) -> Iterator[Reference]:
    """Yield the references of a record from before there were reference lists, when each was a link."""
    for link in entries(citation, "CommentsCorrectionsList", "CommentsCorrections"):
        if link.get("RefType") == "Cites":
            printed = without_link_labels(child_text(link, "RefSource"))
            if (pmid := normal_pmid(child_text(link, "PMID"))) or printed:
                yield Reference(text=printed, pmid=pmid)
