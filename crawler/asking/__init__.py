"""Asks servers for what they hold: politely, persistently, and never where it may not.

Enter at `http`: the client that sources use; `transport` is one try, `pace` the time between two.
"""
