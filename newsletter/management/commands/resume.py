import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.clock import clock
from newsletter.management.words import date_of
from newsletter.obstacles import obstacles
from newsletter.sending import breaker, halts

RESTORED = (
    "This database is older than what was sent from it. Have it fetch the digests it lacks, then "
    "say: manage.py resume --after-restore"
)
NOT_RESTORED = (
    "Nothing tells that this database was restored. If it was all the same, say first: "
    "manage.py pause"
)


class Command(BaseCommand):
    """What `pause` stopped goes on with the next tick."""

    help = "Let editions leave again, or those of one morning; try closed transports at once."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare what may go on."""
        parser.add_argument("date", nargs="?", type=date_of, metavar="DATE", help="one morning")
        parser.add_argument(
            "--after-restore",
            action="store_true",
            help="go on with a restored backup: what it has as planned, or as due by now, may have "
            "been sent, and is given up as uncertain",
        )

    def handle(self, *, date: dt.date | None, after_restore: bool, **_: Any) -> None:
        """Go on, and name what still stands in the way."""
        if date and after_restore:
            raise CommandError("--after-restore is for all mornings: leave out the date.")
        now = clock()()
        if date:
            if not halts.end_pause(date):
                raise CommandError(f"The mails of {date} are not paused.")
        else:
            self._resume(now, after_restore=after_restore)
        for obstacle in obstacles(now):
            self.stdout.write(f"{obstacle}")

    def _resume(self, now: dt.datetime, *, after_restore: bool) -> None:
        if after_restore:
            if not halts.halt_if_restored(now) and not halts.is_halted():
                raise CommandError(NOT_RESTORED)
            given_up = halts.resume_after_restore(now)
            self.stdout.write(f"{given_up} deliveries are uncertain now, and will not be sent.")
        elif halts.halt_if_restored(now):
            raise CommandError(RESTORED)
        halts.resume()
        breaker.try_at_once(now)
        self.stdout.write("Editions leave again.")
