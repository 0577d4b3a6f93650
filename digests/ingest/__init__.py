"""From a parsed digest, or a folder of them, to rows: each once."""
