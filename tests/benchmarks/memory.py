"""What processes hold in memory, as Linux tells it."""

from __future__ import annotations

import os
import re
import threading
from pathlib import Path
from typing import Final

_EVERY: Final = 0.25
"""Seconds between two looks."""

_KILOBYTES: Final = re.compile(r"^(\w+): +(\d+) kB", re.MULTILINE)
MEGABYTE: Final = 1 << 20


def family(pid: int) -> list[int]:
    """Return a process and all that descend from it; none where it has ended."""
    try:
        children = [
            int(child)
            for thread in Path(f"/proc/{pid}/task").iterdir()
            for child in (thread / "children").read_text("ascii").split()
        ]
    except OSError:
        return []
    return [pid, *(each for child in children for each in family(child))]


def rollup(pid: int) -> dict[str, int]:
    """Return the bytes of a process by kind, such as Pss, Private_Dirty, Anonymous; none where it has ended."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii")
    except OSError:
        return {}
    return {name: int(kilobytes) << 10 for name, kilobytes in _KILOBYTES.findall(text)}


def processor(pid: int) -> float:
    """Return the seconds that processors have worked for a process and all that descend from it."""
    ticks = 0
    for each in family(pid):
        # The name of a process, in parentheses, may hold spaces.
        parts = Path(f"/proc/{each}/stat").read_text("ascii").rpartition(")")[2].split()
        ticks += int(parts[11]) + int(parts[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def held(pid: int) -> dict[str, float]:
    """Return the megabytes of a process: its own, those of them that are no map of a file, and its share of all.

    `private` (USS) is what would be free if it ended. `beyond_maps` is what it holds besides maps of files, such
    as those of the index, that any number of processes share. `resident` is all, shared or not (RSS).
    """
    found = rollup(pid)
    private = found.get("Private_Clean", 0) + found.get("Private_Dirty", 0)
    return {
        "private": private / MEGABYTE,
        "beyond_maps": found.get("Anonymous", 0) / MEGABYTE,
        "resident": found.get("Rss", 0) / MEGABYTE,
    }


class Peak(threading.Thread):
    """Looks at a process and all that descend from it until told to stop: the most that they held together.

    What they share with others counts in parts (PSS). Maps of files count as well, as far as they are in memory.
    """

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self._over = threading.Event()
        self._most = self._most_beyond = 0.0

    def run(self) -> None:
        while not self._over.wait(_EVERY):
            found = [rollup(each) for each in family(self._pid)]
            self._most = max(self._most, sum(each.get("Pss", 0) for each in found))
            beyond = sum(each.get("Pss_Anon", each.get("Anonymous", 0)) for each in found)
            self._most_beyond = max(self._most_beyond, beyond)

    def stop(self) -> dict[str, float]:
        """Return the megabytes: `peak` in all, and `peak_beyond_maps` without maps of files."""
        self._over.set()
        self.join()
        return {"peak": self._most / MEGABYTE, "peak_beyond_maps": self._most_beyond / MEGABYTE}
