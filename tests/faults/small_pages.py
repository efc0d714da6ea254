"""als-search with pages of few records, and with every line that it could log on standard error.

    python -m tests.faults.small_pages 25 crawl pubmed "als[tiab]"

So a small PubMed is asked often enough for every fault and every moment to come up.
"""

from __future__ import annotations

import logging
import sys

import als_search
from crawler.sources import eutils_records

if __name__ == "__main__":
    logging.basicConfig(level=logging.DEBUG)
    vars(eutils_records)["PAGE"] = int(sys.argv.pop(1))
    als_search.main()
