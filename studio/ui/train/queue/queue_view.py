"""The view of the queue: what waits, runs and has ended."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QStackedWidget, QWidget

from studio.recipes import Recipe
from studio.runs.training_queue import EntryState, QueueEntry
from studio.ui.icons import icon
from studio.ui.shared.builders import (
    column_layout,
    elided_label,
    label,
    row_layout,
    set_style,
    text_button,
    tool_button,
)
from studio.ui.shared.shortcuts import with_keys
from studio.ui.train.queue.queue_list import QueueList
from studio.ui.train.queue.queue_model import QueueModel
from studio.ui.train.queue.queue_text import summary_text
from studio.ui.widgets.empty_state import EmptyState

_EMPTY_TEXT = (
    "“Add to queue” lets the settings of the form wait their turn, also while a training runs. "
    "The queue trains one after the other; one that fails does not stop the next."
)
_START = "Train what waits, one after the other."
_HOLD = "Start no further training; the present one goes on."
_AGAIN = (EntryState.FAILED, EntryState.DIVERGED, EntryState.STOPPED, EntryState.FINISHED)


class QueueView(QWidget):
    """Lists the trainings of the queue in their order, with the buttons that act on them.

    Signals carry ids of entries: `move_wanted` one and its new place, `remove_wanted` a list.
    """

    add_wanted = Signal()
    start_wanted = Signal()
    hold_wanted = Signal()
    move_wanted = Signal(str, int)
    remove_wanted = Signal(object)
    again_wanted = Signal(str)
    clear_wanted = Signal()
    opened = Signal(str)
    retry_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("queue_view")
        self._recipes: Callable[[], Mapping[str, Recipe]] = dict
        self._entries: tuple[QueueEntry, ...] = ()
        self._seconds: Mapping[str, float | None] = {}
        self._is_held = True
        self._read_only = ""
        self.list = QueueList(QueueModel(self._known_recipes, self))
        self.empty = EmptyState("No training waits", _EMPTY_TEXT, "Add to queue", icon("runs"))
        self._summary = elided_label("muted", "queue_summary")
        self._summary.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._make_buttons()
        self._note = self._build_note()
        self._content = QWidget()
        self._stack = QStackedWidget()
        self._lay_out()
        self._connect()
        self._update()

    def set_recipes(self, recipes: Callable[[], Mapping[str, Recipe]]) -> None:
        """Compare entries with the recipes that this function returns by id."""
        self._recipes = recipes

    def show_queue(self, entries: Sequence[QueueEntry], is_held: bool, read_only: str) -> None:
        """Show the entries; `read_only` says why they cannot be changed here, "" if they can."""
        self._entries, self._is_held, self._read_only = tuple(entries), is_held, read_only
        self.list.entries.is_editable = not read_only
        self.list.show_entries(self._entries)
        self._update()

    def show_seconds(self, seconds: Mapping[str, float | None]) -> None:
        """Show how long the entries will take, by their ids."""
        self._seconds = seconds
        self.list.entries.show_seconds(seconds)
        self._update()

    def select(self, entry_id: str) -> None:
        """Select one entry."""
        place = self.list.entries.place(entry_id)
        if place >= 0:
            self.list.selectRow(place)

    def _known_recipes(self) -> Mapping[str, Recipe]:
        return self._recipes()

    def _update(self) -> None:
        """Show the summary, and enable the buttons that can do something."""
        entries, can_change = self._entries, not self._read_only
        self._stack.setCurrentWidget(self._content if entries or self._read_only else self.empty)
        text = summary_text(entries, self._seconds, self._is_held) if entries else ""
        self._summary.setText(text)
        self._note_text.setText(self._read_only)
        self._note.setVisible(bool(self._read_only))
        self._show_start(any(entry.is_waiting for entry in entries))
        selected = self.list.selected()
        only = selected[0] if len(selected) == 1 else None
        place = entries.index(only) if only in entries else -1
        movable = can_change and only is not None and not only.is_running
        self._up.setEnabled(movable and place > 0 and not entries[place - 1].is_running)
        self._down.setEnabled(movable and place < len(entries) - 1)
        removable = bool(selected) and not all(entry.is_running for entry in selected)
        self._remove.setEnabled(can_change and removable)
        self._again.setEnabled(can_change and only is not None and only.state in _AGAIN)
        self._clear.setEnabled(can_change and any(entry.has_ended for entry in entries))

    def _show_start(self, is_waiting: bool) -> None:
        text, name = ("Start queue", "play") if self._is_held else ("Hold queue", "pause")
        self._start.setText(text)
        self._start.setIcon(icon(name))
        self._start.setAccessibleName(text)
        self._start.setToolTip(_START if self._is_held else _HOLD)
        self._start.setEnabled(is_waiting and not self._read_only)

    def _make_buttons(self) -> None:
        self._start = text_button("queue_start", "Start queue", "play", tooltip=_START)
        tip = with_keys("Train the selected one earlier", "move_up_in_queue")
        self._up = tool_button("queue_up", "chevron-up", "Move up", tip)
        tip = with_keys("Train the selected one later", "move_down_in_queue")
        self._down = tool_button("queue_down", "chevron-down", "Move down", tip)
        tip = with_keys("Remove the selected ones from the queue", "remove_from_queue")
        self._remove = tool_button("queue_remove", "trash", "Remove", tip)
        tip = "Let the selected one wait again at the end; one that ended early is resumed."
        self._again = tool_button("queue_again", "refresh", "Train again", tip)
        tip = "Remove all that have ended from this list. Their runs are kept."
        self._clear = text_button("queue_clear", "Clear ended", tooltip=tip)

    def _build_note(self) -> QFrame:
        self._note_text = label("muted", name="queue_note")
        self._note_text.setWordWrap(True)
        set_style(self._note_text, tone="warn")
        tip = "Check whether the queue can be changed in this window now."
        retry = text_button("queue_retry", "Check again", "refresh", tooltip=tip)
        retry.clicked.connect(self.retry_wanted)
        frame = QFrame()
        row = row_layout(frame, spacing=8)
        row.addWidget(self._note_text, 1)
        row.addWidget(retry)
        return frame

    def _lay_out(self) -> None:
        content = column_layout(self._content, spacing=12)
        content.addLayout(self._bar())
        content.addWidget(self._note)
        content.addWidget(self.list, 1)
        self._stack.addWidget(self._content)
        self._stack.addWidget(self.empty)
        column_layout(self, spacing=0).addWidget(self._stack)

    def _bar(self) -> QHBoxLayout:
        row = row_layout(spacing=8)
        row.addWidget(self._start)
        row.addWidget(self._summary, 1)
        for button in (self._up, self._down, self._again, self._remove, self._clear):
            row.addWidget(button)
        return row

    def _connect(self) -> None:
        self.empty.action_clicked.connect(self.add_wanted)
        self._start.clicked.connect(self._on_start)
        self._up.clicked.connect(self.list.move_up)
        self._down.clicked.connect(self.list.move_down)
        self._again.clicked.connect(self._on_again)
        self._remove.clicked.connect(self._on_remove)
        self._clear.clicked.connect(self.clear_wanted)
        self.list.move_wanted.connect(self.move_wanted)
        self.list.entries.move_wanted.connect(self.move_wanted)
        self.list.remove_wanted.connect(self._on_remove)
        self.list.selection_changed.connect(self._update)
        self.list.opened.connect(self.opened)

    def _on_start(self) -> None:
        (self.start_wanted if self._is_held else self.hold_wanted).emit()

    def _on_again(self) -> None:
        for entry in self.list.selected():
            self.again_wanted.emit(entry.id)

    def _on_remove(self) -> None:
        ids = [entry.id for entry in self.list.selected() if not entry.is_running]
        if ids and not self._read_only:
            self.remove_wanted.emit(ids)
