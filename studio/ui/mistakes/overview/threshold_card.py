"""What happens if the model answers only above a confidence."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QSlider, QVBoxLayout, QWidget

from studio.formatting import count, percent
from studio.ui.shared.builders import label, row_layout, text_button

if TYPE_CHECKING:
    from studio.insight.overview import Overview
    from studio.insight.selective import Selection
    from studio.ui.widgets.coverage_plot import CoveragePlot

STEPS = 1000
DEFAULT_THRESHOLD = 0.9
GOAL = 0.99  # the accuracy that the button looks for


class ThresholdCard(QFrame):
    """A slider for the confidence; coverage and accuracy follow it.

    `samples_wanted` carries the threshold below which samples are to be shown.
    """

    samples_wanted = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self._overview: Overview | None = None
        self.plot: CoveragePlot | None = None  # made late, because pyqtgraph loads slowly
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setObjectName("threshold_slider")
        self.slider.setAccessibleName("Answer only above")
        self.slider.setToolTip("The confidence above which the model answers; else it abstains")
        self.slider.setRange(0, STEPS)
        self.slider.setPageStep(STEPS // 20)
        self.slider.setValue(round(DEFAULT_THRESHOLD * STEPS))
        self.value = label("body", name="threshold_value")
        self.value.setFixedWidth(56)
        self.value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.coverage = label("body", name="threshold_coverage", selectable=True)
        self.accuracy = label("body", name="threshold_accuracy", selectable=True)
        for text in (self.coverage, self.accuracy):
            text.setWordWrap(True)
        self.show_button = text_button("show_below_button", "Show the samples below", "search")
        self.goal_button = text_button(
            "accuracy_goal_button",
            f"Reach {percent(GOAL, 0)}",
            tooltip=f"Set the lowest threshold at which {percent(GOAL, 0)} of the answers are "
            "correct",
        )
        self._lay_out()
        self.slider.valueChanged.connect(self._update)
        self.show_button.clicked.connect(self._on_show_clicked)
        self.goal_button.clicked.connect(self._on_goal_clicked)

    @property
    def threshold(self) -> float:
        """The threshold chosen, 0..1."""
        return self.slider.value() / STEPS

    def show_overview(self, overview: "Overview") -> None:
        """Show another evaluation at the threshold chosen."""
        self._overview = overview
        self._plot().set_curve(*overview.selective.curve())
        goal = overview.selective.threshold_for(GOAL)
        self.goal_button.setEnabled(goal is not None)
        self._update()

    def _lay_out(self) -> None:
        row = row_layout(spacing=8)
        row.addWidget(label("body", "Answer only above"))
        row.addWidget(self.slider, 1)
        row.addWidget(self.value)
        buttons = row_layout(spacing=8)
        buttons.addWidget(self.show_button)
        buttons.addWidget(self.goal_button)
        buttons.addStretch(1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 12, 16, 12)
        self._column.setSpacing(8)
        self._column.addWidget(label("heading", "Abstaining"))
        self._column.addLayout(row)
        self._column.addWidget(self.coverage)
        self._column.addWidget(self.accuracy)
        self._column.addLayout(buttons)

    def _update(self) -> None:
        self.value.setText(f"{100 * self.threshold:.1f} %")
        if self._overview is None:
            return
        selection = self._overview.selective.at(self.threshold)
        self.coverage.setText(_coverage_text(selection))
        self.accuracy.setText(_accuracy_text(selection))
        below = selection.coverage.total - selection.coverage.count
        self.show_button.setText(f"Show the {below:,} below" if below else "No samples below")
        self.show_button.setAccessibleName(f"Show the {count(below, 'sample')} below")
        self.show_button.setEnabled(below > 0)
        self._plot().mark(selection.coverage.value, selection.accuracy.value)

    def _on_show_clicked(self) -> None:
        self.samples_wanted.emit(self.threshold)

    def _on_goal_clicked(self) -> None:
        goal = self._overview.selective.threshold_for(GOAL) if self._overview else None
        if goal is not None:
            # Rounded up: just below the threshold there are more mistakes.
            self.slider.setValue(min(STEPS, -int(-goal * STEPS // 1)))

    def _plot(self) -> "CoveragePlot":
        if self.plot is None:
            from studio.ui.widgets.coverage_plot import CoveragePlot

            self.plot = CoveragePlot()
            self._column.insertWidget(4, self.plot, 1)
        return self.plot


def _coverage_text(selection: "Selection") -> str:
    coverage = selection.coverage
    samples = count(coverage.total, "sample")
    return f"{percent(coverage.value)} answered: {coverage.count:,} of {samples}"


def _accuracy_text(selection: "Selection") -> str:
    from studio.insight.overview import interval_text

    accuracy = selection.accuracy
    if not accuracy.total:
        return "No answer is left whose accuracy could be measured"
    mistakes = count(accuracy.total - accuracy.count, "mistake")
    return f"{percent(accuracy.value)} of them correct ({interval_text(accuracy)}), {mistakes} left"
