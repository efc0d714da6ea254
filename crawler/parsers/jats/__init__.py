"""JATS, the XML of full texts, becomes articles.

Enter at `jats`; the other modules each read one part of an article.
"""
