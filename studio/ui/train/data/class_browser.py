"""All pictures of a class or of a finding, to scroll through and look at."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from studio.data.image_folder.image_table import SkippedFile
from studio.data.quality.report import Issue
from studio.ui.shared.builders import text_button
from studio.ui.train.data.issue_row import concerned
from studio.ui.train.data.preview import Preview
from studio.ui.train.data.sample_detail import SampleDetail
from studio.ui.train.data.sample_tiles import SampleTiles
from studio.ui.widgets.elided_label import ElidedLabel
from studio.ui.widgets.image_grid import ImageGrid
from studio.ui.widgets.metric_table import ROW_HEIGHT, MetricColumn, MetricModel

WIDE = 960  # from this width on the picture is shown larger
_SMALL, _LARGE = 200, 304
_COLUMNS = (
    MetricColumn("File", "The file below the chosen folder"),
    MetricColumn("Why", "Why it takes no part"),
)


class ClassBrowser(QWidget):
    """A grid of pictures, the chosen one large; files that are no pictures in a table.

    `closed` when the person wants to go back.
    """

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("class_browser")
        self._back = text_button("browser_back", "Back", "chevron-left")
        self._back.setToolTip("Back to all classes (Esc)")
        self._title, self._figure = ElidedLabel(), QLabel()
        self._title.setObjectName("browser_title")
        self._advice = QLabel()
        self._advice.setObjectName("browser_advice")
        self._advice.setWordWrap(True)
        for label, role in (
            (self._title, "heading"),
            (self._figure, "muted"),
            (self._advice, "muted"),
        ):
            label.setProperty("role", role)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.grid = ImageGrid()
        self.grid.setObjectName("class_grid")
        self.grid.setAccessibleName("Pictures")
        self.detail = SampleDetail()
        self._strays = MetricModel(_COLUMNS, self)
        self.files = self._file_table()
        self._tiles: SampleTiles | None = None
        self._lay_out()
        self._back.clicked.connect(self.closed)
        self.grid.sample_selected.connect(self._show_picture)

    def show_class(self, preview: Preview, label: int) -> None:
        """Show all pictures of a class."""
        rows = preview.rows_of_class(label)
        words = f"{len(rows):,} picture{'' if len(rows) == 1 else 's'}"
        self._show(SampleTiles(preview), rows, ())
        self._say(preview.class_names[label], words, "")

    def show_finding(self, preview: Preview, finding: Issue) -> None:
        """Show the pictures and files that a finding is about."""
        rows = np.array(finding.samples, np.int64)
        self._show(SampleTiles(preview, with_class=True), rows, finding.files)
        self._say(finding.title, concerned(finding), finding.advice)

    def clear(self) -> None:
        """Let go of the pictures."""
        self._tiles = None
        self.grid.set_order(np.zeros(0, np.int64))

    def title(self) -> str:
        """What is shown, in words."""
        return f"{self._title.text()} · {self._figure.text()}"

    def _show(
        self, tiles: SampleTiles, rows: NDArray[np.int64], files: Sequence[SkippedFile]
    ) -> None:
        self._tiles = tiles
        self.grid.set_samples(tiles, rows)
        self.grid.setVisible(len(rows) > 0)
        self.detail.setVisible(len(rows) > 0)
        self._strays.set_rows([(stray.file, stray.reason) for stray in files])
        self.files.setVisible(bool(files))
        self.grid.select_row(0)
        (self.grid if len(rows) else self.files).setFocus()

    def _say(self, title: str, figure: str, advice: str) -> None:
        self._title.setText(title)
        self._figure.setText(figure)
        self._advice.setText(advice)
        self._advice.setVisible(bool(advice))

    def _show_picture(self, position: int) -> None:
        if self._tiles is not None:
            self.detail.show_picture(self._tiles, position)

    def _file_table(self) -> QTableView:
        table = QTableView()
        table.setObjectName("stray_table")
        table.setAccessibleName("Files that take no part")
        table.setToolTip("Files that take no part, and why. None of them is changed")
        table.setModel(self._strays)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setTabKeyNavigation(False)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        table.horizontalHeader().setHighlightSections(False)
        return table

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self._back)
        head.addWidget(self._title)
        head.addWidget(self._figure)
        head.addStretch(1)
        pictures = QHBoxLayout()
        pictures.setSpacing(16)
        pictures.addWidget(self.grid, 1)
        pictures.addWidget(self.detail)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(self._advice)
        column.addLayout(pictures, 3)
        column.addWidget(self.files, 2)

    # Qt

    def event(self, event: QEvent) -> bool:
        """Esc means back here, not a stop of the training."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            event.setAccepted(event.key() == Qt.Key.Key_Escape)
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.detail.set_side(_LARGE if self.width() >= WIDE else _SMALL)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)
