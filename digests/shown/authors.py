"""The authors of a paper on one line: the first by name, and how many more there are."""

from collections.abc import Sequence

from django.utils.formats import number_format
from django.utils.translation import ngettext

from digests.shown.shorten import shorten

MOST_NAMED = 3
LONGEST_NAME = 100  # characters; what is longer is a team that lists its members


def byline(authors: Sequence[str]) -> str:
    """Say in the active language who wrote a paper: "A, B, C and 12 more"."""
    names = named(authors)
    return with_others(names, len(authors) - len(names))


def named(authors: Sequence[str]) -> tuple[str, ...]:
    """Return those who are named: nobody is "1 more" whose name would take no more room."""
    most = MOST_NAMED if len(authors) > MOST_NAMED + 1 else len(authors)
    return tuple(shorten(name, LONGEST_NAME) for name in authors[:most])


def with_others(names: Sequence[str], others: int) -> str:
    """Say these names, and how many authors there are beside them."""
    listed = ", ".join(names)
    if not others:
        return listed
    said = ngettext("%(names)s and %(count)s more", "%(names)s and %(count)s more", others)
    return said % {"names": listed, "count": number_format(others, force_grouping=True)}
