"""What can go wrong while a query is answered. A query itself is never an error: see `search.language`.

SearchError
  BadRequest   the request around the query makes no sense: an unknown facet, a page below 1
  EngineDown   the index cannot be used; this is never shown as "no results"
"""


class SearchError(Exception):
    """Anything that the search package raises on purpose."""


class BadRequest(SearchError):  # noqa: N818 - reads as the sentence it is
    """The request makes no sense; the message names the parameter and what would be right."""


class EngineDown(SearchError):  # noqa: N818 - reads as the sentence it is
    """The index is missing, damaged or made by another version; the message says what to do."""
