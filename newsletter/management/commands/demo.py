import datetime as dt
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, connection
from kombu.exceptions import OperationalError as BrokerError
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from digests.sources import DigestError
from newsletter import demo
from newsletter.accounts import accounts
from newsletter.models import Delivery
from newsletter.printing.desk import Desk
from newsletter.printing.stories import Story

DATABASE = "paperboy_demo"
LOG = settings.VAR_DIR / "demo-worker.log"
SERVERS = "See that DATABASE_URL and REDIS_URL name servers that run, or unset both."
STOPPED = 130  # what a shell says of a command that Ctrl-C ended


class Command(BaseCommand):
    """Show three mornings of three readers, in a database of the demo's own."""

    help = "Deliver three mornings to three readers with a real worker, and print what they got."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the digests to deliver."""
        parser.add_argument("files", nargs="*", type=Path, metavar="DIGEST")

    def handle(self, *, files: list[Path], **_: Any) -> None:
        """Run the demo in its own database, which is made anew each time."""
        try:
            if connection.settings_dict["NAME"] == DATABASE:
                signal.signal(signal.SIGTERM, lambda *_: sys.exit(STOPPED))  # the worker goes first
                self._deliver(files)
            else:
                sys.exit(_in_a_database_of_its_own(files))
        except (OperationalError, BrokerError) as error:
            raise CommandError(f"PostgreSQL or Redis is away: {error}\n{SERVERS}") from error

    def _deliver(self, files: list[Path]) -> None:
        console = Console()
        call_command("migrate", verbosity=0)
        demo.empty_mailbox()
        shares = demo.share_out(files or demo.samples())
        try:
            with demo.worker(LOG) as is_alive, console.status("Three readers sign up"):
                demo.sign_everybody_up(is_alive)
                for date, digests in shares.items():
                    for path in digests:
                        console.print(_ingest(path, date), markup=False, soft_wrap=True)
                    demo.deliver_morning(date, is_alive)
        except demo.DemoError as error:
            raise CommandError(f"{error}\nThe worker's last words are in {LOG}.") from error
        console.print(_table())
        for account in accounts():
            console.print(f"{account.date:%a %d %b}: {account}", highlight=False, soft_wrap=True)
        console.print(f"The mails lie in {settings.MAILBOX_DIR}.", soft_wrap=True)


def _ingest(path: Path, date: dt.date) -> str:
    try:
        done = demo.ingest(path, date)
    except DigestError as error:
        raise CommandError(
            f"{path}: {error}\nMend the file, or name others: make demo DIGESTS='folder/*.txt'."
        ) from error
    return f"{path.name}: {done.papers} papers of {date}, {done.new} new, {done.known} known"


def _table() -> Table:
    table = Table("Morning", "Reader", "What came, and why", show_lines=True)
    names = {reader.address: reader.name for reader in demo.READERS}
    deliveries = Delivery.objects.select_related("subscriber", "edition")
    for delivery in deliveries.order_by("date", "subscriber_id"):
        name = names[delivery.subscriber.email] if delivery.subscriber else ""
        table.add_row(f"{delivery.date:%a %d %b}", name, _what_came(delivery))
    return table


def _what_came(delivery: Delivery) -> str:
    if delivery.edition is None or delivery.state != Delivery.State.SENT:
        return escape(f"{delivery.state}: {delivery.reason}")
    [stories] = Desk().stories([delivery.edition.pk]).values()
    return "\n".join(map(_papers_line, stories))


def _papers_line(story: Story) -> str:
    reasons = "; ".join(str(reason) for reason in story.reasons)
    return f"[bold]{escape(story.title)}[/bold]\n  [dim]{escape(reasons)}[/dim]"


def _in_a_database_of_its_own(files: list[Path]) -> int:
    """Make the demo's database anew, and run this command again with it.

    A queue of its own keeps the demo's messages from any other worker on the same Redis.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {DATABASE}")
    connection.close()
    url = urlsplit(settings.DATABASE_URL)._replace(path=f"/{DATABASE}").geturl()
    own = {"DATABASE_URL": url, "EMAIL_URL": "", "QUEUE": f"demo-{os.getpid()}"}
    command = [sys.executable, "manage.py", "demo", *(str(path.resolve()) for path in files)]
    # A session of its own: Ctrl-C reaches only us, and we stop it, so that it can stop its worker.
    with subprocess.Popen(
        command, cwd=settings.BASE_DIR, env=os.environ | own, start_new_session=True
    ) as child:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: child.terminate())
        return child.wait()
