"""The script of the widget as it is served: its bytes, and the hash that a page may hold it to."""

from __future__ import annotations

import gzip
import json
import re
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha384
from pathlib import Path
from typing import Final

from msgspec import Struct

_FILE: Final = Path(__file__).with_name("als-search.js")
_SHOWN: Final = 16


class Script(Struct, frozen=True):
    """The script: its content, `digest` for its own address, `integrity` as the attribute so named has it.

    `packed` is the content as gzip makes it smallest: what is the same for everybody is compressed but once.
    `words` are those that the plain form needs, by language: its label and what stands on its button.
    """

    content: bytes
    packed: bytes
    digest: str
    integrity: str
    words: Mapping[str, tuple[str, str]]


def load_script() -> Script:
    """Read the script from its file; SRI is https://www.w3.org/TR/sri-2/ with SHA-384."""
    content = _FILE.read_bytes()
    found = sha384(content)
    text = content.decode()
    words = zip(_list(text, "label"), _list(text, "search"), strict=True)
    return Script(
        content=content,
        packed=gzip.compress(content, mtime=0),
        digest=found.hexdigest()[:_SHOWN],
        integrity=f"sha384-{b64encode(found.digest()).decode()}",
        words=dict(zip(_list(text, "LANGUAGES"), words, strict=True)),
    )


def _list(text: str, name: str) -> list[str]:
    """Return a list of texts that the script has under a name, written as JSON has them."""
    found = re.search(rf"^(?:const |  ){name}(?: =|:) (\[.*\])[;,]$", text, re.MULTILINE)
    if found is None:
        raise ValueError(f"{_FILE.name} has no list {name} on a line of its own")
    return [str(each) for each in json.loads(found[1])]
