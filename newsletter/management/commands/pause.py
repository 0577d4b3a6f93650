import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.clock import clock
from newsletter.management.words import date_of
from newsletter.sending import halts


class Command(BaseCommand):
    """The switch: what has not left by the time this ends does not leave."""

    help = "Let no edition leave, or none of one morning, until `resume`. Letters leave as ever."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare what to stop, and why."""
        parser.add_argument("date", nargs="?", type=date_of, metavar="DATE", help="one morning")
        parser.add_argument("--reason", default="", help="for whoever wonders later")

    def handle(self, *, date: dt.date | None, reason: str, **_: Any) -> None:
        """Stop, and say how to go on."""
        if date is None:
            halts.halt(reason, clock()())
            self.stdout.write("No edition leaves any more. To go on: manage.py resume")
        elif reason:
            raise CommandError("A morning keeps no reason: leave out --reason, or the date.")
        else:
            halts.pause(date)
            self.stdout.write(f"The mails of {date} wait. To go on: manage.py resume {date}")
