"""The combo box of datasets: the known ones, the recent ones of the user, and “Own images…”."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QComboBox

from studio.data.datasets import DATASETS, FOLDER
from studio.ui.train.form.editors import add_item
from studio.ui.widgets.tooltip import wrap_tooltip

_OWN_IMAGES = "Own images…"


class DatasetCombo(QComboBox):
    """The data of an item is the id of a dataset, a path, or FOLDER where no path is chosen."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizeAdjustPolicy(self.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)
        self._paths: list[str] = []
        for source in DATASETS.values():
            add_item(self, source.title, source.id, source.summary)
        self.insertSeparator(self.count())
        tip = "A folder with one folder for each class, an archive of one, or a list of labels."
        add_item(self, _OWN_IMAGES, FOLDER, tip)

    def set_recent(self, paths: Sequence[str]) -> None:
        """List these datasets of the user, and the chosen one if it is not among them."""
        chosen = self.currentData()
        _, path = self.chosen()
        listed = list(paths) if path is None or path in paths else [path, *paths]
        if listed == self._paths:
            return
        first = len(DATASETS) + 1
        with QSignalBlocker(self):
            while self.count() > first + 1:
                self.removeItem(first)
            for row, (title, item) in enumerate(zip(path_titles(listed), listed, strict=True)):
                self.insertItem(first + row, title, item)
                self.setItemData(first + row, wrap_tooltip(item), Qt.ItemDataRole.ToolTipRole)
            self.setCurrentIndex(self.findData(chosen))
        self._paths = listed

    def choose(self, source: str, path: str | None) -> None:
        """Choose a dataset; a path that is not listed is added first."""
        if path is not None and self.findData(path) < 0:
            self.set_recent([path, *self._paths])
        self.setCurrentIndex(self.findData(path or source))

    def chosen(self) -> tuple[str, str | None]:
        """Return the id of the chosen dataset, and the path if it is the user's own."""
        data = self.currentData()
        return (data, None) if data in (*DATASETS, FOLDER) else (FOLDER, data)


def path_titles(paths: Sequence[str]) -> list[str]:
    """Return the last part of each path; equal ones are followed by the folder above."""
    count = Counter(Path(path).name for path in paths)
    return [
        Path(path).name + (f" ({Path(path).parent.name})" if count[Path(path).name] > 1 else "")
        for path in paths
    ]
