"""Languages as web pages know them."""

from __future__ import annotations

from typing import Final

from index.languages import LANGUAGES, name

__all__ = ["direction", "name", "tag"]

_RIGHT_TO_LEFT: Final = frozenset({"ar", "fa", "he"})


def tag(code: str) -> str:
    """Return the tag of a language for `lang` in HTML (RFC 5646); nothing where it is not known."""
    return LANGUAGES.get(code.lower(), ("", ""))[0]


def direction(code: str) -> str:
    """Return the direction in which a language is written, for `dir` in HTML."""
    return "rtl" if tag(code) in _RIGHT_TO_LEFT else "ltr"
