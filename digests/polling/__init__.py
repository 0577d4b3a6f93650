"""When sources are asked, what comes of it, and how they are."""
