"""What somebody may mean: while a query is typed, and where a word of it is not found.

Enter at `suggest` and at `spelling`.
"""
