"""What can go wrong while articles are gathered.

CrawlerError
  ParseError        a record or file is not what its format promises
    NotAnArticle    a well-formed page that holds no article
  LibraryError      the library file cannot be opened, read or written
  SourceError       a source answered with an error, or not at all
    Unreachable     there is no network, or nobody answers
    BadStatus       the answer's status is an error: 404, 429, 503 ...
    Invalid         the answer says it is fine, and is not: an error in its body, a part of a body
    TooLarge        the answer is larger than the settings allow, as sent or unpacked
    Refused         this client does not ask that: the address is not allowed, or its owner said so
      Disallowed    robots.txt keeps programs from this page
    Blocked         NCBI has shut this computer out; nothing more may be asked
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


class BadStatus(SourceError):  # noqa: N818 - reads as the sentence it is
    """The answer's status is an error; `status` tells a 404 that means "there is none" from a failure."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class Invalid(SourceError):  # noqa: N818 - reads as the sentence it is
    """An answer that says it is fine is none; a check raises it to have the question asked again."""


class TooLarge(SourceError):  # noqa: N818 - reads as the sentence it is
    """An answer is larger than the settings allow."""


class Refused(SourceError):  # noqa: N818 - reads as the sentence it is
    """The address is none that this client asks: not on its list, not https, or on a private network."""


class Disallowed(Refused):
    """The page's robots.txt keeps programs from it, or could not be read."""


class Blocked(SourceError):  # noqa: N818 - reads as the sentence it is
    """NCBI has shut this computer out for asking too much; asking on would make it worse."""
