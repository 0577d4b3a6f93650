"""From digests, one or a folder of them, to rows: each paper once."""
