"""Plots of accuracy and loss: both curves of one run, or the validation curves of several."""

import math

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from studio.formatting import percent
from studio.training.epoch_selection import epoch_label
from studio.training.events import LEGACY_SELECT
from studio.ui.shared.builders import card
from studio.ui.shared.run_reader import RunDetail
from studio.ui.widgets import theme_colors
from studio.ui.widgets.curve_data import CurveMark
from studio.ui.widgets.curve_plot import CurvePlot, link_plots
from studio.ui.widgets.segmented_control import SegmentedControl

# Below these sizes the labels of the curves would leave no space for two plots.
TWO_COLUMNS_PX = 560
TWO_ROWS_PX = 480
BEST_ASPECT = 1.8  # width over height at which a curve with its labels is easiest to read
_GAP_PX = 16
EMPTY_TEXT = "No epoch has ended in this run"


class ComparePlots(QWidget):
    """Two plots of the same runs, each run in its own color, arranged to fit the space."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: list[tuple[str, RunDetail]] = []
        self.accuracy = CurvePlot("Accuracy", "epoch", "%", percent=percent, empty_text=EMPTY_TEXT)
        self.accuracy.setObjectName("compare_plot")
        self.accuracy.set_description("The accuracy after each epoch")
        self.loss = CurvePlot("Loss", "epoch", "cross-entropy", empty_text=EMPTY_TEXT)
        self.loss.setObjectName("compare_loss_plot")
        self.loss.set_description("The quantity that training minimizes; lower is better")
        link_plots((self.accuracy, self.loss))
        self._cards = [card(plot, margins=(16, 12, 12, 8)) for plot in (self.accuracy, self.loss)]
        self.switch = SegmentedControl({"show_accuracy": "Accuracy", "show_loss": "Loss"})
        self.switch.selected.connect(self._show_card)
        self._single = -1  # the plot shown if there is space for one only
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._row.setSpacing(_GAP_PX)
        for plot_card in self._cards:
            self._row.addWidget(plot_card, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.switch, 0, Qt.AlignmentFlag.AlignLeft)
        column.addLayout(self._row, 1)

    def show_runs(self, named: list[tuple[str, RunDetail]]) -> None:
        """Show runs, each with the name of its curve."""
        before, self._shown = self._shown, named
        same_curves = _curve_ids(named) == _curve_ids(before)
        for plot, metric in ((self.accuracy, "accuracy"), (self.loss, "loss")):
            if not same_curves:
                plot.clear()
            if len(named) == 1:
                _show_one(plot, named[0][1], metric)
            else:
                _show_several(plot, named, metric)

    def minimumSizeHint(self) -> QSize:
        """Return that of one plot, so that the space can become too small for two."""
        return self._cards[0].minimumSizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(event.size().width(), event.size().height())

    def _arrange(self, width: int, height: int) -> None:
        stacked = is_stacked(width, height)
        direction = QBoxLayout.Direction
        self._row.setDirection(direction.TopToBottom if stacked else direction.LeftToRight)
        both = stacked or width >= TWO_COLUMNS_PX
        self.switch.setVisible(not both)
        if both:
            self._single = -1
            for plot_card in self._cards:
                plot_card.show()
        elif self._single < 0:
            self.switch.select(0)

    def _show_card(self, shown: int) -> None:
        self._single = shown
        for index, plot_card in enumerate(self._cards):
            plot_card.setVisible(index == shown)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.show_runs(self._shown)


def is_stacked(width: int, height: int) -> bool:
    """Whether two plots in an area of this size are easier to read above each other."""
    if height < TWO_ROWS_PX:
        return False
    as_rows, as_columns = width / ((height - _GAP_PX) / 2), ((width - _GAP_PX) / 2) / height
    return width < TWO_COLUMNS_PX or _misfit(as_rows) < _misfit(as_columns)


def _misfit(aspect: float) -> float:
    """Return how far an aspect ratio is from the best one, as a logarithm."""
    return abs(math.log(aspect / BEST_ASPECT))


def run_color(index: int) -> str:
    """Return the color of a run by its position in a comparison."""
    series = theme_colors.current().series
    return series[index % len(series)]


def _curve_ids(named: list[tuple[str, RunDetail]]) -> list[tuple[str, str, float | None]]:
    """Return what stays the same while the curves of the same runs only grow."""
    return [(name, run.id, run.best_epoch) for name, run in named]


def _show_one(plot: CurvePlot, run: RunDetail, metric: str) -> None:
    x, y = run.epochs, run.metrics[f"train_{metric}"]
    if metric == "loss" and run.steps.size:
        x, y = run.steps, run.step_loss
    plot.set_curve("training", x, y, "solid", run_color(0))
    validation = run.metrics[f"val_{metric}"]
    plot.set_curve("validation", run.epochs, validation, "dashed", run_color(1))
    plot.set_marks(run.marks)
    if run.best_epoch is not None:
        label = epoch_label(run.settings.get("optim.select", LEGACY_SELECT))
        plot.mark_best(run.best_epoch, f"{label}, epoch {run.best_epoch:.0f}")


def _show_several(plot: CurvePlot, named: list[tuple[str, RunDetail]], metric: str) -> None:
    for index, (name, run) in enumerate(named):
        validation = run.metrics[f"val_{metric}"]
        plot.set_curve(name, run.epochs, validation, "dashed", run_color(index))
    plot.set_marks(_marks_of(named))


def _marks_of(named: list[tuple[str, RunDetail]]) -> list[CurveMark]:
    """Return the marks of several runs, each with the name and the color of its run."""
    return [
        CurveMark(mark.x, f"{name}: {mark.text}", run_color(index))
        for index, (name, run) in enumerate(named)
        for mark in run.marks
    ]
