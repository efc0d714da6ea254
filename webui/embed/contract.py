"""What stays of the widget while its address says v1: names that styles and scripts may rely on."""

from __future__ import annotations

from typing import Final

PROPERTIES: Final = {
    "--als-font": "the font family",
    "--als-font-size": "the size of the text; everything else follows it",
    "--als-padding": "the space around all",
    "--als-radius": "how round corners are",
    "--als-text": "text",
    "--als-quiet": "text of less weight: authors, dates, counts",
    "--als-background": "what all stands on",
    "--als-tint": "what the suggestion under the pointer stands on",
    "--als-line": "lines between articles",
    "--als-edge": "edges of the box and of buttons",
    "--als-link": "links and buttons",
    "--als-accent": "the search button, and the ring around what has the focus",
    "--als-on-accent": "text on the search button",
    "--als-mark": "what words that match stand on",
    "--als-on-mark": "words that match",
    "--als-danger": "what marks a retracted article",
    "--als-caution": "what marks a preprint",
}
"""Each custom property of CSS, and what it sets."""

PARTS: Final = {
    "root": "all of it",
    "form": "the search form",
    "label": "what stands above the box",
    "input": "the box",
    "button": "every button",
    "suggestions": "the list below the box",
    "suggestion": "a suggestion",
    "status": "how many were found, or what went wrong",
    "notices": "how the query was read",
    "facets": "the filters",
    "summary": "what opens the filters",
    "facet": "one facet",
    "value": "a value of a facet",
    "hits": "the list of articles",
    "hit": "an article",
    "title": "its title",
    "link": "every link",
    "source": "its authors, journal and date",
    "flag": "retracted, preprint and the like; each is a part of its own name, too",
    "snippet": "a passage of it",
    "mark": "words that match",
    "pages": "the buttons that turn pages",
    "credit": "the last line",
}
"""Each part that ::part() reaches, and what it is."""

EVENTS: Final = {
    "als-search:results": "Results are shown. detail: query, total, page, and the whole answer of the API.",
    "als-search:select": "An article is followed. detail: key, url. preventDefault() keeps it from opening.",
    "als-search:error": "Nothing could be shown. detail: query, status (0: nothing was reached), message.",
}
"""Each event, when it comes, and what its detail holds; all bubble."""
