import datetime as dt
import json
from collections import Counter
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from rich.console import Console

from config.clock import Clock, clock
from newsletter.accounts import accounts
from newsletter.compose import compose
from newsletter.deliver import Round, deliver, mornings_around, prepare
from newsletter.management.attendant import Attendant
from newsletter.sending.outcome import ClosedError

CTRL_C = 130  # as shells count: 128 and the number of the signal
STOPPED = "Stopped. Nothing is lost: run this again for the rest."
AT_ONCE = "If mails were leaving, they are uncertain, and their bundles wait until a lease is over."


class Command(BaseCommand):
    """Compose and send what is due, then end: the whole product without broker or worker."""

    help = "Compose and send everything that is due, without broker or worker."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the time to act at, and whether to act."""
        parser.add_argument("--at", metavar="ISO-TIME", help="act as if it were this time (UTC)")
        parser.add_argument(
            "--dry-run", action="store_true", help="compose, show, undo; send nothing"
        )
        parser.add_argument("--json", action="store_true", help="print one object")

    def handle(self, *, at: str | None, dry_run: bool, json: bool, **_: Any) -> None:
        """Print what was done, and the accounts; exit 1 where they do not balance."""
        try:
            now = clock(at)
        except ValueError as error:
            raise CommandError(f"--at {at!r} is no time, such as 2026-03-16T07:00Z.") from error
        done = _rehearse(now()) if dry_run else self._deliver(now, is_quiet=json)
        self.stdout.write(_as_json(done) if json else _as_words(done))
        if not all(account.balances for account in done.accounts):
            raise CommandError("The accounts do not balance: look at the deliveries in the admin.")

    def _deliver(self, now: Clock, *, is_quiet: bool) -> Round:
        console = Console(stderr=True)
        try:
            with Attendant(console, shows=console.is_terminal and not is_quiet) as attendant:
                done = deliver(now, attendant)
        except ClosedError as error:
            raise CommandError(
                f"No mail can leave: {error}. What is due stays planned; check EMAIL_URL, then run "
                "this again."
            ) from error
        except KeyboardInterrupt:
            raise CommandError(f"{STOPPED} {AT_ONCE}", returncode=CTRL_C) from None
        if attendant.is_stopped:
            raise CommandError(STOPPED, returncode=CTRL_C)
        return done


def _rehearse(now: dt.datetime) -> Round:
    """Compose, count, and undo it all."""
    with transaction.atomic():
        prepare(now)
        composed = compose(now)
        rehearsed = Round(0, composed, Counter(), accounts(mornings_around(now)))
        transaction.set_rollback(True)
    return rehearsed


def _as_json(done: Round) -> str:
    mornings = [
        {
            "date": account.date.isoformat(),
            "due": account.due,
            "states": dict(account.states),
            "balances": account.balances,
        }
        for account in done.accounts
    ]
    round_ = {"letters": done.letters, **asdict(done.composed), "results": dict(done.results)}
    return json.dumps(round_ | {"mornings": mornings})


def _as_words(done: Round) -> str:
    composed = done.composed
    lines = [
        f"{done.letters} letters posted",
        f"{composed.due} readers due",
        f"{composed.planned} editions planned, {composed.skipped} with nothing new",
        *(f"{count} {state}" for state, count in sorted(done.results.items())),
        *(f"{account.date}: {account}" for account in done.accounts),
    ]
    return "\n".join(lines)
