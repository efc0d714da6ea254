"""The library: every article, what it was read from, and how several readings become one article.

Enter at `library`; `taking` says how an outcome changes its rows, `merge` how readings are joined.
"""
