"""The sample library: 80 invented records, shown only while a library holds nothing else.

Each carries the note that it is no real publication. Enter at `files`.
"""

from importlib.resources import files as _resources
from pathlib import Path


def files() -> list[Path]:
    """Return the files of the sample library, in order of name."""
    return sorted(Path(str(each)) for each in _resources(__name__).iterdir() if each.name.endswith(".xml"))
