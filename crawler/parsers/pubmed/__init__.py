"""PubMed's XML and its article pages become articles.

Enter at `pubmed_xml` and at `pubmed_page`.
"""
