"""What stands above an edition: the subject of its mail, and the line below the masthead."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence

from newsletter.printing.shorten import shorten
from newsletter.printing.stories import Kind, Reason

# Phones show some 40 characters of a subject, desktops some 100.
LONGEST_SUBJECT = 110
MOST_NAMES = 4
WORDS_A_MINUTE = 220
ON, BY, REST = "on ", "by ", "everything else"


def subject(date: dt.date, title: str, papers: int) -> str:
    """Name the day and the top paper: "Mon 16 March: <title> and 6 more"."""
    day = f"{date:%a} {date.day} {date:%B}: "
    more = f" and {papers - 1} more" if papers > 1 else ""
    return day + shorten(title, LONGEST_SUBJECT - len(day) - len(more)) + more


def mention(reason: Reason) -> str:
    """Return what a lead says of a reason: "on Birds", "by Ada Byron" or "everything else"."""
    if reason.kind == Kind.EVERYTHING:
        return REST
    return (BY if reason.kind == Kind.AUTHOR else ON) + reason.name


def by_frequency(mentions: Iterable[str]) -> tuple[str, ...]:
    """Return each mention once, the most frequent first."""
    counts = Counter(mentions)
    return tuple(sorted(counts, key=counts.__getitem__, reverse=True))


def summary(papers: int, mentions: Sequence[str]) -> str:
    """Say how much there is and about what: "7 papers on Video and Robotics, and by Ada Byron"."""
    topics, authors = (
        [it.removeprefix(word) for it in mentions if it.startswith(word)] for word in (ON, BY)
    )
    if REST in mentions and (topics or authors):
        topics.append(REST)
    parts = [
        f"{word}{enumerate_words(_few(names, what))}"
        for word, names, what in ((ON, topics, "topics"), (BY, authors, "authors"))
        if names
    ]
    count = "1 paper" if papers == 1 else f"{papers} papers"
    return f"{count} {', and '.join(parts)}" if parts else count


def enumerate_words(words: Sequence[str]) -> str:
    """Join as a sentence does; the last comma stays, as topics have an "and" of their own."""
    if len(words) <= 2:  # noqa: PLR2004 - a pair needs no comma
        return " and ".join(words)
    return f"{', '.join(words[:-1])}, and {words[-1]}"


def reading_minutes(words: int) -> int:
    """Return how long reading takes, at least a minute."""
    return max(1, round(words / WORDS_A_MINUTE))


def lead(papers: int, mentions: Sequence[str], minutes: int) -> str:
    """Return the line below the masthead; mentions come in their order."""
    return f"{summary(papers, mentions)} · {minutes} minute{'' if minutes == 1 else 's'}"


def _few(names: Sequence[str], what: str) -> list[str]:
    """Return the first names and how many more there are."""
    if len(names) <= MOST_NAMES:
        return [*names]
    return [*names[: MOST_NAMES - 1], f"{len(names) - MOST_NAMES + 1} more {what}"]
