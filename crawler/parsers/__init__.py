"""Bytes become articles: pure functions, one module a format.

A parser of files yields an `Outcome` a record; a parser of single documents returns an `Article`.
Enter at `pubmed_xml.parse` and `pubmed_page.parse`.
"""
