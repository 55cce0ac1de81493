"""The plots of loss and accuracy, the table of epochs, and the log."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QPlainTextEdit, QWidget

from studio.formatting import percent
from studio.training.epoch_selection import epoch_label
from studio.training.events import EpochEnd
from studio.ui.shared.builders import card
from studio.ui.train.live.epoch_table import EpochTable
from studio.ui.widgets.curve_data import CurveMark
from studio.ui.widgets.curve_plot import CurvePlot, link_plots

TRAINING, VALIDATION = "training", "validation"
PUBLISHED = {
    "train_accuracy": "published training",
    "val_accuracy": "published validation",
    "test_accuracy": "published test",
}
_WIDE_WIDTH = 960  # px; from here on accuracy and table are side by side
_LOW_HEIGHT = 440  # px; below this the plots are side by side above the table
_MAX_LOG_LINES = 2000


@dataclass(frozen=True)
class Arrangement:
    """Cells (row, column, row span, column span) of loss, accuracy and table, and row stretches."""

    cells: tuple[tuple[int, int, int, int], ...]
    rows: tuple[int, int, int]
    columns: int
    spacing: int = 16
    padding: tuple[int, int, int, int] = (16, 12, 16, 8)


_STACKED = Arrangement(((0, 0, 1, 1), (1, 0, 1, 1), (2, 0, 1, 1)), (12, 10, 8), 1)
_WIDE = Arrangement(((0, 0, 1, 2), (1, 0, 1, 1), (1, 1, 1, 1)), (6, 5, 0), 2)
_LOW = Arrangement(((0, 0, 1, 1), (0, 1, 1, 1), (1, 0, 1, 2)), (5, 2, 0), 2, 8, (12, 8, 8, 4))


def choose_arrangement(width: int, height: int) -> Arrangement:
    """Return the arrangement for a view of this size: both plots need height to show a shape."""
    if height < _LOW_HEIGHT:
        return _LOW
    return _WIDE if width >= _WIDE_WIDTH else _STACKED


class TrainingCurves(QWidget):
    """`loss_plot`, `accuracy_plot` and `epoch_table`; appending is cheap, the plots redraw later.

    A point of the loss is the mean of the steps since the last one (`engine.log_every`), and a
    long curve is thinned to the extremes of each pixel column. Both plots zoom together. `shown`
    says that they can be seen from now on.
    """

    shown = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.loss = CurvePlot("Loss", "epoch", "cross-entropy in nats, lower is better")
        self.loss.setObjectName("loss_plot")
        self.loss.set_description(
            "Distance of the predictions from the labels; lower is better. Zoom with the wheel, "
            "double-click to show everything."
        )
        self.accuracy = CurvePlot(
            "Accuracy",
            "epoch",
            "%, higher is better",
            percent=percent,
            empty_text="The curve appears after the first epoch",
        )
        self.accuracy.setObjectName("accuracy_plot")
        self.accuracy.set_description("Percentage of samples that are classified correctly.")
        link_plots((self.loss, self.accuracy))
        self._table = EpochTable()
        self.epochs = self._table.epochs
        self.log = _log_view()
        self._lay_out()
        self.clear()

    def clear(self) -> None:
        """Remove all data, for a new run; earlier runs that it is compared with stay."""
        for plot in (self.loss, self.accuracy):
            plot.clear()
            plot.set_curve(TRAINING, [], [], "solid")
            plot.set_curve(VALIDATION, [], [], "dashed")
        self.epochs.clear()
        self.log.clear()

    def prepare(self) -> None:
        """Build both plots in two iterations of the event loop, so that the window responds."""
        self.loss.prepare()
        QTimer.singleShot(0, self, self.accuracy.prepare)

    def set_references(self, references: Mapping[str, float]) -> None:
        """Show published accuracies (fractions by name) as dotted lines."""
        for name, value in references.items():
            self.accuracy.set_reference(PUBLISHED.get(name, name), value)

    def append_loss(self, epoch: float, loss: float) -> None:
        """Add a point to the training loss; `epoch` may be fractional."""
        self.loss.append(TRAINING, epoch, loss)

    def append_epoch(self, event: EpochEnd) -> None:
        """Add an epoch to the curves and to the table."""
        self.loss.append(VALIDATION, event.epoch, event.val_loss)
        self.accuracy.append(TRAINING, event.epoch, event.train_accuracy)
        self.accuracy.append(VALIDATION, event.epoch, event.val_accuracy)
        self.epochs.append(event)
        if event.best:
            for plot in (self.loss, self.accuracy):
                plot.mark_best(event.epoch, f"{epoch_label(event.select)}, epoch {event.epoch}")

    def mark(self, epoch: float, text: str) -> None:
        """Mark something that happened at a position on the axis of epochs."""
        for plot in (self.loss, self.accuracy):
            plot.set_marks([*plot.marks(), CurveMark(epoch, text)])

    def go_back(self, epoch: float, epochs: Sequence[EpochEnd]) -> None:
        """Remove what follows after a position; `epochs` are those that remain."""
        x, y = self.loss.curves()[TRAINING]
        self.loss.set_curve(TRAINING, x[x <= epoch], y[x <= epoch], "solid")
        self.loss.set_curve(VALIDATION, [], [], "dashed")
        self.accuracy.set_curve(TRAINING, [], [], "solid")
        self.accuracy.set_curve(VALIDATION, [], [], "dashed")
        self.epochs.clear()
        for event in epochs:
            self.append_epoch(event)

    def append_log(self, line: str) -> None:
        """Add a line to the log, if it is not empty."""
        if line:
            self.log.appendPlainText(line)

    def _lay_out(self) -> None:
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._plot_cards = card(self.loss), card(self.accuracy)
        self._arrangement: Arrangement | None = None
        self._arrange(_STACKED)

    def _arrange(self, arrangement: Arrangement) -> None:
        if arrangement is self._arrangement:
            return
        self._arrangement = arrangement
        widgets = (*self._plot_cards, self._table)
        for widget, cell in zip(widgets, arrangement.cells, strict=True):
            self._grid.removeWidget(widget)
            self._grid.addWidget(widget, *cell)
        for row in range(3):
            self._grid.setRowStretch(row, arrangement.rows[row])
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1 if arrangement.columns == 2 else 0)
        self._grid.setSpacing(arrangement.spacing)
        for plot_card in self._plot_cards:
            layout = plot_card.layout()
            assert layout is not None
            layout.setContentsMargins(*arrangement.padding)

    # Qt

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.shown.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(choose_arrangement(event.size().width(), event.size().height()))


def _log_view() -> QPlainTextEdit:
    log = QPlainTextEdit()
    log.setObjectName("log_view")
    log.setAccessibleName("Log")
    log.setToolTip("The events of the run, one per line.")
    log.setReadOnly(True)
    log.setMaximumBlockCount(_MAX_LOG_LINES)
    log.setPlaceholderText("The events of the run appear here")
    return log
