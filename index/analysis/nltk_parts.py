"""The parts of NLTK that are used here, imported without SciPy and scikit-learn.

NLTK imports all of itself at once, and with it whatever its other parts can make use of: that took 0.6 s of
every start. It does without what is not installed, and a module that is None is how Python says so.
"""

from __future__ import annotations

import sys
from typing import Final

_NOT_NEEDED: Final = [name for name in ("scipy", "sklearn") if name not in sys.modules]

sys.modules.update(dict.fromkeys(_NOT_NEEDED))  # type: ignore[arg-type]  # None is what stands for no module
try:
    from nltk.stem.snowball import EnglishStemmer
    from nltk.tokenize.api import TokenizerI
    from nltk.tokenize.punkt import _ORTHO_LC, PunktParameters, PunktSentenceTokenizer
finally:
    for _name in _NOT_NEEDED:
        del sys.modules[_name]

ORTHO_LC: Final[int] = _ORTHO_LC
"""Punkt's mark of a word that was seen in small letters."""

__all__ = ["ORTHO_LC", "EnglishStemmer", "PunktParameters", "PunktSentenceTokenizer", "TokenizerI"]
