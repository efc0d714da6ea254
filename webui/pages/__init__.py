"""The pages that readers see, each made ready for its template.

Enter at `routes`: what answers at each address; one module a page beside it.
"""
