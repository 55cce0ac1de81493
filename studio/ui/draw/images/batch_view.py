"""Several images as a grid with the prediction of each."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtWidgets import QLabel, QListWidget, QProgressBar, QWidget

from studio.callbacks import OnProgress, ShouldStop
from studio.formatting import count
from studio.ui.draw.images.batch_prediction import MAX_FILES, BatchPredictor
from studio.ui.draw.images.batch_table import ORDERS, BatchResult, BatchTable, write_csv
from studio.ui.shared.builders import column_layout, label, row_layout, text_button, tool_button
from studio.ui.shared.live_predictor import LivePredictor
from studio.ui.shared.save_dialog import open_save_dialog
from studio.ui.tasks import TaskHost
from studio.ui.widgets.image_grid import ImageGrid
from studio.ui.widgets.picker_combo import PickerCombo

REFRESH_MS = 250  # at least between two changes of the grid
MAX_ERROR_LINES, ERRORS_MARGIN_PX = 2, 16  # of the list of files without a prediction


class BatchView(QWidget):
    """Predicts files and shows them.

    Signals: `image_opened(path)` when a tile is chosen, `closed()`, `failed(error, traceback)` and
    `exported(path)`.
    """

    image_opened = Signal(object)
    closed = Signal()
    failed = Signal(object, str)
    exported = Signal(object)

    def __init__(self, tasks: TaskHost, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._paths: tuple[Path, ...] = ()
        self._model: LivePredictor | None = None
        self._table: BatchTable | None = None
        self._predictor = BatchPredictor(tasks, self)
        self._refresh = QTimer(self, singleShot=True, interval=REFRESH_MS)
        self._title = label("heading", name="batch_title")
        self._close = tool_button("batch_close_button", "close", "Close", "Close the images")
        self._progress = QProgressBar()
        self._progress.setObjectName("batch_progress")
        self._progress.setAccessibleName("Prediction progress")
        self._progress.setToolTip("How many of the images have been predicted")
        self._progress.setTextVisible(False)
        self._progress.setRange(0, 1000)
        self._cancel = text_button(
            "batch_cancel_button", "Cancel", tooltip="Stop; what is predicted stays"
        )
        self._sort = PickerCombo()
        self._sort.setObjectName("batch_sort")
        self._sort.setAccessibleName("Order of the images")
        self._sort.setToolTip("The order of the images")
        self._sort.addItems(ORDERS)
        self._export = text_button(
            "batch_export_button",
            "Export…",
            "download",
            tooltip="Save files, predicted classes and probabilities as a CSV table",
        )
        self.grid = ImageGrid()
        self.grid.setObjectName("batch_grid")
        self.grid.setAccessibleName("Images with their predictions")
        self._errors_title = QLabel()
        self._errors_title.setObjectName("batch_errors_title")
        self._errors_title.setProperty("role", "muted")
        self._errors = QListWidget()
        self._errors.setObjectName("batch_errors")
        self._errors.setAccessibleName("Files without a prediction")
        self._errors.setToolTip("Files without a prediction, and why")
        self._errors.setWordWrap(True)
        self._errors.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._lay_out()
        self._connect()

    @property
    def has_images(self) -> bool:
        """Whether files were opened and not closed since."""
        return bool(self._paths)

    @property
    def is_running(self) -> bool:
        """Whether files are being predicted."""
        return self._predictor.is_running

    @property
    def table(self) -> BatchTable | None:
        """The files shown; None until they are listed."""
        return self._table

    def open(self, paths: Sequence[Path]) -> None:
        """Predict files and the images in folders, as soon as there is a model."""
        self._paths = tuple(paths)
        self._start()

    def set_model(self, model: LivePredictor) -> None:
        """Predict the files with another model."""
        if model is not self._model:
            self._model = model
            if self._paths:
                self._start()

    def close_images(self) -> None:
        """Forget the files."""
        self._predictor.stop()
        self._refresh.stop()
        self._paths, self._table = (), None
        self.closed.emit()

    def description(self) -> str:
        """Return "240 images"."""
        return count(len(self._table.paths) if self._table else len(self._paths), "image")

    def shutdown(self) -> None:
        """End the work in the background."""
        self._predictor.stop()
        self._refresh.stop()

    # Prediction

    def _start(self) -> None:
        self._table = None
        self._title.setText("Predicting the images" if self._model else "Waiting for the model")
        self._show_running(True)
        self._show_errors()
        self._progress.setValue(0)
        if self._model is not None:
            self._predictor.predict(self._paths, self._model)

    def _on_listed(self, message: tuple[int, list[Path]]) -> None:
        number, files = message
        if self._predictor.is_newest(number) and self._model is not None and self._paths:
            has_digits = self._model.drawing != "picture"
            self._table = BatchTable(files, self._model.class_names, has_digits)
            self.grid.set_samples(self._table, self._table.order(ORDERS[0]))
            self._show_title()

    def _on_predicted(self, message: tuple[int, list[BatchResult]]) -> None:
        number, results = message
        if self._table is None or not self._predictor.is_newest(number):
            return
        for result in results:
            self._table.add(result)
        if not self._refresh.isActive():
            self._refresh.start()

    def _on_progressed(self, fraction: float, _text: str) -> None:
        self._progress.setValue(round(1000 * fraction))

    def _on_ended(self) -> None:
        self._show_running(False)
        self._show_results()

    def _on_failed(self, error: object, traceback_text: str) -> None:
        self._on_ended()
        self.failed.emit(error, traceback_text)

    # Display

    def _show_results(self) -> None:
        self._refresh.stop()
        self._show_title()
        if self._table is not None:
            bar = self.grid.verticalScrollBar()
            place = bar.value()
            self.grid.change_order(self._table.order(self._sort.currentText()), row=-1)
            bar.setValue(place)
        self._show_errors()
        self._export.setEnabled(self._table is not None and self._table.done > 0)

    def _show_title(self) -> None:
        table = self._table
        if table is None:
            return
        if not table.paths:
            self._title.setText("No images in the folder")
        elif self.is_running:
            self._title.setText(f"{table.done:,} of {self.description()}")
        elif table.done < len(table.paths):
            self._title.setText(f"Canceled after {table.done:,} of {self.description()}")
        else:
            limited = " (no more at a time)" if len(table.paths) == MAX_FILES else ""
            self._title.setText(self.description() + limited)

    def _show_errors(self) -> None:
        errors = self._table.errors() if self._table is not None else []
        self._errors_title.setText(f"{count(len(errors), 'file')} without a prediction")
        if self._errors.count() != len(errors):
            self._errors.clear()
            self._errors.addItems([_error_text(path, reason) for path, reason in errors])
            lines = min(len(errors), MAX_ERROR_LINES) * 2 * self._errors.fontMetrics().height()
            self._errors.setFixedHeight(lines + ERRORS_MARGIN_PX)
        for widget in (self._errors_title, self._errors):
            widget.setVisible(bool(errors))

    def _show_running(self, running: bool) -> None:
        self._progress.setVisible(running)
        self._cancel.setVisible(running)

    def _open(self, index: QModelIndex) -> None:
        if self._table is not None and index.isValid():
            self.image_opened.emit(self._table.paths[self.grid.samples.position_at(index.row())])

    # Export

    def _open_export_dialog(self) -> None:
        title, filters = "Export the predictions", "CSV table (*.csv)"
        open_save_dialog(
            self, "batch_export_dialog", title, "predictions.csv", filters, self.export
        )

    def export(self, path: str) -> None:
        """Write the predictions so far to a CSV file; `exported` or `failed` follows."""
        if self._table is not None:
            task = self._tasks.start(partial(_write, Path(path), self._table))
            task.succeeded.connect(self.exported)
            task.failed.connect(self.failed)

    def _lay_out(self) -> None:
        head = row_layout(spacing=8)
        head.addWidget(self._title)
        head.addStretch(1)
        for widget in (self._sort, self._export, self._close):
            head.addWidget(widget)
        progress = row_layout(spacing=8)
        progress.addWidget(self._progress, 1)
        progress.addWidget(self._cancel)
        column = column_layout(self, spacing=8)
        column.addLayout(head)
        column.addLayout(progress)
        column.addWidget(self.grid, 1)
        column.addWidget(self._errors_title)
        column.addWidget(self._errors)

    def _connect(self) -> None:
        self._predictor.listed.connect(self._on_listed)
        self._predictor.predicted.connect(self._on_predicted)
        self._predictor.progressed.connect(self._on_progressed)
        self._predictor.finished.connect(self._on_ended)
        self._predictor.cancelled.connect(self._on_ended)
        self._predictor.failed.connect(self._on_failed)
        self._refresh.timeout.connect(self._show_results)
        self._cancel.clicked.connect(self._predictor.cancel)
        self._close.clicked.connect(self.close_images)
        self._sort.currentIndexChanged.connect(self._show_results)
        self._export.clicked.connect(self._open_export_dialog)
        self.grid.clicked.connect(self._open)
        self.grid.activated.connect(self._open)


def _error_text(path: Path, reason: str) -> str:
    named = reason.startswith(path.name)  # most reasons begin with the name of the file
    return reason if named else f"{path.name}: {reason}"


def _write(
    path: Path, table: BatchTable, on_progress: OnProgress, _should_stop: ShouldStop
) -> Path:
    on_progress(0.0, "Writing the table")
    write_csv(path, table)
    return path
