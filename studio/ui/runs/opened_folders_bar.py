"""The opened folders of runs, each with a button to close it."""

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QWidget

from studio.formatting import count
from studio.ui.icons import icon
from studio.ui.shared.builders import label, tool_button
from studio.ui.widgets.elided_label import ElidedLabel

_MAX_WIDTH_PX, _HEIGHT_PX = 320, 32


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

    def show_folders(self, opened: Mapping[Path, int], unreachable: Mapping[Path, str]) -> None:
        """Show folders with their number of runs; `unreachable` holds reasons by folder."""
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
        """Return the text of each folder."""
        return [chip.text() for chip in self._chips.values()]


class FolderChip(QFrame):
    """One opened folder."""

    closed = Signal(object)

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._icon, self._name, self._state = QLabel(), ElidedLabel(path.name), label("muted")
        close = tool_button(
            "close_folder",
            "close",
            f"Close the folder {path.name}",
            "Remove this folder from the list. No file is changed or deleted.",
            "muted",
        )
        close.setIconSize(QSize(12, 12))
        close.setProperty("kind", "step")
        close.clicked.connect(self._on_close)
        self.setProperty("card", True)
        self.setMaximumWidth(_MAX_WIDTH_PX)
        self.setFixedHeight(_HEIGHT_PX)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 0, 3, 0)
        row.setSpacing(8)
        for widget in (self._icon, self._name, self._state, close):
            row.addWidget(widget)

    def show_state(self, runs: int, error: str) -> None:
        """Show the number of runs, or that the folder cannot be read because of `error`."""
        state = "not reachable" if error else count(runs, "run")
        if state == self._state.text():
            return
        self._state.setText(state)
        icon_and_color = ("warning", "warn") if error else ("folder", "muted")
        pixmap = icon(*icon_and_color).pixmap(QSize(16, 16), self.devicePixelRatioF())
        self._icon.setPixmap(pixmap)
        problem = f"\n{error}. The runs are shown as they were last read." if error else ""
        self.setToolTip(f"{self._path}{problem}")
        self.setAccessibleName(self.text())

    def text(self) -> str:
        """Return the name of the folder and its state."""
        return f"{self._path.name}: {self._state.text()}"

    def _on_close(self) -> None:
        self.closed.emit(self._path)
