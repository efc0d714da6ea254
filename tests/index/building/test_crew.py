from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from index.building.crew import crew

PATIENCE = 30.0


def test_processes_begin_before_they_are_asked_for_results(tmp_path: Path) -> None:
    mark = tmp_path / "begun"
    with crew(2) as share:
        results = share.in_order(Path.touch, [(mark,)])
        end = time.monotonic() + PATIENCE
        while not mark.exists() and time.monotonic() < end:
            time.sleep(0.01)
        assert mark.exists()
        assert list(results) == [None]


@pytest.mark.parametrize("processes", [1, 2])
def test_results_come_in_the_order_of_what_was_asked(processes: int) -> None:
    with crew(processes) as share:
        assert list(share.in_order(os.path.basename, [(f"a/{n}",) for n in range(9)])) == list("012345678")
