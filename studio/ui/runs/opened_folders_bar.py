"""The folders of runs that were opened, each with a way to close it again."""

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from studio.ui.icons import icon
from studio.ui.widgets.elided_label import ElidedLabel

_WIDEST, _HEIGHT = 320, 32


class OpenedFoldersBar(QWidget):
    """Hidden while no folder is open."""

    closed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("opened_folders")
        self._chips: dict[Path, FolderChip] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)
        self._row.addStretch(1)
        self.hide()

    def show_places(self, opened: Mapping[Path, int], unreachable: Mapping[Path, str]) -> None:
        """Show these folders with how many runs each has, and which do not answer and why."""
        for path in self._chips.keys() - opened.keys():
            self._chips.pop(path).deleteLater()
        for path, runs in opened.items():
            if path not in self._chips:
                self._chips[path] = FolderChip(path)
                self._chips[path].closed.connect(self.closed)
                self._row.insertWidget(len(self._chips) - 1, self._chips[path])
            self._chips[path].show_state(runs, unreachable.get(path, ""))
        self.setVisible(bool(opened))

    def texts(self) -> list[str]:
        """What is said of each folder."""
        return [chip.text() for chip in self._chips.values()]


class FolderChip(QFrame):
    """One opened folder."""

    closed = Signal(object)

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._picture, self._name, self._state = QLabel(), ElidedLabel(path.name), QLabel()
        self._state.setProperty("role", "muted")
        close = QToolButton()
        close.setObjectName("close_folder")
        close.setAccessibleName(f"Close the folder {path.name}")
        close.setToolTip("Take this folder off the list. No file is changed or deleted.")
        close.setIcon(icon("close", "muted"))
        close.setIconSize(QSize(12, 12))
        close.setProperty("kind", "step")
        close.clicked.connect(self._on_close)
        self.setProperty("card", True)
        self.setMaximumWidth(_WIDEST)
        self.setFixedHeight(_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 0, 3, 0)
        row.setSpacing(8)
        for widget in (self._picture, self._name, self._state, close):
            row.addWidget(widget)

    def show_state(self, runs: int, trouble: str) -> None:
        """Say how many runs it has; `trouble` is why it does not answer, if so."""
        state = "does not answer" if trouble else {1: "1 run"}.get(runs, f"{runs} runs")
        if state == self._state.text():
            return
        self._state.setText(state)
        kind = ("warning", "warn") if trouble else ("folder", "muted")
        self._picture.setPixmap(icon(*kind).pixmap(QSize(16, 16), self.devicePixelRatioF()))
        seen = "Runs are shown as they were last seen." if trouble else ""
        self.setToolTip(" ".join(filter(None, (f"{self._path}.", trouble and f"{trouble}.", seen))))
        self.setAccessibleName(self.text())

    def text(self) -> str:
        """What it says."""
        return f"{self._path.name}: {self._state.text()}"

    def _on_close(self) -> None:
        self.closed.emit(self._path)
