from __future__ import annotations

import subprocess
import sys

from nltk.stem.snowball import EnglishStemmer as TheirStemmer

from index.analysis.nltk_parts import EnglishStemmer
from tests.test_architecture import ROOT

FIRST = """
import sys
from index.analysis.nltk_parts import EnglishStemmer
assert not [name for name in sys.modules if name.startswith(("nltk", "scipy", "sklearn"))]
import nltk
from nltk.stem.snowball import EnglishStemmer as Theirs
assert EnglishStemmer().stem("neurodegenerative") == Theirs().stem("neurodegenerative")
assert nltk.internals.overridden and nltk.tokenize.punkt.PunktParameters
"""


def test_the_parts_leave_nltk_whole_for_whoever_imports_it_after_them() -> None:
    subprocess.run([sys.executable, "-c", FIRST], cwd=ROOT, check=True)


def test_the_parts_leave_nltk_as_it_is_where_it_was_imported_before() -> None:
    script = "import nltk; before = nltk.stem\nimport index.analysis.nltk_parts\nassert __import__('nltk').stem is before"
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True)


def test_the_stemmer_is_that_of_nltk() -> None:
    words = "generously running motor neurones amyotrophic flies dying sclerosis".split()
    assert [EnglishStemmer().stem(word) for word in words] == [TheirStemmer().stem(word) for word in words]
