"""Bytes become articles: pure functions, one module a format.

A parser of files yields an `Outcome` a record; a parser of single documents returns an `Article`. Each has a
`FORMAT`, by which `crawler.formats` reads its raw records again. Enter at `pubmed_xml`, `medline`, `jats`,
`europepmc`, `ris` or `pubmed_page`; the other modules are parts of these.
"""
