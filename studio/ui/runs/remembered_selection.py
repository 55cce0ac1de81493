"""Remembers which runs are selected on the Runs page, and its filter."""

from typing import Any, NamedTuple

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QLineEdit

from studio.ui.runs.run_table import RunTable
from studio.ui.window_state import WindowState

SECTION = "runs"


class SelectionSnapshot(NamedTuple):
    """The ids of the selected runs, and the text of the filter."""

    selected: tuple[str, ...]
    filter: str


class RememberedSelection(QObject):
    """Saves the selection after each change, and selects the runs of the last session once."""

    def __init__(
        self, state: WindowState, table: RunTable, filter_line: QLineEdit, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._state, self._table, self._filter_line = state, table, filter_line
        self._last: SelectionSnapshot | None = None
        state.add(SECTION, self._take)
        table.selection_changed.connect(self._on_changed)
        filter_line.textChanged.connect(self._on_changed)

    def restore(self) -> None:
        """Read the selection of the last session."""
        self._last = self._state.read(SECTION, parse_selection, None)

    def show_last(self) -> None:
        """Select and filter as in the last session, once the runs are listed."""
        last, self._last = self._last, None
        if last is None:
            return
        listed = [run for run in last.selected if self._table.has_run(run)]
        if listed:
            self._table.select_runs(listed)
        self._filter_line.setText(last.filter)

    def _on_changed(self) -> None:
        if self._last is None:  # else the runs are not listed yet
            self._state.mark_changed(SECTION)

    def _take(self) -> dict[str, Any]:
        return {"selected": self._table.selected_ids(), "filter": self._filter_line.text()}


def parse_selection(value: Any) -> SelectionSnapshot:
    """Convert a JSON value. Raises TypeError or LookupError for a wrong one."""
    selected, text = value["selected"], value["filter"]
    if not isinstance(text, str) or not all(isinstance(run, str) for run in selected):
        raise TypeError("not a selection of runs")
    return SelectionSnapshot(tuple(selected), text)
