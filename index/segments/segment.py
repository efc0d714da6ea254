"""A segment: all that a search reads of a generation but its columns, mapped from files of arrays.

lexicon-KIND     the terms and words of a kind of fields
units-KIND       what each compound or name becomes
field-NAME       the postings of a field
forward-NAME     the text of a field, in units
everywhere-KIND  the weighted fields of a kind as one list
stored           the articles, packed
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from index.schema import ANALYZED, FIELDS, Kind
from index.segments.arrays import SUFFIX, load
from index.segments.forward import Forward, Stream, Units, is_streamed
from index.segments.lexicon import Lexicon, lexicon_from
from index.segments.packing import Unpacker
from index.segments.postings import FieldPostings, Impacts

if TYPE_CHECKING:
    from pathlib import Path

    from index.segments.arrays import Array


class Segment:
    """A segment, open to be read. May be shared by threads, and the memory behind it by processes."""

    def __init__(self, folder: Path) -> None:
        """Map the files; raises OSError, or ValueError or KeyError where they are damaged."""
        self._folder = folder
        self.lexicons: dict[Kind, Lexicon] = {
            kind: lexicon_from(self._load(f"lexicon-{kind}")) for kind in Kind
        }
        self.fields: dict[str, FieldPostings] = {
            field.name: FieldPostings(self._load(f"field-{field.name}")) for field in FIELDS
        }
        self.impacts: dict[Kind, Impacts] = {
            kind: Impacts(self._load(f"everywhere-{kind}")) for kind in ANALYZED
        }
        stored = self._load("stored")
        self._content, self._starts = stored["content"], stored["starts"]
        self._unpacker = Unpacker(stored["sample"].tobytes())
        self.articles = len(self._starts) - 1

    @property
    def everywhere(self) -> Impacts:
        """A word of a text searched everywhere; for a word of a name, see `impacts`."""
        return self.impacts[Kind.TEXT]

    @cached_property
    def forward(self) -> Forward:
        """The tokens of each article, in order."""
        units = {kind: Units(self._load(f"units-{kind}")) for kind in ANALYZED}
        streams = {
            field.name: (field.kind, Stream(**self._load(f"forward-{field.name}")))
            for field in FIELDS
            if is_streamed(field)
        }
        return Forward(units, streams)

    def stored(self, article: int) -> bytes:
        """Return an article as msgpack of `crawler.article.Article`, without its references and full text.

        Raises IndexError for a number that there is not, ValueError where it is damaged.
        """
        if not 0 <= article < self.articles:
            raise IndexError(f"there is no article {article} among {self.articles}")
        packed = self._content[self._starts[article] : self._starts[article + 1]].tobytes()
        return self._unpacker.unpacked(packed)

    def _load(self, name: str) -> dict[str, Array]:
        return load(self._folder / f"{name}{SUFFIX}")
