"""The rows of the queue: one for each training, which can be dragged to another place."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from PySide6.QtCore import QAbstractTableModel, QMimeData, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QColor

from studio.recipes import Recipe
from studio.runs import run_tag
from studio.runs.training_queue import EntryState, QueueEntry
from studio.ui.train.queue.queue_text import details_text, state_text, time_text
from studio.ui.widgets import theme_colors
from studio.ui.widgets.model_index import Index
from studio.ui.widgets.tooltip import wrap_tooltip

PLACE, TRAINING, DETAILS, TIME, STATE, RUN = range(6)
_HEADERS = (
    ("", "The order in which they are trained."),
    ("Training", "The recipe, or the run that is resumed."),
    ("Changed settings", "What differs from the recipe, or why the training failed."),
    ("Time", "How long it will take, from what was measured on this machine."),
    ("State", "Whether it waits, trains, or has ended."),
    ("Run", "The end of the name of its run folder."),
)
_COLORS = {
    EntryState.RUNNING: "accent",
    EntryState.FINISHED: "good",
    EntryState.FAILED: "bad",
    EntryState.DIVERGED: "bad",
    EntryState.STOPPED: "warn",
}
_MIME = "application/x-vgg-studio-queue"


class QueueRow(NamedTuple):
    """An entry and its place from 0."""

    place: int
    entry: QueueEntry


class QueueModel(QAbstractTableModel):
    """Shows entries; `move_wanted` carries the id of a dropped one and its place from 0.

    `recipes` returns the known recipes by id, for what is changed in an entry.
    """

    move_wanted = Signal(str, int)

    def __init__(self, recipes: Callable[[], Mapping[str, Recipe]], parent: QObject) -> None:
        super().__init__(parent)
        self._recipes = recipes
        self._entries: tuple[QueueEntry, ...] = ()
        self._seconds: Mapping[str, float | None] = {}
        # Of each entry its details, which are computed when they are first seen.
        self._details: dict[str, tuple[QueueEntry, str]] = {}
        self.is_editable = True

    def show_entries(self, entries: Sequence[QueueEntry]) -> bool:
        """Show these entries; returns whether rows were added, removed or moved."""
        old, self._entries = self._entries, tuple(entries)
        if [entry.id for entry in old] != [entry.id for entry in entries]:
            self.beginResetModel()
            self.endResetModel()
            return True
        for row, (before, after) in enumerate(zip(old, entries, strict=True)):
            if before is not after:
                self._update_row(row)
        return False

    def show_seconds(self, seconds: Mapping[str, float | None]) -> None:
        """Show these forecasts."""
        self._seconds = dict(seconds)
        if self._entries:
            last = self.index(len(self._entries) - 1, TIME)
            self.dataChanged.emit(self.index(0, TIME), last)

    def row(self, place: int) -> QueueRow | None:
        """Return the row at a place; None outside."""
        if 0 <= place < len(self._entries):
            return QueueRow(place, self._entries[place])
        return None

    def place(self, entry_id: str) -> int:
        """Return the place of an entry; -1 for an unknown one."""
        places = [i for i, entry in enumerate(self._entries) if entry.id == entry_id]
        return places[0] if places else -1

    def _update_row(self, row: int) -> None:
        self.dataChanged.emit(self.index(row, 0), self.index(row, len(_HEADERS) - 1))

    def _text(self, row: int, column: int) -> str:
        entry = self._entries[row]
        match column:
            case 0:
                return str(row + 1)
            case 1:
                return entry.title
            case 2:
                return self._details_of(entry)
            case 3:
                return "" if entry.has_ended else time_text(self._seconds.get(entry.id))
            case 4:
                return state_text(entry)
        return run_tag(entry.run) if entry.run else ""

    def _details_of(self, entry: QueueEntry) -> str:
        known = self._details.get(entry.id)
        if known is None or known[0] is not entry:
            recipe = self._recipes().get(entry.config.recipe)
            known = self._details[entry.id] = entry, details_text(entry, recipe)
        return known[1]

    def _color(self, row: int, column: int) -> QColor | None:
        entry = self._entries[row]
        if column == STATE and not entry.is_waiting:
            return QColor(getattr(theme_colors.current(), _COLORS[entry.state]))
        is_muted = column in (PLACE, DETAILS, TIME, RUN) or entry.has_ended
        return QColor(theme_colors.current().muted) if is_muted else None

    # Qt

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._entries)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(_HEADERS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row, column = index.row(), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(row, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            texts = (self._entries[row].title, self._details_of(self._entries[row]))
            return wrap_tooltip("\n".join(texts))
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._color(row, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return _HEADERS[section][0]
        if role == Qt.ItemDataRole.ToolTipRole:
            return wrap_tooltip(_HEADERS[section][1])
        return _alignment(section) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled if self.is_editable else Qt.ItemFlag.NoItemFlags
        if self.is_editable and not self._entries[index.row()].is_running:
            flags |= Qt.ItemFlag.ItemIsDragEnabled
        return flags

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        return [_MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        data = QMimeData()
        if indexes:
            data.setData(_MIME, self._entries[indexes[0].row()].id.encode())
        return data

    def dropMimeData(
        self, data: QMimeData, _action: Qt.DropAction, row: int, _column: int, parent: Index
    ) -> bool:
        """Ask for the move; returns False, or the view would remove the dragged row."""
        entry_id = bytes(data.data(_MIME).data()).decode()
        old = self.place(entry_id)
        if old < 0 or not self.is_editable:
            return False
        if row < 0:
            row = parent.row() if parent.isValid() else len(self._entries)
        self.move_wanted.emit(entry_id, row - (row > old))
        return False


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column == TIME else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
