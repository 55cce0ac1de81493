"""The training samples nearest to an image: a row for each class compared."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QProgressBar, QWidget

from studio.ui.context import StudioContext
from studio.ui.shared.builders import column_layout, elided_label, row_layout, text_button
from studio.ui.shared.nearest_row import NearestRow
from studio.ui.shared.nearest_search import NearestRequest, NearestSearch

if TYPE_CHECKING:
    from studio.insight.nearest import NearestSamples, Neighbor

NOTE_HEIGHT_PX = 150  # from which there is space for the note
_NOTE = "Similar to the model by the cosine of their features, which need not be why."


class NearestPanel(QWidget):
    """Searches and shows neighbors of up to two classes, or the progress of loading them.

    Signals: `sample_clicked(id)`, `failed(error, traceback)`.
    """

    sample_clicked = Signal(str)
    failed = Signal(object, str)

    def __init__(self, context: StudioContext, opens: bool, parent: QWidget | None = None) -> None:
        """`opens` says whether a click on a sample opens it."""
        super().__init__(parent)
        self._request: NearestRequest | None = None
        self.search = NearestSearch(context, self)
        self.rows = (
            NearestRow("nearest_first_row", opens),
            NearestRow("nearest_second_row", opens),
        )
        self.note = elided_label("muted", "nearest_note")
        self.status = elided_label("muted", "nearest_status")
        self.bar = QProgressBar()
        self.bar.setObjectName("nearest_progress")
        self.bar.setAccessibleName("Progress of loading the training samples")
        self.bar.setToolTip("How many training samples are ready to be searched")
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.cancel_button = text_button("nearest_cancel_button", "Cancel")
        self.cancel_button.setToolTip("Stop loading the training samples")
        self.again_button = text_button("nearest_again_button", "Search", "refresh")
        self.again_button.setToolTip("Load the training samples and search them")
        self._found, self._working = QWidget(), QWidget()
        self._lay_out()
        self._connect()

    def show_request(self, request: NearestRequest) -> None:
        """Search the training samples nearest to an image, instead of the last one."""
        self._request = request
        self.search.search(request)

    def cancel(self) -> None:
        """Stop loading; what was found stays until something else is searched."""
        self.search.cancel()

    def shutdown(self) -> None:
        """End the loading and the thread."""
        self.search.shutdown()

    def _connect(self) -> None:
        self.search.loading.connect(self._show_loading)
        self.search.progressed.connect(self._show_progress)
        self.search.loaded.connect(self._on_loaded)
        self.search.found.connect(self._on_found)
        self.search.failed.connect(self._on_failed)
        self.search.cancelled.connect(self._on_cancelled)
        self.cancel_button.clicked.connect(self.search.cancel)
        self.again_button.clicked.connect(self._repeat)
        for row in self.rows:
            row.sample_clicked.connect(self.sample_clicked)

    def _repeat(self) -> None:
        if self._request is not None:
            self.search.search(self._request)

    def _show_loading(self) -> None:
        self._show_progress(0.0, "Loading the training samples")
        self._set_working(True)
        self._show_found(False)

    def _show_progress(self, fraction: float, text: str) -> None:
        self.bar.setValue(round(1000 * fraction))
        if text:
            self.status.setText(text)

    def _on_loaded(self, samples: "NearestSamples") -> None:
        searched = f"{samples.count:,} training samples searched"
        kept = samples.features.kept
        reduced = f", features reduced to {100 * kept:.0f} % of their length" if kept < 1 else ""
        self.note.setText(f"{_NOTE} {searched}{reduced}.")
        self.note.tooltip_text = self.note.text()

    def _on_found(self, request: NearestRequest, found: "list[list[Neighbor]]") -> None:
        for row, compared, neighbors in zip(self.rows, request.classes, found, strict=False):
            row.show_neighbors(compared.role, compared.name, neighbors)
        self.rows[1].setVisible(len(found) > 1)
        self._show_found(True)

    def _on_failed(self, error: object, traceback_text: str) -> None:
        self._show_stopped("The search failed.")
        self.failed.emit(error, traceback_text)

    def _on_cancelled(self) -> None:
        self._show_stopped("Cancelled.")

    def _show_stopped(self, text: str) -> None:
        self.status.setText(text)
        self._set_working(False)
        self._show_found(False)

    def _show_found(self, found: bool) -> None:
        self._found.setVisible(found)
        self._working.setVisible(not found)

    def _set_working(self, working: bool) -> None:
        self.bar.setVisible(working)
        self.cancel_button.setVisible(working)
        self.again_button.setVisible(not working)

    def _lay_out(self) -> None:
        column = column_layout(self._found, spacing=4)
        for row in self.rows:
            column.addWidget(row)
        column.addStretch(1)
        column.addWidget(self.note)
        line = row_layout(self._working, spacing=12)
        line.addWidget(self.status)
        line.addWidget(self.bar, 1)
        for button in (self.cancel_button, self.again_button):
            line.addWidget(button)
        line.addStretch(0)
        pages = column_layout(self, spacing=0)
        pages.addWidget(self._found)
        pages.addWidget(self._working)
        self._show_found(True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        has_note = self.height() >= NOTE_HEIGHT_PX
        self.note.setVisible(has_note)
        height = self.height() - (self.note.sizeHint().height() + 8 if has_note else 0)
        for row in self.rows:
            row.set_height((height - 4) // 2)
