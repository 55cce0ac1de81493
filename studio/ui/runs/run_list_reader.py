"""Reads the list of runs again and again, in a worker thread, into plain values for the page."""

import dataclasses
import socket
from dataclasses import dataclass
from pathlib import Path

from studio.models import VARIANTS
from studio.runs import RunStore, RunSummary
from studio.runs.scanner import RunScanner
from studio.ui.runs.breath import breathe
from studio.ui.runs.run_columns import words_of
from studio.ui.runs.run_row import RunRow


@dataclass(frozen=True)
class RunList:
    """Every run, newest first; the opened folders with how many runs each has.

    `unreachable` are the folders that gave no answer, each with the reason.
    """

    rows: list[RunRow]
    opened: dict[Path, int]
    unreachable: dict[Path, str]


class RunListReader:
    """Reads only what changed; a run that did not is the same row as before."""

    def __init__(self, store: RunStore) -> None:
        self._store = store
        self._scanner = RunScanner(store.runs_dir, breathe)
        self._rows: dict[str, RunRow] = {}

    def look(self) -> RunList:
        """The runs as they are now. A folder that lacks a part comes with what it has."""
        opened = self._store.opened
        result = self._scanner.scan(opened)
        self._rows = {run.key: self._row(run, opened) for run in result.runs}
        paths = [run.path for run in result.runs]
        return RunList(
            list(self._rows.values()),
            {place: sum(place in (path, path.parent) for path in paths) for place in opened},
            {place: error.strerror or str(error) for place, error in result.unreachable.items()},
        )

    def _row(self, summary: RunSummary, opened: tuple[Path, ...]) -> RunRow:
        known = self._rows.get(summary.key)
        if known is not None and known.summary is summary:
            return known
        return read_row(summary, opened)


def read_row(summary: RunSummary, opened: tuple[Path, ...]) -> RunRow:
    """A run as people call it. Names that the tables no longer know stay as they were written."""
    variant = VARIANTS.get(summary.variant)
    place = next((p for p in opened if p in (summary.path, summary.path.parent)), None)
    row = RunRow(
        summary,
        variant=variant.title if variant else summary.variant,
        dataset=summary.dataset_title,
        host=_short(summary.host) if summary.host != socket.gethostname() else "",
        folder=place.name if place else "",
    )
    return dataclasses.replace(row, words=words_of(row))


def _short(host: str) -> str:
    """A machine's name without its domain; an address stays whole."""
    first = host.split(".")[0]
    return host if first.isdigit() else first
