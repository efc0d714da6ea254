"""A cluster of nodes, web servers over it and readers of these: what fault campaigns are run on."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from crawler.keeping.library import Library
from index.build import build
from index.settings import IndexSettings
from search.engine import Engine
from search.request import SearchRequest, Sort
from tests.cluster.node import free_port, started
from tests.conftest import NOW, ignore_progress
from tests.search.matching.test_brute_force import TYPED, record

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.cluster.node import Node

ALIAS: Final = "als-search"
_ROOT: Final = Path(__file__).resolve().parents[2]
_SORTS: Final = (Sort.NEWEST, Sort.OLDEST, Sort.AUTHOR)
"""Orders in which both engines give the very same pages."""

_OK: Final = 200
_DOWN: Final = 503
_PATIENCE: Final = 60.0
_COMES_BACK_IN: Final = 900.0
_NO_ANSWER: Final = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a reader was answered: when it asked, in how many seconds, and what; status 0 is no answer."""

    began: float
    seconds: float
    status: int
    request: SearchRequest
    total: int = -1
    keys: tuple[str, ...] = ()
    text: str = ""

    @property
    def ended(self) -> float:
        """When it was answered."""
        return self.began + self.seconds


@dataclass(slots=True, kw_only=True)
class World:
    """Nodes, the addresses of web servers, a folder with a library, and an engine that knows what is right."""

    nodes: list[Node]
    sites: list[str]
    data: Path
    truth: Engine
    environment: dict[str, str]
    known: dict[SearchRequest, tuple[int, tuple[str, ...]]] = field(default_factory=dict)

    def reindex(self) -> subprocess.Popen[bytes]:
        """Start a reindex; what it says goes to a file."""
        with (self.data / "said.txt").open("ab") as said:
            return subprocess.Popen(
                [sys.executable, "-m", "als_search", "reindex"],
                env=self.environment, cwd=_ROOT, stdout=said, stderr=said, start_new_session=True,
            )  # fmt: skip

    def said(self) -> str:
        """Return the last line that a reindex said."""
        lines = (self.data / "said.txt").read_text("utf-8").splitlines()
        return lines[-1] if lines else ""

    def is_right(self, answer: Answer) -> bool:
        """Say whether an answer is what the embedded engine finds."""
        if answer.request not in self.known:
            page = self.truth.search(answer.request)
            self.known[answer.request] = page.total, tuple(hit.key for hit in page.hits)
        return (answer.total, answer.keys) == self.known[answer.request]

    def asked(self, path: str, method: str = "GET", body: object = None) -> Any:
        """Return what the first node that answers says; raises OSError where none does."""
        error: OSError = OSError("there is no node")
        for node in self.nodes:
            try:
                return _read(f"{node.url}/{path}", method, body)
            except urllib.error.HTTPError:
                raise
            except OSError as caught:
                error = caught
        raise error

    def manager(self) -> Node:
        """Return the node that is the elected manager of the cluster."""
        name = self.asked("_cat/cluster_manager?format=json")[0]["node"]
        return self.nodes[int(name.rpartition("-")[2])]

    def settle(self) -> None:
        """Wait until all nodes are there, and every part of every index is where it should be."""
        end = time.monotonic() + _COMES_BACK_IN
        asked_for = f"wait_for_nodes={len(self.nodes)}&wait_for_status=green&timeout=5s"
        while time.monotonic() < end:
            with suppress(OSError):
                if not self.asked(f"_cluster/health?{asked_for}")["timed_out"]:
                    return
            time.sleep(0.2)
        raise TimeoutError("the cluster does not become green")

    def names(self) -> set[str]:
        """Return the names of all indexes of ours, and of their aliases."""
        found = self.asked(f"{ALIAS}*/_alias?expand_wildcards=all")
        return set(found) | {f"{name}<-{alias}" for name, each in found.items() for alias in each["aliases"]}


def _read(url: str, method: str = "GET", body: object = None, seconds: float = _PATIENCE) -> Any:
    content = json.dumps(body).encode() if body is not None else None
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(url, content, headers, method=method)  # noqa: S310 - our own loopback
    with urllib.request.urlopen(request, timeout=seconds) as answer:  # noqa: S310 - our own loopback
        text = answer.read()
    return json.loads(text) if text[:1] in {b"{", b"["} else text.decode()


def fetched(site: str, path: str) -> tuple[int, str]:
    """Return status and text of an answer of a web server; status 0 where there is none."""
    try:
        with urllib.request.urlopen(f"{site}{path}", timeout=_PATIENCE) as answer:  # noqa: S310 - our own loopback
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()
    except OSError as error:
        return _NO_ANSWER, str(error)


class Readers:
    """Readers that search web servers without a pause, each another search each time, until they are stopped."""

    def __init__(self, sites: Sequence[str], each: int, seed: int) -> None:
        """Start so many for each site."""
        self.answers: list[Answer] = []
        self._over = threading.Event()
        self._threads = [
            threading.Thread(target=self._go, args=(site, Random(f"{seed}-{site}-{n}")), daemon=True)
            for site in sites
            for n in range(each)
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> list[Answer]:
        """Let each finish, and return all that they were answered, in order of time."""
        self._over.set()
        for thread in self._threads:
            thread.join()
        return sorted(self.answers, key=lambda each: each.began)

    def _go(self, site: str, random: Random) -> None:
        while not self._over.is_set():
            self.answers.append(asked(site, drawn(random)))


def drawn(random: Random) -> SearchRequest:
    """Return a search that has probably not been made before, so that no page is kept of it."""
    words = random.sample(TYPED, k=random.randint(1, 3))
    some = f"{random.choice(words)} OR (" + " OR ".join(words) + ")"
    return SearchRequest(
        query=random.choice([some, f"NOT {words[0]}", f"{some} NOT {random.choice(TYPED)}"]),
        sort=random.choice(_SORTS),
        size=random.randint(1, 30),
        from_year=random.choice([0, 0, 1990, 2005]),
        spelling=False,
    )


def asked(site: str, request: SearchRequest) -> Answer:
    """Return what a web server answers a search."""
    parameters = {"q": request.query, "sort": str(request.sort), "size": request.size, "spelling": "off"}
    if request.from_year:
        parameters["from"] = request.from_year
    began = time.monotonic()
    status, text = fetched(site, f"/api/v1/search?{urlencode(parameters)}")
    seconds = time.monotonic() - began
    if status != _OK:
        return Answer(began, seconds, status, request, text=text)
    found = json.loads(text)
    keys = tuple(hit["article"]["key"] for hit in found["hits"])
    return Answer(began, seconds, status, request, found["total"], keys)


@contextmanager
def world(home: Path, folder: Path, *, articles: int, sites: int, timeout: float) -> Iterator[World]:
    """Give a cluster of three nodes with a copy of everything, and web servers over it, until the end."""
    data = folder / "data"
    data.mkdir()
    with_library(data, articles)
    nodes = started(home, _opened_to_all(folder / "nodes"), 3)
    ports = [free_port() for _ in range(sites)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ALS_SEARCH_")}
    environment |= {
        "ALS_SEARCH_DATA": str(data),
        "ALS_SEARCH_SEARCH_ENGINE": "opensearch",
        "ALS_SEARCH_SEARCH_OPENSEARCH_HOSTS": ",".join(node.url for node in nodes),
        "ALS_SEARCH_SEARCH_OPENSEARCH_INDEX": ALIAS,
        "ALS_SEARCH_SEARCH_OPENSEARCH_TIMEOUT": str(timeout),
        "ALS_SEARCH_WEBUI_LIMIT": "",
    }
    truth = folder / "truth"
    library = Library(data / "library.sqlite")
    build(library, truth, IndexSettings(), now=NOW, progress=ignore_progress)
    library.close()
    served: list[subprocess.Popen[bytes]] = []
    made = World(
        nodes=nodes,
        sites=[f"http://127.0.0.1:{port}" for port in ports],
        data=data,
        truth=Engine(truth, seconds=_PATIENCE),
        environment=environment,
    )
    try:
        if code := made.reindex().wait():
            raise RuntimeError(f"the first reindex ended with {code}: {made.said()}")
        served += [_serving(port, environment, folder / f"site-{port}.log") for port in ports]
        for site in made.sites:
            _wait_for(site)
        yield made
    finally:
        for process in served:
            process.send_signal(signal.SIGTERM)
        for process in served:
            process.wait()
        for node in nodes:
            node.stop()


def with_library(data: Path, articles: int) -> None:
    """Put a library of so many invented articles into a folder."""
    library = Library(data / "library.sqlite", identity="test")
    random = Random(11)
    library.take([record(random, n) for n in range(1, articles + 1)], source="a test", now=NOW)
    library.close()


def _opened_to_all(folder: Path) -> Path:
    # Nodes may run as another user.
    folder.mkdir()
    folder.chmod(0o755)
    folder.parent.chmod(0o755)
    return folder


def _serving(port: int, environment: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    # A server of the web needs no data of its own.
    own = environment | {"ALS_SEARCH_DATA": str(log.with_suffix(".data"))}
    with log.open("wb") as said:
        return subprocess.Popen(
            [sys.executable, "-m", "als_search", "serve", "--port", str(port)],
            env=own, cwd=_ROOT, stdout=said, stderr=said,
        )  # fmt: skip


def _wait_for(site: str) -> None:
    host, _, port = site.rpartition("//")[2].partition(":")
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        with suppress(OSError), socket.create_connection((host, int(port)), 1):
            if fetched(site, "/healthz")[0] == _OK:
                return
        time.sleep(0.2)
    raise TimeoutError(f"{site} does not answer")


def is_down(answer: Answer) -> bool:
    """Say whether an answer is that the search cannot be used, in the form that is promised."""
    return answer.status == _DOWN and '"status":503' in answer.text.replace(" ", "")
