"""Which records are the same paper, and what becomes of those that are."""
