"""Formats whose lines begin with a tag become articles: MEDLINE and RIS.

Enter at `medline` and at `ris`.
"""
