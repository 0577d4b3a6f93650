"""Phrases that an operator writes down, and how they are found."""
