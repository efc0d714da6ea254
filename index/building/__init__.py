"""Builds a generation, in four passes over the library that processes share: gather, union, settle, merge.

Enter at `assemble`; `index.build` is the job around it, `plan` settles the sizes.
"""
