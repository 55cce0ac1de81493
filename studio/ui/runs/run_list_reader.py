"""Reads the list of runs into rows of the run table, in a worker thread. No Qt here."""

import dataclasses
import socket
from dataclasses import dataclass
from pathlib import Path

from studio.models import VARIANTS
from studio.runs import RunStore, RunSummary
from studio.runs.scanner import RunScanner
from studio.ui.runs.run_columns import search_text
from studio.ui.runs.run_row import RunRow
from studio.ui.tasks import yield_gil


@dataclass(frozen=True)
class RunList:
    """All runs, newest first; the opened folders with the number of runs in each.

    `unreachable` holds the folders that could not be read, each with the reason.
    """

    rows: list[RunRow]
    opened: dict[Path, int]
    unreachable: dict[Path, str]


class RunListReader:
    """Reads only runs that changed; a run that did not stays the same row object."""

    def __init__(self, store: RunStore) -> None:
        self._store = store
        self._scanner = RunScanner(store.runs_dir, yield_gil)
        self._rows: dict[str, RunRow] = {}

    def read(self) -> RunList:
        """Read the runs. A folder that lacks a file is read as far as possible."""
        opened = self._store.opened
        result = self._scanner.scan(opened)
        self._rows = {run.key: self._row(run, opened) for run in result.runs}
        paths = [run.path for run in result.runs]
        return RunList(
            list(self._rows.values()),
            {folder: sum(folder in (path, path.parent) for path in paths) for folder in opened},
            {folder: error.strerror or str(error) for folder, error in result.unreachable.items()},
        )

    def _row(self, summary: RunSummary, opened: tuple[Path, ...]) -> RunRow:
        known = self._rows.get(summary.key)
        if known is not None and known.summary is summary:
            return known
        return make_row(summary, opened)


def make_row(summary: RunSummary, opened: tuple[Path, ...]) -> RunRow:
    """Make the row of a run. An unknown variant is shown by its id."""
    variant = VARIANTS.get(summary.variant)
    folder = next((f for f in opened if f in (summary.path, summary.path.parent)), None)
    row = RunRow(
        summary,
        variant=variant.title if variant else summary.variant,
        dataset=summary.dataset_title,
        host=_short_host(summary.host) if summary.host != socket.gethostname() else "",
        folder=folder.name if folder else "",
    )
    return dataclasses.replace(row, search_text=search_text(row))


def _short_host(host: str) -> str:
    """Return a host name without its domain; an IP address is returned unchanged."""
    first = host.split(".")[0]
    return host if first.isdigit() else first
