"""What readers type themselves: words, authors, arXiv categories."""
