"""Languages in NLM's codes of three letters, which are the bibliographic ones of ISO 639-2: ger, fre, chi."""

from __future__ import annotations

import re
from typing import Final

_OF_NAMES: Final = {
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
_NAME: Final = re.compile(rf"\b(?:{'|'.join(sorted(_OF_NAMES, key=len, reverse=True))})\b", re.IGNORECASE)

_OF_ISO_639_1: Final = {
    "af": "afr", "ar": "ara", "az": "aze", "bg": "bul", "bs": "bos", "ca": "cat", "cs": "cze", "da": "dan",
    "de": "ger", "el": "gre", "en": "eng", "eo": "epo", "es": "spa", "et": "est", "eu": "baq", "fa": "per",
    "fi": "fin", "fr": "fre", "gl": "glg", "he": "heb", "hi": "hin", "hr": "hrv", "hu": "hun", "hy": "arm",
    "id": "ind", "is": "ice", "it": "ita", "ja": "jpn", "ka": "geo", "kk": "kaz", "ko": "kor", "la": "lat",
    "lt": "lit", "lv": "lav", "mk": "mac", "ms": "may", "nb": "nor", "nl": "dut", "nn": "nor", "no": "nor",
    "pl": "pol", "pt": "por", "ro": "rum", "ru": "rus", "sk": "slo", "sl": "slv", "sq": "alb", "sr": "srp",
    "sv": "swe", "th": "tha", "tr": "tur", "uk": "ukr", "ur": "urd", "uz": "uzb", "vi": "vie", "zh": "chi",
}  # fmt: skip
_TERMINOLOGICAL: Final = {
    "bod": "tib", "ces": "cze", "cym": "wel", "deu": "ger", "ell": "gre", "eus": "baq", "fas": "per",
    "fra": "fre", "hye": "arm", "isl": "ice", "kat": "geo", "mkd": "mac", "msa": "may", "mya": "bur",
    "nld": "dut", "ron": "rum", "slk": "slo", "sqi": "alb", "zho": "chi",
}  # fmt: skip


def named_languages(text: str) -> tuple[str, ...]:
    """Return NLM's codes of the languages named in a text, in its order: `[Article in French]` is fre."""
    return tuple(dict.fromkeys(_OF_NAMES[name.casefold()] for name in _NAME.findall(text)))


def language_code(tag: str) -> str:
    """Return NLM's code of three letters for an `xml:lang` (en, pt-BR, deu); "" for one that is unknown.

    NLM uses the bibliographic codes of ISO 639-2: ger and fre, not deu and fra.
    """
    name = tag.strip().lower().replace("_", "-").partition("-")[0]
    if len(name) == 3 and name.isascii() and name.isalpha():
        return _TERMINOLOGICAL.get(name, name)
    return _OF_ISO_639_1.get(name, "")
