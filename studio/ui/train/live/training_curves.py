"""The live picture: loss, accuracy, the table of epochs, and the log behind it."""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHeaderView,
    QPlainTextEdit,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from studio.training.epoch_selection import epoch_label
from studio.training.events import EpochEnd
from studio.ui.train.live.epoch_table import EpochTableModel
from studio.ui.widgets.curve_plot import CurvePlot

TRAINING, VALIDATION = "training", "validation"
PUBLISHED = {
    "train_accuracy": "published training",
    "val_accuracy": "published validation",
    "test_accuracy": "published test",
}
_WIDE_WIDTH = 960  # from here on accuracy and table stand side by side
_LOW_HEIGHT = 440  # below this the plots stand side by side above the table
_ROW = 28
_HEADER = 34
_AFTER_EPOCH = "The curve appears after the first epoch"
_LOG_LINES = 2000


@dataclass(frozen=True)
class Arrangement:
    """Cells (row, column, rows, columns) of loss, accuracy and table, and how rows share room."""

    cells: tuple[tuple[int, int, int, int], ...]
    rows: tuple[int, int, int]
    columns: int
    spacing: int = 16
    padding: tuple[int, int, int, int] = (16, 12, 16, 8)


_STACKED = Arrangement(((0, 0, 1, 1), (1, 0, 1, 1), (2, 0, 1, 1)), (12, 10, 8), 1)
_WIDE = Arrangement(((0, 0, 1, 2), (1, 0, 1, 1), (1, 1, 1, 1)), (6, 5, 0), 2)
_LOW = Arrangement(((0, 0, 1, 1), (0, 1, 1, 1), (1, 0, 1, 2)), (5, 2, 0), 2, 8, (12, 8, 8, 4))


def choose_arrangement(width: int, height: int) -> Arrangement:
    """What fits a view of this size: both plots need height for a curve to show its shape."""
    if height < _LOW_HEIGHT:
        return _LOW
    return _WIDE if width >= _WIDE_WIDTH else _STACKED


class TrainingCurves(QWidget):
    """`loss_plot`, `accuracy_plot`, `epoch_table`; only appends, the clock redraws."""

    def __init__(self) -> None:
        super().__init__()
        self.loss = CurvePlot("Loss", "epoch", "cross-entropy in nats, lower is better")
        self.loss.setObjectName("loss_plot")
        self.loss.set_description(
            "How far the predictions are from the labels; lower is better. The wheel zooms, a "
            "double click shows everything"
        )
        self.accuracy = CurvePlot(
            "Accuracy",
            "epoch",
            "% of images, higher is better",
            percent=True,
            empty_text=_AFTER_EPOCH,
        )
        self.accuracy.setObjectName("accuracy_plot")
        self.accuracy.set_description("The share of images that the model classifies correctly")
        self.epochs = EpochTableModel(self)
        self._table = self._epoch_table()
        self.log = _log_view()
        self._lay_out()
        self.clear()

    def clear(self) -> None:
        """Empty everything for a new run."""
        for plot in (self.loss, self.accuracy):
            plot.clear()
            plot.set_curve(TRAINING, [], [], "solid")
            plot.set_curve(VALIDATION, [], [], "dashed")
        self.epochs.clear()
        self.log.clear()

    def prepare(self) -> None:
        """Build both plots, one at a time, so that the window answers in between."""
        self.loss.prepare()
        QTimer.singleShot(0, self, self.accuracy.prepare)

    def set_references(self, references: Mapping[str, float]) -> None:
        """Lay published accuracies (fractions by name) over the accuracy curves."""
        for name, value in references.items():
            self.accuracy.set_reference(PUBLISHED.get(name, name), value)

    def append_loss(self, epoch: float, loss: float) -> None:
        """Add a point to the training loss; `epoch` counts parts of epochs too."""
        self.loss.append(TRAINING, epoch, loss)

    def append_epoch(self, event: EpochEnd) -> None:
        """Add an epoch to the curves and the table."""
        self.loss.append(VALIDATION, event.epoch, event.val_loss)
        self.accuracy.append(TRAINING, event.epoch, event.train_accuracy)
        self.accuracy.append(VALIDATION, event.epoch, event.val_accuracy)
        self.epochs.append(event)
        if event.best:
            for plot in (self.loss, self.accuracy):
                plot.mark_best(event.epoch, f"{epoch_label(event.select)}, epoch {event.epoch}")

    def append_log(self, line: str) -> None:
        """Write a line into the log."""
        if line:
            self.log.appendPlainText(line)

    def _epoch_table(self) -> QTableView:
        table = QTableView()
        table.setObjectName("epoch_table")
        table.setAccessibleName("Epochs")
        table.setToolTip("One row an epoch")
        table.setModel(self.epochs)
        table.setShowGrid(False)
        table.setMinimumHeight(_HEADER + 2 * _ROW)
        table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(_ROW)
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        table.horizontalHeader().setHighlightSections(False)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        table.verticalScrollBar().rangeChanged.connect(self._show_last_epoch)
        return table

    def _show_last_epoch(self, _first: int, last: int) -> None:
        """Keep the newest row in view when one is added or the table changes its height."""
        self._table.verticalScrollBar().setValue(last)

    def _lay_out(self) -> None:
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._paddings = [QVBoxLayout(), QVBoxLayout()]
        plots = zip((self.loss, self.accuracy), self._paddings, strict=True)
        self._parts = (*(_card(plot, padding) for plot, padding in plots), self._table)
        self._arrangement: Arrangement | None = None
        self._arrange(_STACKED)

    def _arrange(self, arrangement: Arrangement) -> None:
        if arrangement is self._arrangement:
            return
        self._arrangement = arrangement
        for part, cell in zip(self._parts, arrangement.cells, strict=True):
            self._grid.removeWidget(part)
            self._grid.addWidget(part, *cell)
        for row in range(3):
            self._grid.setRowStretch(row, arrangement.rows[row])
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1 if arrangement.columns == 2 else 0)
        self._grid.setSpacing(arrangement.spacing)
        for padding in self._paddings:
            padding.setContentsMargins(*arrangement.padding)

    # Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(choose_arrangement(event.size().width(), event.size().height()))


def _card(plot: CurvePlot, padding: QVBoxLayout) -> QFrame:
    frame = QFrame()
    frame.setProperty("card", True)
    frame.setLayout(padding)
    padding.addWidget(plot)
    return frame


def _log_view() -> QPlainTextEdit:
    log = QPlainTextEdit()
    log.setObjectName("log_view")
    log.setAccessibleName("Log")
    log.setToolTip("What happened, event by event")
    log.setReadOnly(True)
    log.setMaximumBlockCount(_LOG_LINES)
    log.setPlaceholderText("The events of the run are written here")
    return log
