"""Keeps secrets out of every text that people or logs get to see."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, quote_plus, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

_HIDDEN: Final = "(hidden)"


def hider(*secrets: str) -> Callable[[str], str]:
    """Return a function that takes these secrets out of a text, plain and as they stand in addresses."""
    forms = {form for each in secrets if each for form in (each, quote(each, safe=""), quote_plus(each))}
    if not forms:
        return str
    # Longest first: one secret may begin like another.
    pattern = re.compile("|".join(map(re.escape, sorted(forms, key=len, reverse=True))), re.IGNORECASE)
    return lambda text: pattern.sub(_HIDDEN, text)


def bare(url: str) -> str:
    """Return an address without its parameters, fit for a log."""
    return urlsplit(url)._replace(query="", fragment="").geturl()
