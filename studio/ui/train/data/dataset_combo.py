"""The list of picture sets: those of the table, the user's own of late, and the way to another."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QComboBox

from studio.data.datasets import DATASETS, FOLDER
from studio.ui.train.data.recent_datasets import titles
from studio.ui.widgets.tooltip import wrap_tooltip

_ANOTHER = "Own pictures…"


class DatasetCombo(QComboBox):
    """An item's data is the id of a set of the table, a path, or FOLDER where none is chosen."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizeAdjustPolicy(self.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)
        self._own: list[str] = []
        for source in DATASETS.values():
            self._add(source.title, source.id, source.summary)
        self.insertSeparator(self.count())
        tip = "Class folders, an archive of them, or a list of labels"
        self._add(_ANOTHER, FOLDER, tip)

    def set_own(self, paths: Sequence[str]) -> None:
        """List these own sets, and the chosen one if it is none of them."""
        chosen = self.currentData()
        _, path = self.chosen()
        kept = list(paths) if path is None or path in paths else [path, *paths]
        if kept == self._own:
            return
        first = len(DATASETS) + 1
        with QSignalBlocker(self):
            while self.count() > first + 1:
                self.removeItem(first)
            for place, (name, own) in enumerate(zip(titles(kept), kept, strict=True)):
                self.insertItem(first + place, name, own)
                self.setItemData(first + place, wrap_tooltip(own), Qt.ItemDataRole.ToolTipRole)
            self.setCurrentIndex(self.findData(chosen))
        self._own = kept

    def choose(self, source: str, path: str | None) -> None:
        """Choose a set; a path not yet in the list is put first."""
        if path is not None and self.findData(path) < 0:
            self.set_own([path, *self._own])
        self.setCurrentIndex(self.findData(path or source))

    def chosen(self) -> tuple[str, str | None]:
        """Id of the source, and the path of own pictures if there is one."""
        data = self.currentData()
        return (data, None) if data in (*DATASETS, FOLDER) else (FOLDER, data)

    def _add(self, title: str, data: str, tip: str) -> None:
        self.addItem(title, data)
        self.setItemData(self.count() - 1, wrap_tooltip(tip), Qt.ItemDataRole.ToolTipRole)
