"""Asks a query of PubMed's of one record at a time: bulk files hold all of PubMed.

Enter at `selection`; `fields` says what each tag of a query looks at.
"""
