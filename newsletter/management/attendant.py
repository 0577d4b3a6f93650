"""Somebody at the terminal while a round is done by hand."""

import datetime as dt
import signal
import time
from collections import Counter
from contextlib import AbstractContextManager
from types import FrameType, TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from newsletter.compose import Composed
from newsletter.models import Bundle, Delivery
from subscribers.models import Subscriber

UNCERTAIN = Delivery.State.UNCERTAIN
BLINK_SECONDS = 0.1  # nobody sees more, and mails come a thousand times as fast


class Attendant(AbstractContextManager["Attendant"]):
    """Shows how far a round is, and ends it at Ctrl-C.

    While mails leave, the first Ctrl-C ends the round between two of them, so that those on their
    way get their answers. A second one interrupts, and so does one while nothing leaves: what is
    not committed then has not happened.
    """

    def __init__(self, console: Console, *, shows: bool) -> None:
        self.is_stopped = False
        self._is_sending = False
        self._shows = shows
        self._shown_at = 0.0
        self._began = 0.0
        self._bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[said]}"),
            TimeRemainingColumn(),
            console=console,
            disable=not shows,
            transient=True,
        )
        self._bar = self._bars.add_task("", visible=False, said="")

    def __enter__(self) -> Self:
        self._before = signal.signal(signal.SIGINT, self._stop)
        self._bars.start()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._bars.stop()
        signal.signal(signal.SIGINT, self._before)

    def composing(self, now: dt.datetime) -> None:
        """Count who is due, if anybody sees it, and begin the bar of readers."""
        if self._shows:
            self._begin("Composing, readers", Subscriber.objects.due(now).count())

    def composed(self, so_far: Composed) -> None:
        """Move the bar of readers on."""
        self._show(so_far.due, f"{so_far.skipped:,} with nothing new")

    def sending(self, now: dt.datetime) -> None:
        """Count what is to be sent, if anybody sees it, and begin the bar of mails."""
        self._is_sending = True
        if self._shows:
            ready = Delivery.objects.waiting().filter(bundle__in=Bundle.objects.ready(now))
            self._begin("Sending, mails", ready.count())

    def sent(self, results: Counter[str]) -> bool:
        """Move the bar of mails on, and go on unless told to stop."""
        if self._shows and time.monotonic() - self._shown_at >= BLINK_SECONDS:
            count, worked = results.total(), time.monotonic() - self._began
            self._show(count, f"{count / worked:,.0f} a second, {results[UNCERTAIN]:,} uncertain")
        return not self.is_stopped

    def _begin(self, description: str, total: int) -> None:
        self._began = time.monotonic()
        self._bars.reset(self._bar, description=description, total=total, visible=True, said="")

    def _show(self, count: int, said: str) -> None:
        self._shown_at = time.monotonic()
        self._bars.update(self._bar, completed=count, said=said)

    def _stop(self, _signal: int, _frame: FrameType | None) -> None:
        if self.is_stopped or not self._is_sending:
            raise KeyboardInterrupt
        self.is_stopped = True
