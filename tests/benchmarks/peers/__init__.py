"""The engines that are measured, each in a module of its own, all behind one interface."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final, Protocol

from msgspec import Struct

from tests.benchmarks.memory import MEGABYTE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.benchmarks.questions import Question

SHOWN: Final = 20
"""The hits of a page."""

VALUES: Final = 50
"""The values of a facet that are shown."""


class Peer(Protocol):
    """An index that is open. Each answer is whole: nothing is left to be worked out when it is looked at."""

    def hits(self, question: Question) -> Sequence[str]:
        """Return the keys of the best articles, a page of them."""

    def facets(self, question: Question) -> tuple[Sequence[str], int]:
        """Return the same, and the values of all facets, counted over all that match: how many are shown."""

    def page(self, question: Question) -> tuple[Sequence[str], int]:
        """Return the same, and the articles, with the title and a passage of each marked: how many marks."""

    def suggestions(self, typed: str) -> Sequence[str]:
        """Return what words or headings begin as typed, the most frequent ten."""


class Contestant(Struct, frozen=True):
    """An engine by what tables call it: its module, what that needs, and what it cannot do.

    `lacks` names classes of questions. Those that share a `folder` share an index. A cluster takes part only in
    a run that has one.
    """

    name: str
    module: str
    needs: tuple[str, ...] = ()
    lacks: frozenset[str] = frozenset()
    folder: str = ""
    is_plain: bool = False
    is_cluster: bool = False

    def reason(self) -> str:
        """Return why it cannot take part here; nothing where it can."""
        for need in self.needs:
            try:
                import_module(need)
            except ImportError:
                return f"{self.name} is left out: {need} is not installed (pip install 'als-search[bench]')"
        return ""

    @property
    def is_ours(self) -> bool:
        """Whether it is the product, which reads a library."""
        return self.name in {OURS, CLUSTER}

    def build(self, source: Path, folder: Path) -> None:
        """Index what `source` holds: a library for ours, documents for the others."""
        import_module(f"{__name__}.{self.module}").build(source, folder)

    def megabytes(self, folder: Path) -> float:
        """Return what its index takes on disks, of which what `folder` holds need not be all."""
        module = import_module(f"{__name__}.{self.module}")
        if self.is_cluster:
            return float(module.disk(folder))
        return sum(each.stat().st_size for each in folder.rglob("*") if each.is_file()) / MEGABYTE

    def place(self, work: Path) -> Path:
        """Return where its index lies below the folder of all."""
        return work / (self.folder or self.module)

    def open(self, work: Path) -> Peer:
        """Open the index below a folder."""
        module = import_module(f"{__name__}.{self.module}")
        folder = self.place(work)
        peer: Peer = module.opened(folder, is_plain=True) if self.is_plain else module.opened(folder)
        return peer


_ONE_BAG: Final = frozenset({
    "three words, AND", "phrase", "prefix", "two fields", "two words and years", "three words, all fields",
    "three words, facets", "three words, facets and snippets", "any of three words, facets and snippets",
    "suggestions",
})  # fmt: skip
"""What a bag of words with neither fields nor positions cannot answer."""

INDEX: Final = "site/index"
"""Where ours lies below the folder of all: in one that the site can be served from."""

OURS: Final = "als-search"
CLUSTER: Final = "als-search on a cluster"
CONTESTANTS: Final = (
    Contestant(OURS, "embedded", folder=INDEX),
    Contestant("its words alone", "embedded", folder=INDEX, is_plain=True, lacks=frozenset({"suggestions"})),
    Contestant(CLUSTER, "cluster", needs=("opensearchpy",), is_cluster=True),
    Contestant("tantivy", "tantivy_index", needs=("tantivy",)),
    Contestant("SQLite FTS5", "fts5"),
    Contestant("bm25s", "bm25s_index", needs=("bm25s", "Stemmer", "numba"), lacks=_ONE_BAG),
    Contestant("stock Whoosh", "stock_whoosh"),
)
"""The engines in the order of tables. "Its words alone" is ours by BM25F, without what else orders hits."""
BY_NAME: Final = {each.name: each for each in CONTESTANTS}
