"""What may be meant by what is typed so far, for the search box: JSON that a script of ours reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, request
from msgspec import Struct, json

from index.segments.suggestions import EntryKind
from webui.params import MAX_QUERY
from webui.rendering import counted

if TYPE_CHECKING:
    from search.engine import Engine
    from search.suggesting.suggest import Suggestion

LIMIT: Final = 8
"""How many are shown: more than the eye takes in at once helps nobody."""


_KINDS: Final = {
    EntryKind.CONCEPT: "",
    EntryKind.KEYWORD: "keyword",
    EntryKind.AUTHOR: "author",
    EntryKind.JOURNAL: "journal",
    EntryKind.TITLE: "title",
}


class Offer(Struct, frozen=True):
    """A suggestion as the box shows it: its text, what it is and in how many articles, and its query."""

    text: str
    note: str
    query: str


class Offers(Struct, frozen=True):
    """The suggestions for a text, the best first; the text is there so that late ones are told apart."""

    typed: str
    offers: tuple[Offer, ...]


class SuggestionPages:
    """Answers what is typed, over one engine."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def blueprint(self) -> Blueprint:
        """Return the address of the suggestions."""
        pages = Blueprint("suggestions", __name__)
        pages.add_url_rule("/suggest", "suggest", self.suggest)
        return pages

    def suggest(self) -> Response:
        """Give suggestions for the parameter `q`; none for a text too long to be a query."""
        typed = request.args.get("q", "")
        is_text = 0 < len(typed) <= MAX_QUERY
        found = self._engine.suggest(typed, LIMIT) if is_text else ()
        offers = Offers(typed[:MAX_QUERY], tuple(map(_offer, found)))
        response = Response(json.encode(offers), mimetype="application/json")
        response.headers["Cache-Control"] = "private, max-age=300"
        return response


def _offer(suggestion: Suggestion) -> Offer:
    is_counted = suggestion.count and suggestion.kind is not EntryKind.TITLE
    parts = (
        f"same as {suggestion.name}" if suggestion.name else _KINDS[suggestion.kind],
        counted(suggestion.count, "article") if is_counted else "",
    )
    return Offer(suggestion.text, ", ".join(filter(None, parts)), suggestion.query)
