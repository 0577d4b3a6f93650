"""Papers by the words that somebody types: forgiving, ranked, and marked in the text."""
