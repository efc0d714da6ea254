"""What Europe PMC's REST service answers becomes articles and reference lists.

Enter at `europepmc` and at `europepmc_cited`.
"""
