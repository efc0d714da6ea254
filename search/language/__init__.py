"""Text becomes a tree, and a tree becomes text again.

Enter at `language`: `parse` is total; `mapping` adds the names that mean the same.
"""
