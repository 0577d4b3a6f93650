"""A paper's votes as they grew: by day, and as the curve of a drawing."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import NamedTuple

WIDTH, HEIGHT = 600, 100  # of the drawing, in its own units


class Votes(NamedTuple):
    """How many votes a paper had at the end of a day (UTC), in the list where it had most."""

    day: dt.date
    votes: int


def by_day(sightings: Iterable[tuple[dt.datetime, int, int]]) -> list[Votes]:
    """Return the votes of each day on which some were counted: of (moment, list, votes)."""
    latest, days = dict[int, int](), dict[dt.date, int]()
    for seen_at, listing, votes in sorted(sightings):
        latest[listing] = votes
        days[seen_at.astimezone(dt.UTC).date()] = max(latest.values())
    return [*map(Votes._make, days.items())]


def curve(votes: Sequence[Votes]) -> str:
    """Return the points of a curve from the first day to the last, as SVG's `polyline` wants them.

    It begins at no votes at all; "" where one day makes no curve.
    """
    if len(votes) < 2:  # noqa: PLR2004 - a line has two ends
        return ""
    first, span = votes[0].day, (votes[-1].day - votes[0].day).days
    most = max(1, *(it.votes for it in votes))
    return " ".join(
        f"{(it.day - first).days / span * WIDTH:.0f},{HEIGHT - it.votes / most * HEIGHT:.0f}"
        for it in votes
    )
