"""The codec: Whoosh opens and searches a generation as if it had written it.

Enter at `codec`.
"""
