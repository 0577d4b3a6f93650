"""What the public pages show of papers. Nothing here knows who reads."""
