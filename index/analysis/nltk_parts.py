"""The parts of NLTK that are used here, imported without all its others.

NLTK imports all of itself at once, and with it whatever its other parts can make use of: that took a third of
a server's start. Here its packages are put in place without running their own code, the few modules that
are wanted are imported from them, and all is taken away again, so that who imports NLTK has it whole.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec, module_from_spec
from typing import Final

_PACKAGES: Final = ("nltk", "nltk.corpus", "nltk.stem", "nltk.tokenize")


def _of_nltk() -> list[str]:
    return [name for name in sys.modules if name.partition(".")[0] == "nltk"]


_before = {name: sys.modules.pop(name) for name in _of_nltk()}
try:
    for _name in _PACKAGES:
        if (_spec := find_spec(_name)) is None:
            raise ModuleNotFoundError(f"{_name} is missing; install nltk", name=_name)
        sys.modules[_name] = module_from_spec(_spec)
    # The stemmer names it, and needs it only where it is told to leave stop words as they are.
    sys.modules["nltk.corpus"].stopwords = None  # type: ignore[attr-defined]  # a module without its own code
    from nltk.stem.snowball import EnglishStemmer
    from nltk.tokenize.api import TokenizerI
    from nltk.tokenize.punkt import _ORTHO_LC, PunktParameters, PunktSentenceTokenizer
finally:
    for _name in _of_nltk():
        del sys.modules[_name]
    sys.modules.update(_before)

ORTHO_LC: Final[int] = _ORTHO_LC
"""Punkt's mark of a word that was seen in small letters."""

__all__ = ["ORTHO_LC", "EnglishStemmer", "PunktParameters", "PunktSentenceTokenizer", "TokenizerI"]
