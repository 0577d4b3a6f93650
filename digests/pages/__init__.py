"""The public pages of papers, one module a kind of page. Each parses, asks and renders."""
