"""What the reader should know of how a query was read, each remark with the query that undoes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from search.results import Notice, NoticeKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from search.language.tokens import Token

_MOST: Final = 20
_NAMED: Final = 8
_LONGEST: Final = 4_000


class Remarks:
    """Gathers notices while a query is read."""

    def __init__(self, query: str) -> None:
        self._query = query
        self._notices: dict[str, Notice] = {}
        self._passed: list[Token] = []

    def ignored(self, message: str, undo: str = "") -> None:
        """Say that a part has no effect."""
        self._add(Notice(NoticeKind.IGNORED, message, undo))

    def understood(self, message: str, undo: str = "") -> None:
        """Say how a part was read that could be read in another way."""
        self._add(Notice(NoticeKind.UNDERSTOOD, message, undo))

    def limited(self, message: str) -> None:
        """Say that something was cut off."""
        self._add(Notice(NoticeKind.LIMITED, message))

    def passed_over(self, words: Iterable[Token]) -> None:
        """Say that words were passed over as too common; all of them make one notice."""
        self._passed += words

    def typed(self, first: Token, last: Token) -> str:
        """Return what was typed from one token to another."""
        return self._query[first.start : last.end]

    def with_changes(self, changes: Iterable[tuple[Token, str]]) -> str:
        """Return the query with other texts in place of some tokens; nothing where it would be too long."""
        text = self._query
        for token, other in sorted(changes, key=lambda change: change[0].start, reverse=True):
            text = text[: token.start] + other + text[token.end :]
        text = " ".join(text.split())
        return text if len(text) <= _LONGEST else ""

    def notices(self) -> tuple[Notice, ...]:
        """Return the notices, each once and not too many, in the order of what they are about."""
        found = list(self._notices.values())
        if self._passed:
            words = list(dict.fromkeys(token.text for token in self._passed))
            named = ", ".join(words[:_NAMED]) + (" and others" if len(words) > _NAMED else "")
            were = "was" if len(words) == 1 else "were"
            undo = self.with_changes((token, f'"{token.text}"') for token in self._passed)
            message = f"{named} {were} passed over as too common; quote a phrase to keep them."
            found.append(Notice(NoticeKind.IGNORED, message, undo))
        if len(found) > _MOST:
            more = Notice(NoticeKind.LIMITED, f"{len(found) - _MOST} more remarks are not shown.")
            found = [*found[:_MOST], more]
        return tuple(found)

    def _add(self, notice: Notice) -> None:
        self._notices.setdefault(notice.message, notice)
