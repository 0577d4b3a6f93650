import datetime as dt
import json
from collections import Counter
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from config.clock import Clock, clock
from newsletter.accounts import accounts
from newsletter.deliver import Round, deliver, mornings_around, prepare
from newsletter.send import TransportClosedError


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
        done = _rehearse(now()) if dry_run else self._deliver(now)
        self.stdout.write(_as_json(done) if json else _as_words(done))
        if not all(account.balances for account in done.accounts):
            raise CommandError("The accounts do not balance: look at the deliveries in the admin.")

    def _deliver(self, now: Clock) -> Round:
        try:
            return deliver(now)
        except TransportClosedError as error:
            raise CommandError(
                f"No mail can leave: {error}. What is due stays planned; check EMAIL_URL, then run "
                "this again."
            ) from error


def _rehearse(now: dt.datetime) -> Round:
    """Compose, count, and undo it all."""
    with transaction.atomic():
        composed = prepare(now)
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
