"""The settings of the search: which engine answers, and where a cluster is."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct


class OpenSearchSettings(Struct, frozen=True, kw_only=True):
    """A cluster of OpenSearch 3. `hosts` are addresses such as https://search-1.example.org:9200.

    `password_file` is a file that holds the password, and nothing else. `ca` is a file with the certificate
    of who signed the cluster's; `verify` is off for tests alone. `index` is the name that the generations
    begin with. `timeout` is how many seconds a search may take.
    """

    hosts: Annotated[tuple[str, ...], Meta(min_length=1)] = ("http://localhost:9200",)
    user: str = ""
    password: str = ""
    password_file: str = ""
    ca: str = ""
    verify: bool = True
    index: Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9_-]*$", max_length=100)] = "als-search"
    shards: Annotated[int, Meta(ge=1, le=100)] = 1
    replicas: Annotated[int, Meta(ge=0, le=10)] = 1
    timeout: Annotated[float, Meta(gt=0)] = 5.0


class SearchSettings(Struct, frozen=True, kw_only=True):
    """Which engine answers: the one on this machine, or a cluster."""

    engine: Literal["embedded", "opensearch"] = "embedded"
    opensearch: OpenSearchSettings = OpenSearchSettings()
