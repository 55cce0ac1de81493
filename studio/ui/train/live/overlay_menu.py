"""The menu that chooses the earlier runs behind the curves of a training."""

from collections.abc import Collection, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QMenu, QWidget

from studio.ui.train.live.overlay_choices import OverlayChoice, OverlayChoices
from studio.ui.train.live.run_overlay import MAX_OVERLAYS
from studio.ui.widgets.tooltip import wrap_tooltip

SAME, OTHERS = "Same dataset", "Other datasets: not directly comparable"
LOADING, EMPTY = "Reading the runs…", "No earlier run with an epoch"
FULL = f"At most {MAX_OVERLAYS} runs: remove one to choose another"
FAILED = "The runs could not be read"
_CHOOSE_KEYS = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class OverlayMenu(QMenu):
    """Lists runs that can be checked; it stays open, so that several can be chosen.

    `toggled` carries the key of a run that was checked or unchecked.
    """

    toggled = Signal(str)
    cleared = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__("Compare with runs", parent)
        self.setObjectName("overlay_runs_menu")
        self.setAccessibleName("Compare with earlier runs")
        self.setToolTipsVisible(True)
        self._runs: list[QAction] = []
        self._full: QAction | None = None  # while runs are listed
        self._remove = QAction(self)
        self.triggered.connect(self._on_triggered)
        self.show_text(LOADING)

    def show_text(self, text: str) -> None:
        """Show a text instead of runs."""
        self.clear()
        self._runs, self._full = [], None
        self._add_text(text)

    def show_choices(self, choices: OverlayChoices, chosen: Collection[str]) -> None:
        """List these runs; those of `chosen` are checked."""
        if not (choices.same or choices.others):
            self.show_text(EMPTY)
            return
        self.clear()
        self._runs = []
        for title, runs in ((SAME, choices.same), (OTHERS, choices.others)):
            self._add_group(title, runs)
        self.addSeparator()
        self._remove = self.addAction("Remove all")
        self._full = self._add_text(FULL)
        self.show_chosen(chosen)

    def show_chosen(self, chosen: Collection[str]) -> None:
        """Check the runs with these keys; with enough of them no other can be checked."""
        if self._full is None:
            return
        is_full = len(chosen) >= MAX_OVERLAYS
        for action in self._runs:
            action.setChecked(action.data() in chosen)
            action.setEnabled(action.data() in chosen or not is_full)
        self._remove.setEnabled(bool(chosen))
        self._full.setVisible(is_full)

    def _add_group(self, title: str, runs: Sequence[OverlayChoice]) -> None:
        if runs:
            heading = self._add_text(title)
            font = self.font()
            font.setBold(True)
            heading.setFont(font)
        for run in runs:
            action = self.addAction(run.text.replace("&", "&&"))
            action.setData(run.key)
            action.setToolTip(wrap_tooltip(run.tooltip))
            action.setCheckable(True)
            self._runs.append(action)

    def _add_text(self, text: str) -> QAction:
        action = self.addAction(text)
        action.setEnabled(False)
        return action

    def _on_triggered(self, action: QAction) -> None:
        if action.isCheckable():
            self.toggled.emit(action.data())
        else:
            self.cleared.emit()

    def _choose_active(self) -> bool:
        """Check or uncheck the active entry and stay open; return False if there is none."""
        action = self.activeAction()
        if action is None or not (action.isEnabled() and action.isCheckable()):
            return False
        action.trigger()
        return True

    # Qt

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.actionAt(event.position().toPoint()) is None or not self._choose_active():
            super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in _CHOOSE_KEYS or not self._choose_active():
            super().keyPressEvent(event)
