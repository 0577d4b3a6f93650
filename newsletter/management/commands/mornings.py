import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from rich.console import Console
from rich.table import Table
from rich.text import Text

from config.console import console_on, table_for
from newsletter.management.words import date_of
from newsletter.models import Delivery
from newsletter.mornings import USUAL, Run, Span, mornings
from newsletter.obstacles import Obstacle, obstacles

State = Delivery.State
# Those that a good morning has none of are told only where there are some.
USUAL_STATES = (State.SENT, State.SKIPPED, State.UNCERTAIN)
OTHER_STATES = (State.FAILED, State.CANCELLED, State.EXPIRED)
OPEN = {State.PLANNED: "Open"}
PACE = ("Composed", "First mail", "Last mail", "Took", "Mails/s")
TONES = {"does not balance": "bold red", "balances": "green"}


class Command(BaseCommand):
    """Tell at a glance whether every reader of the latest mornings is accounted for."""

    help = (
        f"List the latest {USUAL} mornings, or one: what became of every reader who was due, when "
        "they were composed and sent, and how fast. Times are UTC."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare which morning, and how it is told."""
        parser.add_argument(
            "date", nargs="?", type=date_of, metavar="DATE", help="this morning alone"
        )
        parser.add_argument("--json", action="store_true", help="print one object")

    def handle(self, *, date: dt.date | None, json: bool, **_: Any) -> None:
        """Print the runs; exit 1 where one does not balance, or where there is none."""
        in_the_way, runs = obstacles(timezone.now()), mornings([date] if date else ())
        if json:
            self.stdout.write(_as_json(in_the_way, runs))
        else:
            self._show(in_the_way, runs)
        if date and not runs:
            raise CommandError(f"Nobody was due on {date}.")
        if wrong := [str(run.account.date) for run in runs if not run.account.balances]:
            raise CommandError(
                f"The accounts of {', '.join(wrong)} do not balance: look at the deliveries in the "
                "admin."
            )

    def _show(self, in_the_way: Sequence[Obstacle], runs: Sequence[Run]) -> None:
        console = console_on(self.stdout)
        for obstacle in in_the_way:
            console.print(Text(str(obstacle), style="bold red"), soft_wrap=True)
        if runs:
            console.print(_accounts(console, runs))
            console.print()
            console.print(_paces(console, runs))


def _accounts(console: Console, runs: Sequence[Run]) -> Table:
    """Return the equations as a table."""
    others = [it for it in OTHER_STATES if any(run.account.states[it] for run in runs)]
    states = (*USUAL_STATES, *others, State.PLANNED)
    numbers = ("Due", *(OPEN.get(state, state.capitalize()) for state in states))
    table = table_for(console, "Morning", *numbers, "It is", numbers=numbers)
    for run in runs:
        counts = (run.account.due, *(run.account.states[state] for state in states))
        cells = (str(run.account.date), *(f"{count:,}" for count in counts))
        table.add_row(*map(Text, cells), Text(run.word, style=TONES.get(run.word, "yellow")))
    return table


def _paces(console: Console, runs: Sequence[Run]) -> Table:
    """Return when they were composed and sent, and how fast, as a table."""
    table = table_for(console, "Morning", *PACE, numbers=("Took", "Mails/s"))
    for run in runs:
        table.add_row(*map(Text, (str(run.account.date), *_pace(run))))
    return table


def _pace(run: Run) -> Sequence[str]:
    date, composing, sending = run.account.date, run.composing, run.sending
    composed = _from_to(composing, date) if composing else "-"
    if sending is None:
        return composed, "-", "-", "-", "-"
    began, ended = (_moment(moment, date) for moment in (sending.began, sending.ended))
    rate = "-" if sending.rate is None else f"{sending.rate:,.1f}"
    return composed, began, ended, _length(sending.worked), rate


def _from_to(span: Span, date: dt.date) -> str:
    """Say from when to when; a morning in one zone is composed in one moment."""
    ends = [_moment(moment, date) for moment in (span.began, span.ended)]
    return " - ".join(dict.fromkeys(ends))


def _moment(moment: dt.datetime, date: dt.date) -> str:
    """Say when it was in UTC, where the morning may have begun the day before."""
    moment = moment.astimezone(dt.UTC)
    return f"{moment:%H:%M:%S}" if moment.date() == date else f"{moment:%b %d %H:%M}"


def _length(length: dt.timedelta) -> str:
    return str(dt.timedelta(seconds=round(length.total_seconds())))


def _as_json(in_the_way: Sequence[Obstacle], runs: Sequence[Run]) -> str:
    values = {
        "in_the_way": [str(obstacle) for obstacle in in_the_way],
        "mornings": [
            {
                "date": run.account.date,
                "due": run.account.due,
                "states": dict(run.account.states),
                "balances": run.account.balances,
                "open": run.account.states[State.PLANNED],
                "uncertain": run.account.states[State.UNCERTAIN],
                "paused": run.is_paused,
                "composing": _span(run.composing),
                "sending": _span(run.sending),
            }
            for run in runs
        ],
    }
    return json.dumps(values, default=lambda moment: moment.isoformat())


def _span(span: Span | None) -> dict[str, Any] | None:
    if span is None:
        return None
    worked = round(span.worked.total_seconds(), 3)
    rate = None if span.rate is None else round(span.rate, 1)
    return {"began": span.began, "ended": span.ended, "seconds": worked, "a_second": rate}
