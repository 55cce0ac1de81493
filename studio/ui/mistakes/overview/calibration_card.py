"""Whether the confidence of a model can be believed."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from studio.formatting import percent
from studio.ui.shared.builders import label

if TYPE_CHECKING:
    from studio.insight.overview import Overview
    from studio.ui.widgets.reliability_plot import ReliabilityPlot


class CalibrationCard(QFrame):
    """A reliability diagram, and the expected calibration error in words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.plot: ReliabilityPlot | None = None  # made late, because pyqtgraph loads slowly
        self.note = label("body", name="calibration_note", selectable=True)
        self.legend = label(
            "muted",
            "Wide bars: accuracy of the predictions of that confidence. Narrow bars: the "
            "gap between both. Faint: fewer than 10 samples. On the dashed line, both agree.",
        )
        for text in (self.note, self.legend):
            text.setWordWrap(True)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 12, 16, 12)
        self._column.setSpacing(8)
        self._column.addWidget(label("heading", "Calibration"))
        self._column.addWidget(self.note)
        self._column.addWidget(self.legend)

    def show_overview(self, overview: "Overview") -> None:
        """Show the calibration of an evaluation."""
        from studio.insight.overview import calibration_note

        bins = overview.reliability
        self.note.setText(calibration_note(bins))
        self.note.setToolTip(f"Expected calibration error with {len(bins.counts)} bins")
        self._plot().set_bins(bins.edges, bins.counts, bins.confidence, bins.accuracy)

    def _plot(self) -> "ReliabilityPlot":
        if self.plot is None:
            from studio.ui.widgets.reliability_plot import ReliabilityPlot

            self.plot = ReliabilityPlot(percent)
            self._column.insertWidget(2, self.plot, 1)
        return self.plot
