"""Finds which works belong together: a printed reference and an article, a preprint and what became of it.

Enter at `matching` and at `preprints`; both are jobs over the library.
"""
