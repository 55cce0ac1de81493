"""The live picture: loss, accuracy, the table of epochs, and the log behind it."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHeaderView,
    QPlainTextEdit,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from studio.training.events import EpochEnd
from studio.training.selection import epoch_label
from studio.ui.train.live.epoch_model import EpochModel
from studio.ui.widgets.curve_plot import CurvePlot

TRAINING, VALIDATION = "training", "validation"
PUBLISHED = {
    "train_accuracy": "published training",
    "val_accuracy": "published validation",
    "test_accuracy": "published test",
}
_WIDE = 960  # from here on accuracy and table stand side by side
_ROW = 28
_AFTER_EPOCH = "The curve appears after the first epoch"
_LOG_LINES = 2000


class CurvesView(QWidget):
    """`loss_plot`, `accuracy_plot`, `epoch_table`; only appends, the clock redraws."""

    def __init__(self) -> None:
        super().__init__()
        self.loss = CurvePlot("Loss", "epoch", "cross-entropy in nats, lower is better")
        self.loss.setObjectName("loss_plot")
        self.loss.setToolTip("How wrong the network is. Wheel zooms, a double click shows all")
        self.accuracy = CurvePlot(
            "Accuracy", "epoch", "% of images read right", percent=True, empty_text=_AFTER_EPOCH
        )
        self.accuracy.setObjectName("accuracy_plot")
        self.accuracy.setToolTip("How many images the network reads right, in percent")
        self.epochs = EpochModel(self)
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
        table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(_ROW)
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        table.horizontalHeader().setHighlightSections(False)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.epochs.rowsInserted.connect(table.scrollToBottom)
        return table

    def _lay_out(self) -> None:
        self._lower = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._lower.setSpacing(16)
        self._lower.addWidget(_card(self.accuracy), 5)
        self._lower.addWidget(self._table, 4)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        column.addWidget(_card(self.loss), 6)
        column.addLayout(self._lower, 9)
        self._column = column

    # Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = event.size().width() >= _WIDE
        self._lower.setDirection(
            QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        )
        self._column.setStretch(1, 5 if wide else 9)
        self._lower.setStretch(1, 5 if wide else 4)


def _card(plot: CurvePlot) -> QFrame:
    frame = QFrame()
    frame.setProperty("card", True)
    column = QVBoxLayout(frame)
    column.setContentsMargins(16, 12, 16, 8)
    column.addWidget(plot)
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
