"""Where the real records lie that some tests read; they belong to others and are not in this repository."""

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"

needs_shared = [
    pytest.mark.shared,
    pytest.mark.skipif(
        not (SHARED / "data").is_dir(),
        reason="the folder of real records (../shared) is not beside this checkout",
    ),
]
"""Use as `pytestmark = needs_shared`, or one by one on a test."""
