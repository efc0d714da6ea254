"""Answers a query.

Text -> `language` -> tree -> `execute` -> hits -> `facets`, `highlight` -> `ResultPage`.
Enter at `engine.Engine.search`; `results` holds what comes out, `request` what goes in.
"""
