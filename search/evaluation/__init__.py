"""Measures how good the order of hits is, beside other engines on the same texts.

`collections` reads judged queries, `baselines` are the other engines, `known_items` asks for articles by
their own words. Enter at `command_line.evaluate`.
"""
