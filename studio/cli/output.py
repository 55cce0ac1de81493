"""What commands print: results and tables on stdout, progress and errors on stderr.

Names of files, runs and classes come from anywhere. Nothing in them reaches the terminal as an
escape sequence, and nothing is taken for markup.
"""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from studio.callbacks import OnProgress
from studio.errors import ConfigError, StudioError
from studio.json_text import to_json


class _PlainConsole(Console):
    """A console for text without markup, which replaces what would control the terminal."""

    def __init__(self, **options: Any) -> None:
        super().__init__(markup=False, emoji=False, highlight=False, **options)

    def render_str(self, text: str, **options: Any) -> Text:
        """Make the text that is printed for a string."""
        return super().render_str(printable_lines(text), **options)


FAILED, USAGE = 1, 2  # exit codes

# Tables that go to a file or a pipe are not wrapped.
_PIPE_WIDTH = 1000
out = _PlainConsole(width=None if sys.stdout.isatty() else _PIPE_WIDTH)
err = _PlainConsole(stderr=True, soft_wrap=True)


def silence() -> None:
    """Print nothing from now on: the main process of a distributed training prints."""
    out.quiet = err.quiet = True


def print_json(values: dict[str, Any]) -> None:
    """Print one JSON object on one line of stdout; NaN and infinities as null."""
    if not out.quiet:
        sys.stdout.write(to_json(values) + "\n")
        sys.stdout.flush()


def print_error(error: StudioError) -> None:
    """Print an error as one line on stderr, and with --json as a JSON object on stdout."""
    err.print(f"vgg-studio: {' '.join(str(error).split())}")
    if "--json" in sys.argv:
        print_json({"status": "failed", "error": error.message, "hint": error.hint})


def exit_with_error(error: StudioError) -> NoReturn:
    """Print an error, and end with the exit code of wrong usage or of a failure."""
    print_error(error)
    sys.exit(USAGE if isinstance(error, ConfigError) else FAILED)


def print_table(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """Print a plain table; a column whose title begins with `#` is right-aligned."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        is_number = column.startswith("#")
        table.add_column(
            Text(printable(column.removeprefix("#"))),
            justify="right" if is_number else "left",
            no_wrap=is_number,
            overflow="fold",  # a name that was cut off could not be copied
        )
    for row in rows:
        # Text, not str: names of classes and files may look like markup.
        table.add_row(*("" if cell is None else Text(printable(str(cell))) for cell in row))
    out.print(table)


def printable(name: str) -> str:
    """Replace the characters of a name that would control the terminal."""
    return "".join(char if char.isprintable() else "�" for char in name)


def printable_lines(text: str) -> str:
    """Replace the characters of a text that would control the terminal, but no line breaks."""
    return text if text.isprintable() else "\n".join(map(printable, text.split("\n")))


@contextmanager
def progress_bar() -> Iterator[OnProgress]:
    """Show a progress bar on stderr while the body runs, and yield the callback that moves it."""
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
    )
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task("", total=1.0)

        def on_progress(fraction: float, message: str) -> None:
            bar.update(task, completed=fraction, description=printable(message) or None)

        yield on_progress
