"""What PubMed prints on an article's page, read: citations, dates, names, languages, grants, data banks.

Text in, values out: where on the page a text stands is the business of `pubmed_page`.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from crawler.article import Author, DataBank, Grant, MeshHeading, PubDate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterable

_MONTH_NAMES: Final = "jan feb mar apr may jun jul aug sep oct nov dec"
_MONTHS: Final = {name: number for number, name in enumerate(_MONTH_NAMES.split(), start=1)}
_STARTS: Final = _MONTHS | {"win": 1, "spr": 4, "sum": 7, "fal": 10, "aut": 10}
_YEAR: Final = re.compile(r"(?<![0-9])[12][0-9]{3}(?![0-9])")
_MONTH: Final = re.compile(r"[A-Za-z]{3,9}")
_EXACT_DATE: Final = re.compile(r"[0-9]{4}(?: [A-Za-z]+(?: (0?[1-9]|[12][0-9]|3[01]))?)?")
_SEASON: Final = re.compile(r"[0-9]{4} (Winter|Spring|Summer|Fall|Autumn)", re.IGNORECASE)
_OTHER_DATE: Final = re.compile(r"\b(epub|ecollection|print)\s+([12][0-9]{3}[^.;:]*)", re.IGNORECASE)

_VOLUME: Final = re.compile(r"([^()]*)\((.*)\)(.*)")
_PAGE_RANGE: Final = re.compile(r"[0-9]+[-\N{EN DASH}][0-9]+")
_PII: Final = re.compile(r"S[0-9]{4}-?[0-9]{3}[0-9X]\([0-9]{2}\)[0-9]{5}-?[0-9X]", re.IGNORECASE)

_SUFFIX: Final = re.compile(r"(?:jr|sr|2nd|3rd|[4-9]th)\.?", re.IGNORECASE)
_SUFFIX_IN_FULL: Final = re.compile(rf"{_SUFFIX.pattern}|II|III|IV", re.IGNORECASE)
_PARTICLE_NAMES: Final = (
    "af al ap bin da dal de del dela della den der di dos du el la le los san santa st ten ter van vom von"
    " y zu zum zur 't"
)
_PARTICLES: Final = frozenset(_PARTICLE_NAMES.split())

_MESH_PARTS: Final = re.compile(r"\s+/\s+")
_GRANT_ACRONYM: Final = re.compile(r"[A-Z]{2}|[A-Z]{1,5}_")

_LANGUAGES: Final = {
    "afrikaans": "afr", "albanian": "alb", "arabic": "ara", "armenian": "arm", "azerbaijani": "aze",
    "bosnian": "bos", "bulgarian": "bul", "catalan": "cat", "chinese": "chi", "croatian": "hrv",
    "czech": "cze", "danish": "dan", "dutch": "dut", "english": "eng", "esperanto": "epo",
    "estonian": "est", "finnish": "fin", "french": "fre", "georgian": "geo", "german": "ger",
    "greek, modern": "gre", "greek": "gre", "hebrew": "heb", "hindi": "hin", "hungarian": "hun",
    "icelandic": "ice", "indonesian": "ind", "italian": "ita", "japanese": "jpn", "korean": "kor",
    "latin": "lat", "latvian": "lav", "lithuanian": "lit", "macedonian": "mac", "malay": "may",
    "multiple languages": "mul", "norwegian": "nor", "persian": "per", "polish": "pol",
    "portuguese": "por", "romanian": "rum", "russian": "rus", "serbian": "srp", "slovak": "slo",
    "slovenian": "slv", "spanish": "spa", "swedish": "swe", "thai": "tha", "turkish": "tur",
    "ukrainian": "ukr", "undetermined": "und", "vietnamese": "vie",
}  # fmt: skip
_LANGUAGE_NAME: Final = re.compile(
    rf"\b(?:{'|'.join(sorted(_LANGUAGES, key=len, reverse=True))})\b", re.IGNORECASE
)


class Citation(Struct, frozen=True, kw_only=True):
    """The citation line taken apart; `pii` is the publisher's id printed where pages would stand."""

    date: PubDate = PubDate()
    volume: str = ""
    issue: str = ""
    pages: str = ""
    pii: str = ""


class OtherDates(Struct, frozen=True, kw_only=True):
    """The dates printed after the citation line: the one online, and the one of the printed issue."""

    electronic: PubDate = PubDate()
    printed: PubDate = PubDate()


def read_citation(text: str) -> Citation:
    """Return the parts of a citation line such as `2023 Aug 7;26(8):872-881.`; any may be missing.

    What follows a colon is an id of the publisher's, not pages, where it has the
    form of a PII, or where there is no volume and it is no range of pages (an article ahead of print).
    """
    date, semicolon, rest = text.strip(" .").partition(";")
    if not semicolon:
        date, _, pages = date.partition(":")
        volume = issue = ""
    else:
        numbers, _, pages = rest.partition(":")
        volume, issue = _volume_and_issue(numbers.strip())
    pages = pages.strip()
    is_pii = bool(_PII.fullmatch(pages)) or not (volume or issue or _PAGE_RANGE.fullmatch(pages))
    return Citation(
        date=read_date(date),
        volume=volume,
        issue=issue,
        pages="" if is_pii else pages,
        pii=pages if is_pii else "",
    )


def _volume_and_issue(text: str) -> tuple[str, str]:
    """Split `31(Suppl 2)`; what stands behind the brackets belongs to the issue."""
    found = _VOLUME.fullmatch(text)
    if not found:
        return text, ""
    return found[1].strip(), f"{found[2].strip()} {found[3].strip()}".strip()


def read_date(text: str) -> PubDate:
    """Return a printed date: `2023`, `2023 Aug 7`, `2021 Jan-Feb`, `2020 Summer`, `1998 Dec-1999 Jan`.

    A range counts from its first month, a season from the month that NLM gives it; both keep their text.
    """
    printed = " ".join(text.strip(" .,").split())
    year = _YEAR.search(printed)
    if not year:
        return PubDate()
    word = _MONTH.search(printed, year.end())
    month = _STARTS.get(word[0][:3].casefold(), 0) if word else 0
    if season := _SEASON.fullmatch(printed):
        return PubDate(int(year[0]), month, 0, season[1])
    exact = _EXACT_DATE.fullmatch(printed)
    if exact and (month or not word):
        return PubDate(int(year[0]), month, int(exact[1] or 0))
    return PubDate(int(year[0]), month, 0, printed)


def read_other_dates(text: str) -> OtherDates:
    """Return the dates in `Epub 2022 Nov 3.`, `eCollection 2023.` or `Print 2023 Jan.`, in any number.

    An eCollection is an issue that was never printed: its date is that of the issue, as PubMed's XML has it.
    """
    dates = {kind.casefold(): read_date(date) for kind, date in _OTHER_DATE.findall(text)}
    printed = dates.get("print") or dates.get("ecollection") or PubDate()
    return OtherDates(electronic=dates.get("epub", PubDate()), printed=printed)


def read_person(full: str, cited: str = "") -> Author:
    """Return the author printed as `Leonard H van den Berg`, cited as `van den Berg LH`.

    The citation says where the last name begins; without one, or where the two do not agree, particles
    (van, de la) are taken for part of the last name, and initials are those of the fore names.
    """
    names, words = full.split(), cited.split()
    suffix = words.pop() if len(words) > 2 and _SUFFIX.fullmatch(words[-1]) else ""
    initials = words.pop() if len(words) > 1 and _are_initials(words[-1]) else ""
    if suffix and len(names) > 1 and _SUFFIX_IN_FULL.fullmatch(names[-1]):
        names.pop()
    if not (words and _folded(names[-len(words) :]) == _folded(words)):
        return _person_from_full_name(full.split())
    fore = " ".join(names[: -len(words)])
    return Author(
        last=" ".join(names[-len(words) :]), fore=fore, initials=initials or _initials(fore), suffix=suffix
    )


def _person_from_full_name(names: list[str]) -> Author:
    suffix = names.pop() if len(names) > 2 and _SUFFIX_IN_FULL.fullmatch(names[-1]) else ""
    begin = max(len(names) - 1, 0)
    while begin > 1 and names[begin - 1].casefold() in _PARTICLES:
        begin -= 1
    fore = " ".join(names[:begin])
    return Author(last=" ".join(names[begin:]), fore=fore, initials=_initials(fore), suffix=suffix)


def _are_initials(word: str) -> bool:
    return len(word) <= 5 and word.isupper() and word.isalpha()


def _initials(fore: str) -> str:
    """Return JP for Jean-Pierre, LH for "Leonard H", and the word itself where it is nothing but initials."""
    words = [word for word in re.split(r"[\s.\-\N{HYPHEN}]+", fore) if word]
    if len(words) == 1 and len(words[0]) <= 3 and _are_initials(words[0]):
        return words[0]
    return "".join(word[0].upper() for word in words if word[0].isalpha())


def _folded(words: Iterable[str]) -> str:
    """Return words without accents and case: addresses of links do not always keep the accents."""
    decomposed = unicodedata.normalize("NFKD", " ".join(words))
    return "".join(char for char in decomposed if not unicodedata.combining(char)).casefold()


def read_languages(text: str) -> tuple[str, ...]:
    """Return NLM's codes of the languages named in a text, in its order: `[Article in French]` is fre."""
    return tuple(dict.fromkeys(_LANGUAGES[name.casefold()] for name in _LANGUAGE_NAME.findall(text)))


def read_mesh(texts: Iterable[str]) -> tuple[MeshHeading, ...]:
    """Return the headings printed as `Descriptor / subheading*`; an asterisk marks a major topic.

    The page prints a descriptor once for each of its subheadings; here they are one heading.
    """
    majors: dict[str, bool] = {}
    qualifiers: dict[str, dict[str, Qualifier]] = {}
    for text in texts:
        first, *others = _MESH_PARTS.split(text.strip())
        name, major = _starred(first)
        if not name:
            continue
        majors[name] = majors.get(name, False) or major
        kept = qualifiers.setdefault(name, {})
        for other in others:
            qualifier, qualifier_major = _starred(other)
            kept.setdefault(qualifier, Qualifier(qualifier, major=qualifier_major))
    return tuple(
        MeshHeading(name=name, major=major, qualifiers=tuple(qualifiers[name].values()))
        for name, major in majors.items()
    )


def _starred(text: str) -> tuple[str, bool]:
    """Return a term without its asterisk, and whether it had one."""
    return text.rstrip("* "), text.rstrip().endswith("*")


def read_grant(text: str) -> Grant:
    """Return the grant printed as `number/acronym/agency/country`; each but the agency may be missing.

    A number may hold slashes (`MR/L501529/1/MRC_/Medical Research Council/United Kingdom`), so it is read
    from the end; an acronym is NLM's, two capitals or capitals with an underscore.
    """
    parts = [part.strip() for part in text.split("/") if part.strip()]
    country = parts.pop() if len(parts) > 1 else ""
    agency = parts.pop() if parts else ""
    acronym = parts.pop() if parts and _GRANT_ACRONYM.fullmatch(parts[-1]) else ""
    return Grant(number="/".join(parts), acronym=acronym, agency=agency, country=country)


def read_data_banks(texts: Iterable[str]) -> tuple[DataBank, ...]:
    """Return the data banks of entries printed as `ClinicalTrials.gov/NCT01234567`, accessions together."""
    banks: dict[str, dict[str, None]] = {}
    for text in texts:
        name, _, accession = (part.strip() for part in text.partition("/"))
        if name:
            banks.setdefault(name, {}).update({accession: None} if accession else {})
    return tuple(DataBank(name, tuple(accessions)) for name, accessions in banks.items())
