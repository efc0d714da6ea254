"""Short invented records in PubMed's XML, for tests that need particular ones."""

from __future__ import annotations

from crawler.outcome import Parsed
from crawler.parsers.pubmed import pubmed_xml


def record_xml(pmid: int, title: str = "A title.", **parts: str) -> str:
    """Return a PubmedArticle. Parts: abstract, year, authors, journal, doi, extra (into the citation), data.

    Text goes in as it is, so that it may hold markup; `authors` are names like "Ana Silva|AB Jones".
    """
    authors = "".join(
        f"<Author><LastName>{name.split()[-1]}</LastName><ForeName>{name.split()[0]}</ForeName>"
        f"<Initials>{name.split()[0] if name.split()[0].isupper() else name[0]}</Initials></Author>"
        for name in parts.get("authors", "Ana Silva").split("|")
    )
    doi = parts.get("doi", "")
    doi_xml = f'<ArticleId IdType="doi">{doi}</ArticleId>' if doi else ""
    return (
        f'<PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="{parts.get("version", "1")}">{pmid}</PMID>'
        f"{parts.get('revised', '')}<Article><Journal><JournalIssue><PubDate><Year>{parts.get('year', '2020')}</Year>"
        f"</PubDate></JournalIssue><Title>{parts.get('journal', 'Journal of Tests')}</Title></Journal>"
        f"<ArticleTitle>{title}</ArticleTitle><Abstract><AbstractText>{parts.get('abstract', 'Nothing.')}"
        f"</AbstractText></Abstract><AuthorList>{authors}</AuthorList><Language>eng</Language>"
        "<PublicationTypeList><PublicationType>Journal Article</PublicationType></PublicationTypeList></Article>"
        f"{parts.get('extra', '')}</MedlineCitation><PubmedData><ArticleIdList>"
        f'<ArticleId IdType="pubmed">{pmid}</ArticleId>{doi_xml}</ArticleIdList>{parts.get("data", "")}'
        "</PubmedData></PubmedArticle>"
    )


def cites(*pmids: int) -> str:
    """Return a reference list that cites these PMIDs."""
    entries = "".join(
        f'<Reference><Citation>Printed {pmid}.</Citation><ArticleIdList><ArticleId IdType="pubmed">{pmid}</ArticleId>'
        "</ArticleIdList></Reference>"
        for pmid in pmids
    )
    return f"<ReferenceList>{entries}</ReferenceList>"


def record_set(*records: str) -> bytes:
    """Return a PubmedArticleSet of records."""
    return f'<?xml version="1.0"?><PubmedArticleSet>{"".join(records)}</PubmedArticleSet>'.encode()


def parsed(pmid: int, title: str = "A title.", **parts: str) -> Parsed:
    """Return what the parser makes of `record_xml`."""
    raw = record_xml(pmid, title, **parts).encode()
    return Parsed(article=pubmed_xml.parse_record(raw), format=pubmed_xml.FORMAT, raw=raw)
