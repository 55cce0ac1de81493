"""The table of the queue: rows are dragged, moved and removed with the keyboard, and opened."""

from collections.abc import Sequence

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from studio.runs.training_queue import QueueEntry
from studio.ui.shared.shortcuts import add_shortcut
from studio.ui.train.queue.queue_model import (
    DETAILS,
    PLACE,
    RUN,
    STATE,
    TIME,
    TRAINING,
    QueueModel,
)

_ROW_PX = 36
_FIXED = {PLACE: 36, TIME: 80, STATE: 88, RUN: 64}  # widths in pixels
_MIN_TRAINING_PX, _MIN_DETAILS_PX = 140, 120
_TRAINING_SHARE = 0.4  # of the width that training and details have


class QueueList(QTableView):
    """`queue_list`; signals carry ids of entries, `move_wanted` one and the step.

    `selection_changed` follows the selection, `opened` Enter or a double click.
    """

    selection_changed = Signal()
    opened = Signal(str)
    move_wanted = Signal(str, int)
    remove_wanted = Signal()

    def __init__(self, entries: QueueModel) -> None:
        super().__init__()
        self.setObjectName("queue_list")
        self.setAccessibleName("Queue")
        self.setToolTip("Trainings in their order. Drag one to move it.")
        self.entries = entries
        self.setModel(entries)
        self._set_up()
        self.activated.connect(self._on_activated)
        self.selectionModel().selectionChanged.connect(self.selection_changed)
        context = Qt.ShortcutContext.WidgetShortcut
        add_shortcut("move_up_in_queue", self, self.move_up, context)
        add_shortcut("move_down_in_queue", self, self.move_down, context)
        add_shortcut("remove_from_queue", self, self.remove_wanted.emit, context)

    def selected(self) -> list[QueueEntry]:
        """Return the selected entries from top to bottom."""
        places = sorted(index.row() for index in self.selectionModel().selectedRows())
        rows = [self.entries.row(place) for place in places]
        return [row.entry for row in rows if row is not None]

    def show_entries(self, entries: Sequence[QueueEntry]) -> None:
        """Show these entries; those that stay are selected as before."""
        selected = [entry.id for entry in self.selected()]
        first = min((self.entries.place(entry_id) for entry_id in selected), default=-1)
        scrolled = self.verticalScrollBar().value()
        if not self.entries.show_entries(entries):
            return
        kept = [place for place in map(self.entries.place, selected) if place >= 0]
        if not kept and first >= 0:  # removed: the next one can be removed too
            kept = [min(first, len(entries) - 1)] if entries else []
        self._select(kept)
        self.verticalScrollBar().setValue(scrolled)
        self.selection_changed.emit()

    def move_up(self) -> None:
        """Ask to move the selected entry up."""
        self._move(-1)

    def move_down(self) -> None:
        """Ask to move the selected entry down."""
        self._move(1)

    def _move(self, step: int) -> None:
        selected = self.selected()
        if len(selected) == 1:
            self.move_wanted.emit(selected[0].id, self.entries.place(selected[0].id) + step)

    def _select(self, places: Sequence[int]) -> None:
        flag = QItemSelectionModel.SelectionFlag
        for place in places:
            index = self.entries.index(place, TRAINING)
            self.selectionModel().select(index, flag.Select | flag.Rows)
        if places:
            index = self.entries.index(places[0], TRAINING)
            self.selectionModel().setCurrentIndex(index, flag.NoUpdate)
            self.scrollTo(index)

    def _on_activated(self, index: QModelIndex) -> None:
        row = self.entries.row(index.row())
        if row is not None:
            self.opened.emit(row.entry.id)

    def _set_up(self) -> None:
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setDragDropOverwriteMode(False)
        self.setDropIndicatorShown(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW_PX)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setHighlightSections(False)

    def _fit_columns(self) -> None:
        """Give title and details what the others leave; a narrow list hides run and details."""
        width = self.viewport().width()
        flexible = width - sum(_FIXED.values())
        has_run = flexible >= _MIN_TRAINING_PX + _MIN_DETAILS_PX
        flexible += 0 if has_run else _FIXED[RUN]
        has_details = flexible >= _MIN_TRAINING_PX + _MIN_DETAILS_PX
        self.setColumnHidden(RUN, not has_run)
        self.setColumnHidden(DETAILS, not has_details)
        training = max(_MIN_TRAINING_PX, int(flexible * _TRAINING_SHARE))
        header = self.horizontalHeader()
        for column, size in _FIXED.items():
            header.resizeSection(column, size)
        header.resizeSection(TRAINING, training if has_details else flexible)
        header.resizeSection(DETAILS, flexible - training)

    # Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_columns()
