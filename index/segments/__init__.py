"""What a generation is on disk: files of arrays that are mapped, never read whole.

Enter at `segment` for words, at `columns` for dates, facets and orders.
"""
