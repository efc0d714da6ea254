"""The bytes of a document, made XML where a file is not quite: chunk by chunk, before a parser is fed."""

from __future__ import annotations

import re
from html.entities import html5
from typing import Final

_BLANK_START: Final = re.compile(rb"\A(\xef\xbb\xbf)?\s+")
_CONTROLS: Final = bytes(n for n in range(32) if n not in b"\t\n\r")
_NAMED: Final = {
    name[:-1].encode(): "".join(f"&#{ord(character)};" for character in characters).encode()
    for name, characters in html5.items()
    if name.endswith(";") and name not in {"amp;", "lt;", "gt;", "quot;", "apos;"}
}
_VERBATIM: Final = {b"<!--": b"-->", b"<![CDATA[": b"]]>"}
_NAME_OR_VERBATIM: Final = re.compile(rb"&([A-Za-z][A-Za-z0-9]{1,40});|<!--|<!\[CDATA\[|-->|\]\]>")
_OPEN_END: Final = re.compile(rb"(?:&[A-Za-z0-9]{0,41}|<!?-?|<!\[C?D?A?T?A?|-{1,2}|\]{1,2})\Z")


class Cleaner:
    """Takes the chunks of a document and gives them back without control characters and blanks before it.

    XML forbids both, and a few files have them all the same. A document in UTF-16 or UTF-32 is left as it
    is. `head` is the first chunk that is not blank, as it came.
    """

    def __init__(self) -> None:
        self.head = b""

    def clean(self, chunk: bytes) -> bytes:
        """Return a chunk as it can be fed."""
        if not self.head:
            self.head = chunk if chunk.strip() else b""
            chunk = _BLANK_START.sub(rb"\1", chunk)
        return chunk if b"\x00" in self.head[:4] else chunk.translate(None, _CONTROLS)

    def take_rest(self) -> bytes:
        """Return what has been held back, at the end of the document."""
        return b""


class NameCleaner(Cleaner):
    """Replaces named characters, `&nbsp;`, which only a DTD could explain, by references by number as well.

    Not in comments and CDATA sections, where `&nbsp;` is no reference. What could be the beginning of a
    reference or of such a section is held back until it is clear.
    """

    def __init__(self) -> None:
        super().__init__()
        self._rest = b""
        self._until = b""

    def clean(self, chunk: bytes) -> bytes:
        """Return what can be fed of all that came until now."""
        text = self._rest + super().clean(chunk)
        if b"\x00" in self.head[:4]:
            return text
        open_end = _OPEN_END.search(text, max(0, len(text) - 64))
        end = open_end.start() if open_end else len(text)
        self._rest = text[end:]
        pieces, done = [], 0
        for found in _NAME_OR_VERBATIM.finditer(text, 0, end):
            if found[1] is None:
                self._pass_border(found[0])
            elif not self._until and found[1] in _NAMED:
                pieces += [text[done : found.start()], _NAMED[found[1]]]
                done = found.end()
        return b"".join([*pieces, text[done:end]])

    def take_rest(self) -> bytes:
        """Return what has been held back, at the end of the document."""
        rest, self._rest = self._rest, b""
        return rest

    def _pass_border(self, mark: bytes) -> None:
        """Note where a comment or a CDATA section begins or ends; inside one, other marks mean nothing."""
        if not self._until:
            self._until = _VERBATIM.get(mark, b"")
        elif mark == self._until:
            self._until = b""
