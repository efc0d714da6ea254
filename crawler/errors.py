"""What can go wrong while articles are gathered.

CrawlerError
  ParseError        a record or file is not what its format promises
    NotAnArticle    a well-formed page that holds no article
  LibraryError      the library file cannot be opened, read or written
  SourceError       a source answered with an error, or not at all
    Unreachable     there is no network, or nobody answers
"""


class CrawlerError(Exception):
    """Anything that the crawler package raises on purpose."""


class ParseError(CrawlerError):
    """A record or file is not what its format promises; the message says which and why."""


class NotAnArticle(ParseError):  # noqa: N818 - reads as the sentence it is
    """A page was read without trouble, but no article is on it."""


class LibraryError(CrawlerError):
    """The library file cannot be opened, read or written."""


class SourceError(CrawlerError):
    """A source answered with an error."""


class Unreachable(SourceError):  # noqa: N818 - reads as the sentence it is
    """Nobody answered: no network, a wrong address, or a time-out."""
