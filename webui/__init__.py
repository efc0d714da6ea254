"""Shows it: the pages that readers use, from the search and the library, with nothing kept of who asked what.

Enter at `app.create_app`; `params` says what an address means, `pages` what answers at each.
"""
