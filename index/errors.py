"""What can go wrong with an index.

IndexingError
  NothingToIndex   the library holds no article
  BuildFailed      a generation could not be written, or did not pass its checks
  NoGeneration     there is no index yet, or none that can be used
  Locked           another process is building
"""


class IndexingError(Exception):
    """Anything that the index package raises on purpose."""


class NothingToIndex(IndexingError):  # noqa: N818 - reads as the sentence it is
    """The library holds no article, so there is nothing to build."""


class BuildFailed(IndexingError):  # noqa: N818 - reads as the sentence it is
    """A generation could not be written, or did not pass its checks; the live one is untouched."""


class NoGeneration(IndexingError):  # noqa: N818 - reads as the sentence it is
    """There is no index yet, or none that this version can use."""


class Locked(IndexingError):  # noqa: N818 - reads as the sentence it is
    """Another process is building a generation in the same place."""
