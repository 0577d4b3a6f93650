"""The authors of a paper: the first by name, and how many more there are."""

from collections.abc import Sequence

from django.utils.formats import number_format
from django.utils.translation import ngettext

from digests.shown.shorten import shorten

MOST_NAMED = 3
MOST_AT_ONCE = 10  # on a paper's own page: some four lines on a phone
LONGEST_NAME = 100  # characters; what is longer is a team that lists its members
NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"


def byline(authors: Sequence[str]) -> str:
    """Say in the active language who wrote a paper: "A, B, C and 12 more"."""
    names = named(authors)
    return with_others(names, len(authors) - len(names))


def named(authors: Sequence[str]) -> tuple[str, ...]:
    """Return those who are named on one line."""
    most = _most(authors, MOST_NAMED)
    return tuple(shorten(name, LONGEST_NAME) for name in authors[:most])


def in_two(authors: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """Return those who are seen at once, and those who have to be asked for."""
    most = _most(authors, MOST_AT_ONCE)
    return authors[:most], authors[most:]


def with_others(names: Sequence[str], others: int) -> str:
    """Say these names, and how many authors there are beside them, which no line break parts."""
    listed = ", ".join(names)
    if not others:
        return listed
    said = ngettext("%(names)s and %(count)s more", "%(names)s and %(count)s more", others)
    count = number_format(others, force_grouping=True)
    return said.replace(" ", NO_BREAK_SPACE) % {"names": listed, "count": count}


def _most(authors: Sequence[str], most: int) -> int:
    """Return how many to name: nobody is "1 more" whose name would take no more room."""
    return most if len(authors) > most + 1 else len(authors)
