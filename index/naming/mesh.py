"""MeSH: headings, what else they are called, and which are narrower, by their places in NLM's trees.

A small table for what lies around ALS comes with the package. NLM's own file of descriptors, or a table of
identifier, heading, entry terms and tree numbers, can be loaded into the folder of the library instead.
"""

from __future__ import annotations

import gzip
from bisect import bisect_left
from functools import cache
from importlib import resources
from typing import IO, TYPE_CHECKING, Final, cast

import msgspec
from lxml import etree
from msgspec import Struct

from index.analysis.folding import fold
from index.errors import BadVocabulary

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

FILE_NAME: Final = "mesh.msgpack"
"""The file in the folder of the library."""

_GZIP: Final = b"\x1f\x8b"
_TABLE: Final = "mesh.tsv"
_COLUMNS: Final = 4


class Descriptor(Struct, frozen=True, array_like=True):
    """A heading, its places in the trees ("C10.574.562.250"), and its entry terms."""

    heading: str
    trees: tuple[str, ...]
    entries: tuple[str, ...] = ()


class Mesh:
    """Descriptors by heading, entry term and place; it never changes once it is made."""

    def __init__(self, descriptors: Iterable[Descriptor]) -> None:
        known = tuple(descriptors)
        self._trees = {descriptor.heading: descriptor.trees for descriptor in known}
        self._places = sorted((tree, descriptor.heading) for descriptor in known for tree in descriptor.trees)
        self._headings = {_key(entry): each.heading for each in known for entry in each.entries}
        self._headings |= {_key(each.heading): each.heading for each in known}

    def __len__(self) -> int:
        return len(self._trees)

    def heading(self, name: str) -> str:
        """Return the heading that a heading or entry term in any case stands for; "" if there is none."""
        return self._headings.get(_key(name), "")

    def explode(self, heading: str, used: Collection[str] | None = None) -> frozenset[str]:
        """Return a heading and all below it, of those `used` in a library, if told; itself at least.

        The heading may be in any case, or an entry term; one that is not known stands for itself.
        """
        own = self.heading(heading) or heading
        found = {own}
        for tree in self._trees.get(own, ()):
            # A tree number goes on with a dot, and nothing but a slash comes after a dot.
            first = bisect_left(self._places, (tree + ".",))
            last = bisect_left(self._places, (tree + "/",))
            found.update(name for _, name in self._places[first:last])
        return frozenset(name for name in found if used is None or name == own or name in used)

    def broader(self, headings: Iterable[str]) -> dict[str, frozenset[str]]:
        """Return for each of some headings those of them that it is, or is anywhere below."""
        owners: dict[str, set[str]] = {}
        for each in headings:
            owners.setdefault(self.heading(each) or each, set()).add(each)
        found: dict[str, set[str]] = {each: set() for same in owners.values() for each in same}
        for heading, above in owners.items():
            for narrower in self.explode(heading, owners):
                for each in owners[narrower]:
                    found[each] |= above
        return {each: frozenset(above) for each, above in found.items()}


def _key(name: str) -> str:
    return " ".join(fold(name).split())


@cache
def built_in() -> Mesh:
    """Return the table that comes with the package."""
    text = (resources.files(__package__) / "data" / _TABLE).read_text("utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    return Mesh(Descriptor(heading, tuple(trees.split("|"))) for heading, trees in rows)


def load(folder: Path | None) -> Mesh:
    """Return the descriptors loaded into a folder, or those of the package where there are none.

    Raises BadVocabulary where the file there is damaged.
    """
    path = folder / FILE_NAME if folder else None
    if path is None or not path.exists():
        return built_in()
    try:
        return Mesh(msgspec.msgpack.decode(path.read_bytes(), type=tuple[Descriptor, ...]))
    except (OSError, msgspec.MsgspecError) as error:
        raise BadVocabulary(f"{path} cannot be read: {error}; load the descriptors again") from error


def save(descriptors: Iterable[Descriptor], folder: Path) -> int:
    """Keep descriptors in a folder, in place of those before, and return how many there are."""
    kept = tuple(descriptors)
    folder.mkdir(parents=True, exist_ok=True)
    beside = folder / (FILE_NAME + ".new")
    beside.write_bytes(msgspec.msgpack.encode(kept))
    beside.replace(folder / FILE_NAME)
    return len(kept)


def read(path: Path) -> Iterator[Descriptor]:
    """Yield the descriptors in a file of NLM's (desc2024.xml) or in a table, compressed or not, one by one.

    Raises BadVocabulary where it is neither, or holds no descriptor.
    """
    count = 0
    try:
        with path.open("rb") as peeked:
            is_compressed = peeked.read(2) == _GZIP
        with cast("IO[bytes]", gzip.open(path)) if is_compressed else path.open("rb") as stream:
            start = stream.read(64).lstrip(b"\xef\xbb\xbf \r\n\t")
            stream.seek(0)
            for descriptor in _from_xml(stream) if start.startswith(b"<") else _from_table(stream):
                count += 1
                yield descriptor
    except (OSError, EOFError, etree.XMLSyntaxError, UnicodeDecodeError, ValueError) as error:
        raise BadVocabulary(f"{path}, after {count} descriptors: {error}") from error
    if not count:
        raise BadVocabulary(f"{path} holds no MeSH descriptor; NLM's file is called desc2024.xml or the like")


def _from_xml(stream: IO[bytes]) -> Iterator[Descriptor]:
    """Read NLM's DescriptorRecordSet; what was read is forgotten, since the whole is 300 MB."""
    for _, record in etree.iterparse(
        stream, tag="DescriptorRecord", resolve_entities=False, load_dtd=False, no_network=True
    ):
        heading = record.findtext("DescriptorName/String", "").strip()
        trees = tuple(tree.text or "" for tree in record.iterfind("TreeNumberList/TreeNumber"))
        names = (name.text or "" for name in record.iterfind("ConceptList/Concept/TermList/Term/String"))
        entries = tuple(dict.fromkeys(name for name in names if name != heading))
        record.clear()
        while (before := record.getprevious()) is not None:
            parent = record.getparent()
            assert parent is not None  # noqa: S101 - what has a sibling has a parent
            parent.remove(before)
        if heading:
            yield Descriptor(heading, trees, entries)


def _from_table(stream: IO[bytes]) -> Iterator[Descriptor]:
    for number, line in enumerate(stream, start=1):
        cells = line.decode("utf-8").rstrip("\r\n").split("\t")
        if len(cells) != _COLUMNS:
            raise ValueError(f"line {number} has {len(cells)} columns instead of {_COLUMNS}")
        _, heading, entries, trees = cells
        yield Descriptor(
            heading, tuple(filter(None, trees.split("|"))), tuple(filter(None, entries.split("|")))
        )
