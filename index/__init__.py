"""Turns the library into an index.

`build` reads a library and writes a generation; `generations` switches to it; `schema` says what is in it,
and `tags` what a query calls that.
Enter at `build.build`, or at `schema.FIELDS` to change how a field is analysed, weighted or faceted.
"""
