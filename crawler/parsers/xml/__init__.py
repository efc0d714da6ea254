"""XML from outside, read as a stream of elements and as text, whatever its format says.

Enter at `xml_stream`.
"""
