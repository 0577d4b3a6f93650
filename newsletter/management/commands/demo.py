import datetime as dt
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from digests.sources import DigestError
from newsletter import demo
from newsletter.accounts import accounts
from newsletter.models import Delivery
from newsletter.render import Story, stories

DATABASE = "paperboy_demo"
LOG = settings.VAR_DIR / "demo-worker.log"


class Command(BaseCommand):
    """Show three mornings of three readers, in a database of the demo's own."""

    help = "Deliver three mornings to three readers with a real worker, and print what they got."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the digests to deliver."""
        parser.add_argument("files", nargs="*", type=Path, metavar="DIGEST")

    def handle(self, *, files: list[Path], **_: Any) -> None:
        """Run the demo in its own database, which is made anew each time."""
        if connection.settings_dict["NAME"] == DATABASE:
            self._deliver(files)
        else:
            sys.exit(_in_a_database_of_its_own(files))

    def _deliver(self, files: list[Path]) -> None:
        console = Console()
        call_command("migrate", verbosity=0)
        demo.empty_mailbox()
        shares = demo.share_out(files or sorted(demo.SAMPLES.glob("*.txt")))
        try:
            with demo.worker(LOG) as is_alive, console.status("Three readers sign up"):
                demo.sign_everybody_up(is_alive)
                for date, digests in shares.items():
                    for path in digests:
                        console.print(_ingest(path, date))
                    demo.deliver_morning(date, is_alive)
        except demo.DemoError as error:
            raise CommandError(f"{error}\nThe worker's last words are in {LOG}.") from error
        console.print(_table())
        for account in accounts():
            console.print(f"{account.date:%a %d %b}: {account}", highlight=False)
        console.print(f"The mails lie in {settings.MAILBOX_DIR}.")


def _ingest(path: Path, date: dt.date) -> str:
    try:
        done = demo.ingest(path, date)
    except DigestError as error:
        raise CommandError(f"{path}: {error}") from error
    return f"{path.name}: {done.papers} papers of {date}, {done.new} new, {done.known} known"


def _table() -> Table:
    table = Table("Morning", "Reader", "What came, and why", show_lines=True)
    names = {reader.address: reader.name for reader in demo.READERS}
    deliveries = Delivery.objects.select_related("subscriber", "edition")
    for delivery in deliveries.order_by("date", "subscriber"):
        name = names[delivery.subscriber.email] if delivery.subscriber else ""
        table.add_row(f"{delivery.date:%a %d %b}", name, _what_came(delivery))
    return table


def _what_came(delivery: Delivery) -> str:
    if delivery.edition is None or delivery.state != Delivery.State.SENT:
        return escape(f"{delivery.state}: {delivery.reason}")
    return "\n".join(map(_papers_line, stories(delivery.edition)))


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
    return subprocess.run(
        command, cwd=settings.BASE_DIR, env=os.environ | own, check=False
    ).returncode
