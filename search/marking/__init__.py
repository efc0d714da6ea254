"""What matched, marked: titles, passages, and the sentences around them.

Enter at `highlight`.
"""
