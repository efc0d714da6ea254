"""What can go wrong with an index.

IndexingError
  NothingToIndex   the library holds no article
  BuildFailed      a generation could not be written, or did not pass its checks
  NoGeneration     there is no index yet, or none that can be used
  Locked           another process is building
  BadVocabulary    a table of the vocabulary, or a file of MeSH descriptors, is not as it should be
  LibraryMoved     the library was changed while a build began; the build starts anew by itself
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


class LibraryMoved(IndexingError):  # noqa: N818 - reads as the sentence it is
    """The library was changed between the openings of two processes of a build."""


class BadVocabulary(IndexingError):  # noqa: N818 - reads as the sentence it is
    """A table of the vocabulary, or a file of MeSH descriptors, is not as it should be."""
