"""Parts of a file parsed in processes of their own, side by side, their outcomes in the order of the file.

    python -m crawler.parsing

is such a process: it reads parts from its input, writes their outcomes to its output, and ends with its
input, so that none is left over whatever becomes of its parent. It is started by hand and not by
multiprocessing, since that would load the whole command line, which parses nothing, into each.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import chain, islice
from queue import SimpleQueue
from typing import TYPE_CHECKING, BinaryIO, Final, Self

from msgspec import Struct, msgpack

from crawler.errors import CrawlerError
from crawler.keeping.packed import Packed, pack
from crawler.outcome import Deleted, Unparsed
from crawler.parsers.pubmed.pubmed_xml import Unsure, parse_part

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future
    from types import TracebackType

_WORTH: Final = 4
"""How many parts a file must have to be worth a process."""
_AHEAD: Final = 12
"""How many parts a process may be ahead of who takes the outcomes."""
_PIPE: Final = 1 << 20
_SIZE: Final = 8
"""The bytes of a message's size, which stands in front of it."""
_GARBAGE: Final = 1 << 18
"""How many objects more than before a process makes until it looks for such as hold one another."""


class Part(Struct, frozen=True, array_like=True):
    """A document of some records, and how many records come before it in its file."""

    document: bytes
    after: int


class _Answer(Struct, frozen=True, array_like=True):
    """The outcomes of a part: the articles in order, and what stands between them by its place among all."""

    articles: list[Packed]
    unparsed: dict[int, Unparsed]
    deleted: dict[int, Deleted]
    is_unsure: bool = False

    def outcomes(self) -> list[Packed | Unparsed | Deleted]:
        """Return all outcomes in order."""
        others: dict[int, Unparsed | Deleted] = {**self.unparsed, **self.deleted}
        articles = iter(self.articles)
        count = len(self.articles) + len(others)
        return [others[place] if place in others else next(articles) for place in range(count)]


class Parsing:
    """Parses the parts of files; its processes start with the first file that is worth them.

    To be used in a `with` block, which ends them.
    """

    def __init__(self, processes: int) -> None:
        """Make it for this many processes; 1 is this one."""
        self._count = processes
        self._processes: list[subprocess.Popen[bytes]] = []
        self._idle: SimpleQueue[subprocess.Popen[bytes]] = SimpleQueue()
        self._threads = ThreadPoolExecutor(max(processes, 1))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self._processes:
            process.kill()
        self._threads.shutdown(cancel_futures=True)
        for process in self._processes:
            # What was not sent yet is lost with the process.
            with suppress(BrokenPipeError):
                process.communicate()

    def outcomes(self, parts: Iterator[Part]) -> Iterator[list[Packed | Unparsed | Deleted]]:
        """Yield the outcomes of each part, in order, articles packed, with few parts in memory.

        Raises Unsure, after every part before that, at one that cannot be read by itself; CrawlerError where
        a process dies.
        """
        first = list(islice(parts, _WORTH))
        if self._count == 1 or len(first) < _WORTH:
            for part in chain(first, parts):
                yield _outcomes(part)
            return
        self._start()
        ahead: deque[Future[_Answer]] = deque()
        for part in chain(first, parts):
            ahead.append(self._threads.submit(self._ask, msgpack.encode(part)))
            if len(ahead) >= _AHEAD * self._count:
                yield _sure(ahead.popleft().result())
        while ahead:
            yield _sure(ahead.popleft().result())

    def _start(self) -> None:
        while len(self._processes) < self._count:
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", "crawler.parsing"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                # A process finds its modules where this one does, and Ctrl-C is for this one alone.
                env={**os.environ, "PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path))},
                start_new_session=True,
                pipesize=_PIPE,
            )
            self._processes.append(process)
            self._idle.put(process)

    def _ask(self, part: bytes) -> _Answer:
        """Have a process that has nothing to do parse a part."""
        process = self._idle.get()
        answer = None
        with suppress(BrokenPipeError):
            _send(_stream(process.stdin), part)
            answer = _receive(_stream(process.stdout))
        # Put back when it died, too: who waits for it is to fail the same way.
        self._idle.put(process)
        if answer is None:
            raise CrawlerError(
                f"a process that parses records ended with {process.wait()}, perhaps for want of memory; "
                "what was read before is kept: run it again, with crawler.processes set to 1 if need be"
            )
        return msgpack.decode(answer, type=_Answer)


def serve(source: BinaryIO, target: BinaryIO) -> None:
    """Answer parts with their outcomes until there are no more."""
    encoder, decoder, answer = msgpack.Encoder(), msgpack.Decoder(Part), bytearray()
    while (message := _receive(source)) is not None:
        # Into the same memory each time, behind its size: to get new memory takes longer than to encode.
        encoder.encode_into(_answer(decoder.decode(message)), answer, _SIZE)
        answer[:_SIZE] = (len(answer) - _SIZE).to_bytes(_SIZE, "big")
        target.write(answer)
        target.flush()


def _answer(part: Part) -> _Answer:
    try:
        found = list(enumerate(_outcomes(part)))
    except Unsure:
        return _Answer([], {}, {}, is_unsure=True)
    return _Answer(
        [each for _, each in found if isinstance(each, Packed)],
        {place: each for place, each in found if isinstance(each, Unparsed)},
        {place: each for place, each in found if isinstance(each, Deleted)},
    )


def _outcomes(part: Part) -> list[Packed | Unparsed | Deleted]:
    try:
        return [pack(outcome) for outcome in parse_part(part.document, after=part.after)]
    except (ValueError, OverflowError) as error:
        # An article that cannot be packed: the library is to say so, and why.
        raise Unsure from error


def _sure(answer: _Answer) -> list[Packed | Unparsed | Deleted]:
    if answer.is_unsure:
        raise Unsure
    return answer.outcomes()


def _stream(pipe: object) -> BinaryIO:
    return pipe  # type: ignore[return-value]  # it is None for a process without one only


def _send(stream: BinaryIO, message: bytes) -> None:
    stream.write(len(message).to_bytes(_SIZE, "big"))
    stream.write(message)
    stream.flush()


def _receive(stream: BinaryIO) -> bytes | None:
    """Return a message, or None where the other side is gone."""
    head = stream.read(_SIZE)
    size = int.from_bytes(head, "big")
    message = stream.read(size) if len(head) == _SIZE else b""
    return message if len(head) == _SIZE and len(message) == size else None


if __name__ == "__main__":
    # Articles are trees, gone with their part: to look for circles in each takes a tenth of the time.
    gc.freeze()
    gc.set_threshold(_GARBAGE)
    with suppress(BrokenPipeError):
        serve(sys.stdin.buffer, sys.stdout.buffer)
