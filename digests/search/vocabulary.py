"""The words of the newest papers, and in how many of them each stands.

Kept in each process for an hour: to count them takes a fifth of a second, and tomorrow's are hardly
different.
"""

import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from digests.models import Wording

PAPERS = 4_000
KEPT_SECONDS = 3_600
# What stands in one paper is as likely a slip as a word.
LEAST_PAPERS = 2
MOST_WORDS = 50_000  # some 5 MB


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """How many papers were looked at, and word -> the papers among them, in small letters."""

    papers: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)


# Not in the process's cache, which would unpickle all of it at every search.
_lock = threading.Lock()
_kept: list[tuple[float, Vocabulary]] = []


def vocabulary() -> Vocabulary:
    """Return the words of the newest papers, as they were within the last hour."""
    with _lock:
        if not _kept or time.monotonic() - _kept[0][0] > KEPT_SECONDS:
            _kept[:] = [(time.monotonic(), _read())]
        return _kept[0][1]


def forget() -> None:
    """Have the words counted anew when they are needed next."""
    with _lock:
        _kept.clear()


def words_of(line: str) -> set[str]:
    """Return the words of a paper's line, without its marks."""
    return {*line.lower().replace("-", " ").replace("@", "").split()}


def _read() -> Vocabulary:
    newest = Wording.objects.order_by("-paper")[:PAPERS]
    counts, papers = Counter[str](), 0
    for line in newest.values_list("line", flat=True).iterator():
        counts.update(words_of(line))
        papers += 1
    common = counts.most_common(MOST_WORDS)
    return Vocabulary(papers, {word: count for word, count in common if count >= LEAST_PAPERS})
