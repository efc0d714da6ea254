"""A server that answers badly on purpose, and clients of it that wait in no time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from crawler.asking.http import Client
from crawler.settings import CrawlerSettings
from tests.fake_time import FakeTime
from tests.fault_server import FaultServer, fault_server

if TYPE_CHECKING:
    from collections.abc import Iterator

MakeClient = Callable[..., Client]


@pytest.fixture
def server() -> Iterator[FaultServer]:
    """A server without a script."""
    with fault_server() as server:
        yield server


@pytest.fixture
def time() -> FakeTime:
    """The time that `make` gives its clients."""
    return FakeTime()


@pytest.fixture
def make(server: FaultServer, time: FakeTime) -> MakeClient:
    """Make a client that takes the server for both sources; keywords are settings."""

    def make(**settings: Any) -> Client:
        bases = {"eutils_url": f"{server.url}eutils/", "europepmc_url": f"{server.url}rest/"}
        return Client(CrawlerSettings(**(bases | settings)), sleep=time.sleep, clock=time.clock)

    return make
