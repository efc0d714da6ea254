"""What can go wrong before anything is served."""

from __future__ import annotations


class CannotServe(Exception):  # noqa: N818 - reads as the sentence it is
    """The address cannot be listened at; the message says why and what to do."""
