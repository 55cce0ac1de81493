"""Accuracy and loss by epoch: both curves of one run, or the validation curves of several."""

import math

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QVBoxLayout, QWidget

from studio.formatting import percent
from studio.training.epoch_selection import LEGACY_SELECT, epoch_label
from studio.ui.runs.run_reader import RunDetail
from studio.ui.widgets import theme_colors
from studio.ui.widgets.curve_plot import CurvePlot
from studio.ui.widgets.segmented_control import SegmentedControl

# Pixels; with less, the names of the lines would leave no room for the lines.
ROOM_FOR_TWO_COLUMNS = 560
ROOM_FOR_TWO_ROWS = 480
BEST_ASPECT = 1.8  # width over height at which a curve is read best, its names beside it
_GAP = 16
NOTHING_YET = "No epoch has ended in this run"


class ComparePlots(QWidget):
    """Two plots over the same runs, each run in its own colour, arranged as the room allows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: list[tuple[str, RunDetail]] = []
        self.accuracy = CurvePlot("Accuracy", "epoch", "%", percent=percent, empty_text=NOTHING_YET)
        self.accuracy.setObjectName("compare_plot")
        self.accuracy.set_description("Share of pictures read right after each epoch")
        self.loss = CurvePlot("Loss", "epoch", "cross-entropy", empty_text=NOTHING_YET)
        self.loss.setObjectName("compare_loss_plot")
        self.loss.set_description("What the training makes smaller; lower is better")
        self._cards = _card(self.accuracy), _card(self.loss)
        self.switch = SegmentedControl({"show_accuracy": "Accuracy", "show_loss": "Loss"})
        self.switch.selected.connect(self._show_card)
        self._single = -1  # the plot shown where there is room for one only
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._row.setSpacing(_GAP)
        for card in self._cards:
            self._row.addWidget(card, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.switch, 0, Qt.AlignmentFlag.AlignLeft)
        column.addLayout(self._row, 1)

    def show_runs(self, named: list[tuple[str, RunDetail]]) -> None:
        """Show these runs under these names."""
        before, self._shown = self._shown, named
        grown = _marks(named) == _marks(before)
        for plot, figure in ((self.accuracy, "accuracy"), (self.loss, "loss")):
            if not grown:
                plot.clear()
            if len(named) == 1:
                _show_one(plot, named[0][1], figure)
            else:
                _show_several(plot, named, figure)

    def minimumSizeHint(self) -> QSize:
        """That of one plot, or two could never give way to one."""
        return self._cards[0].minimumSizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(event.size().width(), event.size().height())

    def _arrange(self, width: int, height: int) -> None:
        stacked = is_stacked(width, height)
        way = QBoxLayout.Direction.TopToBottom if stacked else QBoxLayout.Direction.LeftToRight
        self._row.setDirection(way)
        both = stacked or width >= ROOM_FOR_TWO_COLUMNS
        self.switch.setVisible(not both)
        if both:
            self._single = -1
            for card in self._cards:
                card.show()
        elif self._single < 0:
            self.switch.select(0)

    def _show_card(self, shown: int) -> None:
        self._single = shown
        for place, card in enumerate(self._cards):
            card.setVisible(place == shown)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.show_runs(self._shown)


def is_stacked(width: int, height: int) -> bool:
    """Whether two plots in an area of this size are easier to read as rows than as columns."""
    if height < ROOM_FOR_TWO_ROWS:
        return False
    as_rows, as_columns = width / ((height - _GAP) / 2), ((width - _GAP) / 2) / height
    return width < ROOM_FOR_TWO_COLUMNS or _misfit(as_rows) < _misfit(as_columns)


def _misfit(aspect: float) -> float:
    """How many times too wide or too high a plot is, as a logarithm."""
    return abs(math.log(aspect / BEST_ASPECT))


def run_color(place: int) -> str:
    """The colour of the run at this place of a comparison."""
    series = theme_colors.current().series
    return series[place % len(series)]


def _marks(named: list[tuple[str, RunDetail]]) -> list[tuple[str, str, float | None]]:
    """What stays the same while the curves of the same runs only grow."""
    return [(name, run.id, run.best_epoch) for name, run in named]


def _show_one(plot: CurvePlot, run: RunDetail, figure: str) -> None:
    x, y = run.epochs, run.figures[f"train_{figure}"]
    if figure == "loss" and run.steps.size:
        x, y = run.steps, run.step_loss
    plot.set_curve("training", x, y, "solid", run_color(0))
    validation = run.figures[f"val_{figure}"]
    plot.set_curve("validation", run.epochs, validation, "dashed", run_color(1))
    if run.best_epoch is not None:
        plot.mark_best(run.best_epoch, f"{_label_of(run)}, epoch {run.best_epoch:.0f}")


def _label_of(run: RunDetail) -> str:
    return epoch_label(run.settings.get("optim.select", LEGACY_SELECT))


def _show_several(plot: CurvePlot, named: list[tuple[str, RunDetail]], figure: str) -> None:
    for place, (name, run) in enumerate(named):
        validation = run.figures[f"val_{figure}"]
        plot.set_curve(name, run.epochs, validation, "dashed", run_color(place))


def _card(plot: CurvePlot) -> QFrame:
    card = QFrame()
    card.setProperty("card", True)
    column = QVBoxLayout(card)
    column.setContentsMargins(16, 12, 12, 8)
    column.addWidget(plot)
    return card
