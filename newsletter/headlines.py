"""What stands above an edition: the subject of its mail, and the line below the masthead."""

import datetime as dt
from collections.abc import Sequence

from newsletter.shorten import shorten

# Phones show some 40 characters of a subject, desktops some 100.
LONGEST_SUBJECT = 110
MOST_NAMES = 4
WORDS_A_MINUTE = 220


def subject(date: dt.date, titles: Sequence[str]) -> str:
    """Name the day and the top paper: "Mon 16 March: <title> and 6 more"."""
    day = f"{date:%a} {date.day} {date:%B}: "
    more = f" and {len(titles) - 1} more" if len(titles) > 1 else ""
    return day + shorten(titles[0], LONGEST_SUBJECT - len(day) - len(more)) + more


def summary(papers: int, topics: Sequence[str], authors: Sequence[str] = ()) -> str:
    """Say how much there is and about what: "7 papers on Video and Robotics, and by Ada Byron"."""
    parts = [
        f"{word} {enumerate_words(_few(names, what))}"
        for word, names, what in (("on", topics, "topics"), ("by", authors, "authors"))
        if names
    ]
    count = "1 paper" if papers == 1 else f"{papers} papers"
    return f"{count} {', and '.join(parts)}" if parts else count


def enumerate_words(words: Sequence[str]) -> str:
    """Join as a sentence does; the last comma stays, as topics have an "and" of their own."""
    if len(words) <= 2:  # noqa: PLR2004 - a pair needs no comma
        return " and ".join(words)
    return f"{', '.join(words[:-1])}, and {words[-1]}"


def reading_minutes(texts: Sequence[str]) -> int:
    """Return how long reading takes, at least a minute."""
    words = sum(len(text.split()) for text in texts)
    return max(1, round(words / WORDS_A_MINUTE))


def _few(names: Sequence[str], what: str) -> list[str]:
    """Return the first names and how many more there are."""
    if len(names) <= MOST_NAMES:
        return [*names]
    return [*names[: MOST_NAMES - 1], f"{len(names) - MOST_NAMES + 1} more {what}"]
