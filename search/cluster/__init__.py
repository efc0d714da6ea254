"""The same search on a cluster of OpenSearch: documents and queries of our own terms, ranked by our own code.

`publish` writes a built generation into the cluster; `opened` answers from it as `search.opened` from files.
"""
