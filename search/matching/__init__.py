"""A tree becomes matches: which articles it finds, and what its words are worth in each.

Enter at `execute`; `lookup` finds words, `weights` says what they are worth.
"""
