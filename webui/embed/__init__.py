"""The search within pages of other sites: a widget, a frame for pages without scripts, a page about both."""
