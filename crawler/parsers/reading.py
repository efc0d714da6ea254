"""One way to read a record, whatever its format: what goes wrong with it is a ParseError, and it is kept."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from crawler.errors import ParseError
from crawler.outcome import Parsed, Unparsed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crawler.article import Article


@contextmanager
def parse_errors() -> Iterator[None]:
    """Raise as a ParseError whatever is raised inside: no record may stop the reading of the others."""
    try:
        yield
    except ParseError:
        raise
    except Exception as error:
        raise ParseError(f"cannot be read: {type(error).__name__}: {error}") from error


def outcome(
    read: Callable[[], Article], name: Callable[[], str], *, format_name: str, raw: bytes
) -> Parsed | Unparsed:
    """Return what a record comes to; `read` makes its article, `name` what it is known by if that fails."""
    try:
        return Parsed(article=read(), format=format_name, raw=raw)
    except ParseError as error:
        return Unparsed(record=name(), reason=str(error), format=format_name, raw=raw)
