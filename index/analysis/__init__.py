"""Text becomes terms: tokens with positions and offsets, their spelling folded, their endings taken off.

Enter at `analyzer`: articles, queries, highlights and suggestions all go through it.
"""
