"""Answers a query.

Text -> `language` -> tree -> `execute` -> hits -> `facets`, `highlight` -> `ResultPage`. `readings` says how
the words of a tree can stand in an article, to `execute` and `highlight` alike.
Enter at `engine.Engine.search`; `results` holds what comes out, `request` what goes in.
"""
