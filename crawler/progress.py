"""How far a job is, shown: a bar with rate and time left on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn
from rich.progress import TimeRemainingColumn as TimeLeft
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class _Rate(ProgressColumn):
    """How many a second."""

    def render(self, task: Task) -> Text:
        """Return the rate, once there is one."""
        return Text(f"{task.speed:,.0f}/s" if task.speed else "")


@contextmanager
def shown(what: str, *, every_step: bool = False) -> Iterator[Callable[[int, int], None]]:
    """Show progress on standard error while the block runs; it is told how many of how many are done.

    Away from a terminal that is a line at every tenth, or at `every_step`.
    """
    console = Console(stderr=True)
    if console.is_terminal:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _Rate(), TimeLeft())
        with Progress(*columns, console=console, transient=True) as bar:
            task = bar.add_task(what)
            yield lambda done, total: bar.update(task, completed=done, total=total)
        return
    last = -1

    def line(done: int, total: int) -> None:
        nonlocal last
        tenth = done * 10 // total if total else 0
        if done and (every_step or tenth > last):
            last = tenth
            sys.stderr.write(f"{what}: {done} of {total}\n")
            sys.stderr.flush()

    yield line
