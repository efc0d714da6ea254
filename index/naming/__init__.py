"""The vocabulary of ALS and MeSH: which names mean the same, and where they stand in a text.

Enter at `vocabulary`; its tables are in `data/`.
"""
