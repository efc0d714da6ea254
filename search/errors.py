"""What can go wrong while a query is answered. A query itself is never an error: see `search.language`.

SearchError
  BadRequest   the request around the query makes no sense: an unknown facet, a page below 1
  EngineDown   the index cannot be used; this is never shown as "no results"
  GenerationGone  a request is for an index that is no longer kept
  BadCollection  a collection of judged queries cannot be read
"""


class SearchError(Exception):
    """Anything that the search package raises on purpose."""


class BadRequest(SearchError):  # noqa: N818 - reads as the sentence it is
    """The request makes no sense. It knows the parameter, and says in a sentence what would be right.

    `parameter` is empty where the request as a whole is wrong. As text it is "parameter: sentence".
    """

    def __init__(self, sentence: str, parameter: str = "") -> None:
        super().__init__(f"{parameter}: {sentence}" if parameter else sentence)
        self.sentence = sentence
        self.parameter = parameter


class EngineDown(SearchError):  # noqa: N818 - reads as the sentence it is
    """The index is missing, damaged or made by another version; the message says what to do.

    `why` is the kind of trouble in one word, for who counts them.
    """

    def __init__(self, sentence: str, *, why: str = "unusable") -> None:
        super().__init__(sentence)
        self.why = why


class GenerationGone(SearchError):  # noqa: N818 - reads as the sentence it is
    """A request names a generation that is no longer kept, or never was."""

    def __init__(self, generation: str) -> None:
        super().__init__(f"{generation} is no longer kept here; search the index of today instead")
        self.generation = generation


class BadCollection(SearchError):  # noqa: N818 - reads as the sentence it is
    """A folder is no collection of judged queries; the message names the file and the line."""
