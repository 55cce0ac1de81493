"""All samples of a class or of an issue in a grid, the selected one in detail."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableView,
    QWidget,
)

from studio.data.image_folder.class_layout import SkippedFile
from studio.data.quality.report import Issue
from studio.formatting import count
from studio.ui.shared.builders import column_layout, elided_label, label, row_layout, text_button
from studio.ui.train.data.preview import Preview
from studio.ui.train.data_view.issue_row import affected_text
from studio.ui.train.data_view.sample_detail import SampleDetail
from studio.ui.train.data_view.sample_tiles import SampleTiles
from studio.ui.widgets.image_grid import ImageGrid
from studio.ui.widgets.metric_table import ROW_HEIGHT, MetricColumn, MetricModel

WIDE = 960  # px; from this width on the image is larger
_SMALL, _LARGE = 200, 304
_COLUMNS = (
    MetricColumn("File", "The file, relative to the dataset."),
    MetricColumn("Reason", "Why the file is skipped."),
)


class ClassBrowser(QWidget):
    """`class_grid` with `picture_detail`, and `stray_table` for files that are no images.

    `closed` is emitted by the Back button and by Esc.
    """

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("class_browser")
        tip = "Back to all classes (Esc)."
        self._back = text_button("browser_back", "Back", "chevron-left", tooltip=tip)
        self._title = elided_label("heading", "browser_title")
        self._count = label("muted")
        self._advice = label("muted", name="browser_advice")
        self._advice.setTextFormat(Qt.TextFormat.PlainText)
        self._advice.setWordWrap(True)
        self.grid = ImageGrid()
        self.grid.setObjectName("class_grid")
        self.grid.setAccessibleName("Samples")
        self.detail = SampleDetail()
        self._skipped = MetricModel(_COLUMNS, self)
        self.files = self._file_table()
        self._tiles: SampleTiles | None = None
        self._lay_out()
        self._back.clicked.connect(self.closed)
        self.grid.sample_selected.connect(self._show_sample)

    def show_class(self, preview: Preview, label: int) -> None:
        """Show all samples of a class."""
        positions = preview.samples_of_class(label)
        self._show(SampleTiles(preview), positions, ())
        self._set_header(preview.class_names[label], count(len(positions), "sample"), "")

    def show_issue(self, preview: Preview, issue: Issue) -> None:
        """Show the samples and files that an issue affects."""
        positions = np.array(issue.samples, np.int64)
        self._show(SampleTiles(preview, with_class=True), positions, issue.files)
        self._set_header(issue.title, affected_text(issue), issue.advice)

    def clear(self) -> None:
        """Release the samples."""
        self._tiles = None
        self.grid.set_order(np.zeros(0, np.int64))

    def title(self) -> str:
        """Return the title and the count of what is shown."""
        return f"{self._title.text()} · {self._count.text()}"

    def _show(
        self, tiles: SampleTiles, positions: NDArray[np.int64], files: Sequence[SkippedFile]
    ) -> None:
        self._tiles = tiles
        self.grid.set_samples(tiles, positions)
        self.grid.setVisible(len(positions) > 0)
        self.detail.setVisible(len(positions) > 0)
        self._skipped.set_rows([(skipped.file, skipped.reason) for skipped in files])
        self.files.setVisible(bool(files))
        self.grid.select_row(0)
        (self.grid if len(positions) else self.files).setFocus()

    def _set_header(self, title: str, count_text: str, advice: str) -> None:
        self._title.setText(title)
        self._count.setText(count_text)
        self._advice.setText(advice)
        self._advice.setVisible(bool(advice))

    def _show_sample(self, position: int) -> None:
        if self._tiles is not None:
            self.detail.show_sample(self._tiles, position)

    def _file_table(self) -> QTableView:
        table = QTableView()
        table.setObjectName("stray_table")
        table.setAccessibleName("Skipped files")
        table.setToolTip("The files that are skipped, and why. They are not changed.")
        table.setModel(self._skipped)
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
        head = row_layout(spacing=12)
        head.addWidget(self._back)
        head.addWidget(self._title)
        head.addWidget(self._count)
        head.addStretch(1)
        samples = row_layout(spacing=16)
        samples.addWidget(self.grid, 1)
        samples.addWidget(self.detail)
        column = column_layout(self, spacing=12)
        column.addLayout(head)
        column.addWidget(self._advice)
        column.addLayout(samples, 3)
        column.addWidget(self.files, 2)

    # Qt

    def event(self, event: QEvent) -> bool:
        """Handle Esc here, before the window uses it to stop the training."""
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
