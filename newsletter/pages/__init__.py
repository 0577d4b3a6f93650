"""Pages about what is mailed: samples, past editions, and what readers say of papers.

sample      the mail that a choice would have brought this morning, for whoever chooses
shared      the mail of an edition, for whoever was given its link
editions    a reader's past editions
feedback    what she says of a paper that she was sent
export      all that is known about her, as a file

mail_page   a mail as a page, and how a browser may show it
entries     stories as pages list papers
"""
