"""What the commands for operators ask alike."""

import datetime as dt
from argparse import ArgumentTypeError


def date_of(text: str) -> dt.date:
    """Read a date that an operator gives.

    Raises:
        ArgumentTypeError: where it is none.

    """
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is no date; write YYYY-MM-DD.") from error
