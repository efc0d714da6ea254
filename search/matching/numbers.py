"""What matches are written in: numbers of articles, their scores, and masks over all articles of an index."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.intp]
Scores = NDArray[np.float32]
Mask = NDArray[np.bool_]
