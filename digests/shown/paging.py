"""Long lists, a page at a time.

A page begins after a paper, not at a place: none is skipped or shown twice when others come.
"""

from collections.abc import Sequence
from typing import NamedTuple

PAGE = 30  # papers: with their abstracts' beginnings some 40 kB


class Page(NamedTuple):
    """The papers of a page, and after which one the next page begins; None on the last."""

    papers: Sequence[int]
    after: int | None = None


def page(papers: Sequence[int], after: str) -> Page:
    """Return the papers that come after one, the first ones where it is not among them."""
    last = int(after) if after.isdecimal() and len(after) < len(str(1 << 63)) else None
    start = papers.index(last) + 1 if last in papers else 0
    shown = papers[start : start + PAGE]
    return Page(shown, shown[-1] if start + PAGE < len(papers) else None)
