"""NLM's codes of languages, with their tags on the web and their English names."""

from __future__ import annotations

from typing import Final

LANGUAGES: Final = {
    "afr": ("af", "Afrikaans"), "alb": ("sq", "Albanian"), "ara": ("ar", "Arabic"), "arm": ("hy", "Armenian"),
    "aze": ("az", "Azerbaijani"), "bos": ("bs", "Bosnian"), "bul": ("bg", "Bulgarian"),
    "cat": ("ca", "Catalan"), "chi": ("zh", "Chinese"), "cze": ("cs", "Czech"), "dan": ("da", "Danish"),
    "dut": ("nl", "Dutch"), "eng": ("en", "English"), "epo": ("eo", "Esperanto"), "est": ("et", "Estonian"),
    "fin": ("fi", "Finnish"), "fre": ("fr", "French"), "geo": ("ka", "Georgian"), "ger": ("de", "German"),
    "gre": ("el", "Greek"), "heb": ("he", "Hebrew"), "hin": ("hi", "Hindi"), "hrv": ("hr", "Croatian"),
    "hun": ("hu", "Hungarian"), "ice": ("is", "Icelandic"), "ind": ("id", "Indonesian"),
    "ita": ("it", "Italian"), "jpn": ("ja", "Japanese"), "kor": ("ko", "Korean"), "lat": ("la", "Latin"),
    "lav": ("lv", "Latvian"), "lit": ("lt", "Lithuanian"), "mac": ("mk", "Macedonian"),
    "may": ("ms", "Malay"), "nor": ("no", "Norwegian"), "per": ("fa", "Persian"), "pol": ("pl", "Polish"),
    "por": ("pt", "Portuguese"), "rum": ("ro", "Romanian"), "rus": ("ru", "Russian"),
    "slo": ("sk", "Slovak"), "slv": ("sl", "Slovenian"),
    "spa": ("es", "Spanish"), "srp": ("sr", "Serbian"), "swe": ("sv", "Swedish"), "tha": ("th", "Thai"),
    "tur": ("tr", "Turkish"), "ukr": ("uk", "Ukrainian"), "vie": ("vi", "Vietnamese"),
}  # fmt: skip
"""By code: the tag (RFC 5646) and the English name."""


def name(code: str) -> str:
    """Return the English name of a language; nothing where it is not known."""
    return LANGUAGES.get(code.lower(), ("", ""))[1]
