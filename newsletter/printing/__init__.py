"""From an edition to the bytes of each reader's mail, of parts that are set and encoded once.

desk      loads what a bundle's editions say, as stories
block     one a paper and its reasons
front     one a date: the headers, and all around the papers
sheet     one an edition: the front with its blocks in it
press     one mail a reader: a sheet with her address and her tokens
"""
