"""What the public pages show of papers. Nothing here knows readers or what they typed."""
