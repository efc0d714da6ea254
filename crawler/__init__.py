"""Gathers articles and keeps them.

Data flows source -> parser -> `Article` -> library; nothing here knows of indexes or pages.
Enter at `crawl` (the job), `keeping.library` (what is kept) or `article` (the model everything speaks).
"""
