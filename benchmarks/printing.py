"""The measurements of `benchmarks.rendering`: made-up editions, printed in several ways."""

import datetime as dt
import time
from collections.abc import Callable, Iterable, Sequence
from email import message_from_bytes

from benchmarks.archive import PaperMaker
from benchmarks.whole_mails import whole_mail
from newsletter.printing.block import block
from newsletter.printing.front import front
from newsletter.printing.headers import sender
from newsletter.printing.sheet import SHORT, Sheet, Typesetter
from newsletter.printing.stories import Reason, Story
from newsletter.printing.style import Style
from newsletter.sending.copies import Copy
from newsletter.sending.message import Message
from subscribers import tokens
from subscribers.schedule import EVERY_DAY

DATE, STYLE = dt.date(2026, 3, 16), Style("en")
# Of a morning.
_PAPERS, _TOPICS, _LISTS = 500, 40, 200
_MAILS = 1_000  # of a measurement
_WHOLE_MAILS, _BLOCKS, _FRONTS = 40, 40, 10  # of one of what is slow


def measure(papers: int, runs: int) -> dict[str, float]:
    """Return the CPU microseconds of a mail in each way, and of the pieces; and a mail's bytes."""
    lists, copies, typesetter = _lists(papers), [*map(_copy, range(_MAILS))], Typesetter()
    _require_equal(lists[0], copies[0])
    ways: dict[str, tuple[Callable[[], object], int]] = {
        "template + email": (lambda: _whole(lists[0], copies[:_WHOLE_MAILS]), _WHOLE_MAILS),
        "all readers one list": (lambda: _print(typesetter, lists[:1], copies), _MAILS),
        "ten readers a list": (lambda: _print(typesetter, lists[: _MAILS // 10], copies), _MAILS),
        "each reader her own": (
            lambda: _print(typesetter, lists * (_MAILS // _LISTS), copies),
            _MAILS,
        ),
        "a block, once a paper": (
            lambda: [block(it, SHORT[0], STYLE.language) for it in lists[0] * 8],
            8 * papers,
        ),
        "a front, once a date": (
            lambda: [front(DATE, STYLE, says_words=True) for _ in range(_FRONTS)],
            _FRONTS,
        ),
    }
    _print(typesetter, lists, copies)  # all blocks are there
    took = {name: _seconds(way, runs) / count for name, (way, count) in ways.items()}
    size = len(_sheet(typesetter, lists[0]).mail(copies[0]))
    return {"bytes": size} | {name: seconds * 1e6 for name, seconds in took.items()}


def _print(
    typesetter: Typesetter, lists: Sequence[Sequence[Story]], copies: Sequence[Copy]
) -> None:
    """Print the copies, as many of each list."""
    share, come_from = len(copies) // len(lists), sender()
    for place, stories in enumerate(lists):
        sheet = _sheet(typesetter, stories)
        for copy in copies[place * share : (place + 1) * share]:
            Message(come_from, copy.email, sheet.mail(copy), copy.delivery)


def _sheet(typesetter: Typesetter, stories: Sequence[Story]) -> Sheet:
    return typesetter.sheet(stories, DATE, STYLE, edition=1)


def _whole(stories: Sequence[Story], copies: Iterable[Copy]) -> None:
    for copy in copies:
        whole_mail(stories, copy, SHORT[0])


def _seconds(way: Callable[[], object], runs: int) -> float:
    """Return the CPU seconds of the fastest run."""
    took = []
    for _ in range(runs):
        start = time.process_time()
        way()
        took.append(time.process_time() - start)
    return min(took)


def _lists(size: int) -> list[list[Story]]:
    """Return lists of the papers of a morning, each with the reasons of some readers."""
    maker = PaperMaker(size)
    topics = [Reason(maker.title(number)[:30], ("these words",)) for number in range(_TOPICS)]
    papers = [
        Story(
            maker.title(number),
            tuple(maker.authors()[:3]),
            maker.abstract(),
            f"https://arxiv.org/abs/2603.{number:05}",
            tuple(maker.random.sample(topics, maker.random.choice((1, 1, 1, 2)))),
            number=number,
            more_authors=7,
            pdf=f"https://arxiv.org/pdf/2603.{number:05}",
        )
        for number in range(_PAPERS)
    ]
    return [maker.random.sample(papers, size) for _ in range(_LISTS)]


def _copy(number: int) -> Copy:
    email = f"reader{number}@example.org"
    own = tokens.new(), tokens.new()
    return Copy(
        number + 1, 1, DATE, 1, 0, number + 1, email, *own, STYLE.language, "short", EVERY_DAY
    )


def _require_equal(stories: Sequence[Story], copy: Copy) -> None:
    """Require that both ways make the same mail: a fast wrong one is no result."""
    ours, whole = (
        [part.get_payload(decode=True) for part in message_from_bytes(mail).walk()]
        for mail in (
            _sheet(Typesetter(), stories).mail(copy),
            whole_mail(stories, copy, SHORT[0]),
        )
    )
    if ours != whole:
        raise SystemExit("The mails differ.")
