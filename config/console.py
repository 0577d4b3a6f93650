"""Tables of commands: with colours and rules on a terminal, plain in a file, a pipe, a mail."""

from collections.abc import Sequence
from typing import TextIO, cast

from django.core.management.base import OutputWrapper
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

WIDE = 200  # columns where nobody sees the table's edge


def console_on(stream: OutputWrapper) -> Console:
    """Return what prints on a command's stream: as wide as its terminal, or wide enough."""
    file = cast("TextIO", stream)
    console = Console(file=file)
    return console if console.is_terminal else Console(file=file, width=WIDE)


def table_for(console: Console, *headers: str, numbers: Sequence[str] = ()) -> Table:
    """Return an empty table with these columns; those named in `numbers` stand to the right."""
    box = SIMPLE_HEAD if console.is_terminal else None
    table = Table(box=box, show_edge=False, collapse_padding=True, pad_edge=False)
    for header in headers:
        table.add_column(header, justify="right" if header in numbers else "left")
    return table
