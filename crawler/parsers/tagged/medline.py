"""PubMed's MEDLINE format (.nbib): a field a line, which begins with its tag; empty lines between records.

Tags: PubMed User Guide, "PubMed format"; MEDLINE/PubMed Data Element (Field) Descriptions.
"""

from __future__ import annotations

import re
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, BinaryIO, Final

from crawler.article import (
    NO_TITLE,
    Abstract,
    Article,
    Correction,
    Ids,
    Journal,
    Keyword,
    Markup,
    MeshHeading,
    PubDate,
    Qualifier,
    Substance,
)
from crawler.errors import ParseError
from crawler.identity import normal_doi, normal_pmcid, normal_pmid
from crawler.markup import clean, from_text
from crawler.outcome import Outcome, Parsed, Unparsed
from crawler.parsers.abstract_labels import sections
from crawler.parsers.cleaning import copyright_apart, keyword_parts
from crawler.parsers.corrections import OF_TAGS
from crawler.parsers.dates import numbered_date, printed_date
from crawler.parsers.pubmed.pubmed_page_parts import read_data_banks, read_grant
from crawler.parsers.reading import outcome, parse_errors
from crawler.parsers.tagged.medline_authors import byline
from crawler.parsers.tagged.tagged_lines import Fields, blocks, fields, recognised

if TYPE_CHECKING:
    from collections.abc import Iterator

FORMAT: Final = "medline"
"""The name of the format, as outcomes and the library carry it."""

_TAGGED: Final = re.compile(r"([A-Z]{2,4}) {0,2}-(?: |$)(.*)")
_PMID_LINE: Final = re.compile(rb"PMID *-")
_SOURCE_LINE: Final = re.compile(rb"^SO  -", re.MULTILINE)
_LOCATION: Final = re.compile(r"(.+?)\s*\[([a-z]+)\]")
_REGISTERED: Final = re.compile(r"(.+?) \((.+)\)")
_CITED: Final = re.compile(r"(.*?)\s*\bPMID:\s*([0-9]+)\.?\s*(.*)")
_PLACEHOLDER: Final = "[not available]"
_ABSTRACT_KIND: Final = re.compile(r"(AAMC|AIDS|KIE|NASA|PIP|Publisher|plain-language-summary): ?")


def parse(stream: BinaryIO) -> Iterator[Outcome]:
    """Yield what each record of a stream comes to, in order, in memory that does not grow with their number.

    One that cannot be read is an Unparsed, and the stream goes on; so is a last one without the SO line
    with which those before it ended. Raises ParseError, after every whole record before that, where the
    stream is empty, breaks off, or holds no record with a PMID.
    """
    have_source = False
    found = recognised(blocks(stream, _begins), _PMID_LINE, "MEDLINE")
    for number, block in enumerate(found, start=1):
        ends = bool(_SOURCE_LINE.search(block.raw))
        yield _outcome(block.raw, number, is_cut=block.is_last and have_source and not ends)
        have_source = have_source or ends


def parse_record(raw: bytes) -> Article:
    """Return the Article of one record, as `parse` keeps it in `Parsed.raw`.

    Raises ParseError where it has no PMID, PMCID or DOI, or cannot be read.
    """
    with parse_errors():
        return _article(fields(raw, _TAGGED))


def _begins(line: bytes, is_apart: bool) -> bool:  # noqa: FBT001 - the order that `blocks` tells them in
    """Say whether a record begins with a line: at a PMID, or with any line behind an empty one.

    PubMed writes no empty line inside a record: what stands behind one is not to be lost in the record above.
    """
    return bool(_PMID_LINE.match(line)) or (is_apart and bool(line.strip()) and not line.startswith(b" "))


def _outcome(raw: bytes, number: int, *, is_cut: bool) -> Parsed | Unparsed:
    def name() -> str:
        pmid = normal_pmid(fields(raw, _TAGGED).text("PMID"))
        return f"PMID {pmid}" if pmid else f"record {number}"

    found = outcome(partial(parse_record, raw), name, format_name=FORMAT, raw=raw)
    if is_cut and isinstance(found, Parsed):
        reason = "breaks off before its SO line: the file was cut off, fetch it again"
        return Unparsed(record=name(), reason=reason, format=FORMAT, raw=raw)
    return found


def _article(found: Fields) -> Article:
    """Return the Article of a record; a chapter's journal is its book."""
    printed = found.text("PMID")
    ids = _ids(found, pmid := normal_pmid(printed))
    if printed and not pmid:
        raise ParseError(f"has the PMID {printed!r}, which is not a number")
    # Others than PubMed write records of works that it has not.
    if not (pmid or ids.pmcid or ids.doi):
        raise ParseError("has no PMID, PMCID or DOI")
    names = byline(found)
    title, vernacular = _titles(found)
    return Article(
        ids=ids,
        title=title,
        journal=_journal(found),
        vernacular_title=vernacular,
        abstract=_abstract(found),
        other_abstracts=tuple(_other_abstracts(found)),
        authors=names.authors or names.editors,
        authors_complete=names.is_complete,
        investigators=names.investigators,
        volume=found.text("VI"),
        issue=found.text("IP"),
        pages=_pages(found),
        published=_published(found),
        electronic=numbered_date(found.text("DEP")),
        entered=numbered_date(found.text("CRDT", "EDAT")),
        revised=numbered_date(found.text("LR", "DRDT")),
        languages=tuple(found.texts("LA")),
        publication_types=tuple(found.texts("PT")),
        keywords=_keywords(found),
        mesh=tuple(map(_heading, found.texts("MH"))),
        supplemental_mesh=tuple(found.texts("NM")),
        substances=tuple(map(_substance, found.texts("RN"))),
        gene_symbols=tuple(found.texts("GS")),
        grants=tuple(map(read_grant, found.texts("GR"))),
        data_banks=read_data_banks(found.texts("SI")),
        conflict_of_interest=from_text(found.text("COIS", "COI")),
        corrections=tuple(_corrections(found)),
        references_stated=_references_stated(found.text("RF")),
        status=found.text("STAT"),
        notes=tuple(found.texts("GN")),
    )


def _ids(found: Fields, pmid: str) -> Ids:
    """Return the ids; of each kind the first that looks like one, AIDs before LIDs, as in PubMed's XML."""
    kinds = {"doi": normal_doi, "pii": clean}
    ids: dict[str, str] = {}
    for text in (*found.texts("AID"), *found.texts("LID")):
        place = _LOCATION.fullmatch(text)
        if place and place[2] in kinds and (value := kinds[place[2]](place[1])):
            ids.setdefault(place[2], value)
    return Ids(pmid=pmid, pmcid=normal_pmcid(found.text("PMC")), **ids)


def _pages(found: Fields) -> str:
    """Return the pages, or the number that stands for them, which is a location without its kind."""
    numbers = (text for text in found.texts("LID") if not _LOCATION.fullmatch(text))
    return found.text("PG") or next(numbers, "")


def _titles(found: Fields) -> tuple[Markup, Markup]:
    title, vernacular = from_text(found.text("TI", "BTI")), from_text(found.text("TT"))
    if title.lower().rstrip(".") == _PLACEHOLDER:
        title = Markup("")
    return title or vernacular or NO_TITLE, vernacular


def _published(found: Fields) -> PubDate:
    """Return when a chapter was contributed, else when the issue or the book appeared."""
    contributed = numbered_date(found.text("CTDT"))
    return contributed if contributed.year else printed_date(found.text("DP"))


def _references_stated(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 6 else 0


def _journal(found: Fields) -> Journal:
    return Journal(
        title=found.text("JT", "BTI"),
        abbreviation=found.text("TA"),
        issns=tuple(dict.fromkeys(text.partition(" ")[0] for text in found.texts("IS"))),
        nlm_id=found.text("JID"),
        country="" if found.text("BTI") else found.text("PL"),
        publisher=found.text("PB"),
    )


def _abstract(found: Fields) -> Abstract | None:
    parts = sections(found.text("AB"))
    return copyright_apart(Abstract(sections=parts, copyright=found.text("CI"))) if parts else None


def _other_abstracts(found: Fields) -> Iterator[Abstract]:
    """Yield the other abstracts, each with the language and the copyright that stand below it."""
    starts = [place for place, (tag, _) in enumerate(found.pairs) if tag == "OAB"]
    for start, end in pairwise([*starts, len(found.pairs)]):
        part = Fields(found.pairs[start:end])
        text = part.text("OAB")
        kind = _ABSTRACT_KIND.match(text)
        if parts := sections(text[kind.end() :] if kind else text):
            yield Abstract(
                sections=parts,
                kind=kind[1] if kind else "",
                language=part.text("OABL"),
                copyright=part.text("OCI"),
            )


def _keywords(found: Fields) -> tuple[Keyword, ...]:
    """Return the keywords under the owner named above them, joined ones apart, none twice for one owner."""
    owner, is_alone = "", len(found.texts("OT")) == 1
    kept: dict[tuple[str, str], Keyword] = {}
    for tag, value in found.pairs:
        if tag == "OTO":
            owner = value
        elif tag == "OT":
            text = clean(value)
            for part in keyword_parts(text.lstrip("*"), alone=is_alone):
                kept.setdefault((owner, part.casefold()), Keyword(part, text.startswith("*"), owner))
    return tuple(kept.values())


def _heading(text: str) -> MeshHeading:
    """Return the heading written as `Descriptor/*subheading`; an asterisk marks a major topic."""
    name, *others = text.split("/")
    qualifiers = tuple(Qualifier(each.lstrip("*"), major=each.startswith("*")) for each in others)
    return MeshHeading(name=name.lstrip("*"), major=name.startswith("*"), qualifiers=qualifiers)


def _substance(text: str) -> Substance:
    """Return the substance written as `0 (alpha-Synuclein)`."""
    registered = _REGISTERED.fullmatch(text)
    return Substance(registered[2], registered[1]) if registered else Substance(text)


def _corrections(found: Fields) -> Iterator[Correction]:
    for tag, value in found.pairs:
        if (kind := OF_TAGS.get(tag)) and (text := clean(value)):
            cited = _CITED.fullmatch(text)
            source, pmid, note = cited.groups() if cited else (text, "", "")
            yield Correction(kind=kind, source=source, pmid=normal_pmid(pmid), note=note)
