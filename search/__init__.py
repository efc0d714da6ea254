"""Answers a query.

Text -> `language` -> tree -> `mapping` -> `execute` -> `best_match` -> hits -> `facets`, `highlight` ->
`ResultPage`. `looks` says what the words of a tree are in an index. Enter at `engine.Engine.search`;
`results` holds what comes out, `request` what goes in.
"""
