"""The order by best match: words first, then closeness, meaning and priors.

Enter at `best_match`; both engines order by it.
"""
