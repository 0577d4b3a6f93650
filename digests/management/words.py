"""What the commands that bring papers in ask and say alike."""

import datetime as dt
from argparse import ArgumentTypeError

A_FEW = 5  # lists of which nobody has to wait for the end


def past_day(text: str, *, latest: dt.date) -> dt.date:
    """Read a day that an operator gives, not after `latest`.

    Raises:
        ArgumentTypeError: where it is none, or has not come yet.

    """
    try:
        day = dt.date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is no date; write YYYY-MM-DD.") from error
    if day > latest:
        raise ArgumentTypeError(f"{text} has not come yet; is it the right year?")
    return day


def counts(papers: int, new: int) -> str:
    """Return how many papers there are, and of how many that is news."""
    return f"{papers:,} paper{'' if papers == 1 else 's'}, {new:,} new, {papers - new:,} known"
