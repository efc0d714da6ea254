"""Where articles come from: each source yields the outcomes of its records.

Enter at `files.read` (what lies on the disk) or `eutils.newest` (PubMed over the network).
"""
