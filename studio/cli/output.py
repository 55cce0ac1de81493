"""What commands print: tables and sentences on stdout, progress and errors on stderr."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from studio.errors import StudioError

# Into a file or a pipe tables are written as wide as they are.
_PIPE_WIDTH = 1000
out = Console(highlight=False, width=None if sys.stdout.isatty() else _PIPE_WIDTH)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def hush() -> None:
    """Print nothing more: another process of the same training does."""
    out.quiet = err.quiet = True


def print_json(values: dict[str, Any]) -> None:
    """One JSON object on one line of stdout."""
    if out.quiet:
        return
    sys.stdout.write(json.dumps(values, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def report_failure(error: StudioError) -> None:
    """One clear line on stderr, and a JSON object where one was asked for."""
    line = " ".join(str(error).split())
    err.print(f"vgg-studio: {line}", markup=False)
    if "--json" in sys.argv:
        print_json({"status": "failed", "error": error.message, "hint": error.hint})


def print_table(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """A plain table; columns whose title begins with `#` are numbers and stand to the right."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        number = column.startswith("#")
        table.add_column(
            Text(printable(column.removeprefix("#"))),
            justify="right" if number else "left",
            no_wrap=number,
            overflow="fold",  # a name cut short could not be copied
        )
    for row in rows:
        # Names of classes and files are no markup, whatever they hold.
        table.add_row(*("" if cell is None else Text(printable(str(cell))) for cell in row))
    out.print(table)


def printable(name: str) -> str:
    """A name without characters that would steer the terminal."""
    return "".join(char if char.isprintable() else "�" for char in name)


def percent(share: float | None) -> str:
    """A share as a person reads it."""
    return "" if share is None else f"{100 * share:.2f} %"


@contextmanager
def progress_bar() -> Iterator[Callable[[float, str], None]]:
    """A bar on stderr while the body runs; call what is yielded with a share of 0..1 and a text."""
    columns = TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %")
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task("", total=1.0)

        def tell(share: float, text: str) -> None:
            bar.update(task, completed=share, description=text)

        yield tell
