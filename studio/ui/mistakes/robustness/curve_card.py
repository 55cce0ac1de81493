"""A card with the robustness curves of one transformation and a sentence about them."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from studio.formatting import percent
from studio.insight.robustness import (
    RobustnessCurve,
    format_value,
    summarize_briefly,
    summarize_curve,
)
from studio.insight.sample_transforms import SampleTransform
from studio.ui.shared.builders import column_layout, elided_label, label
from studio.ui.widgets.interval_plot import IntervalPlot, IntervalSeries


class CurveCard(QFrame):
    """Shows the curve of a run, and that of a second run dashed.

    `point_selected` carries the transformation's key and the index of a strength.
    """

    point_selected = Signal(str, int)

    def __init__(self, transform: SampleTransform, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.transform = transform
        self.curve: RobustnessCurve | None = None
        self._other: RobustnessCurve | None = None
        self._names = ("", "")
        self.plot = IntervalPlot(
            transform.title, partial(format_value, transform), partial(percent, digits=0)
        )
        self.plot.setObjectName(f"robustness_{transform.key}")
        self.plot.setToolTip("Accuracy with its 95 % interval. Click a point to see its samples.")
        self.summary = elided_label("muted", f"robustness_{transform.key}_summary")
        self.summary.setText("Not measured yet")
        column = column_layout(self, spacing=4)
        column.setContentsMargins(12, 8, 12, 8)
        column.addWidget(label("heading", transform.title))
        column.addWidget(self.summary)
        column.addWidget(self.plot, 1)
        self.plot.point_selected.connect(self._on_point_selected)

    def clear(self) -> None:
        """Remove the curves."""
        self.show_curves(None, None, ("", ""))
        self.plot.set_current(None)

    def show_curves(
        self,
        curve: RobustnessCurve | None,
        other: RobustnessCurve | None,
        names: tuple[str, str],
    ) -> None:
        """Show the curve of a run and that of another one, where measured, under their names."""
        self.curve = curve
        curves = ((curve, names[0], False), (other, names[1], True))
        self.plot.set_series(
            [_series(one, name, dashed) for one, name, dashed in curves if one is not None]
        )
        self.summary.setText(summarize_briefly(curve) if curve else "Not measured yet")
        self.summary.tooltip_text = summarize_curve(curve) if curve else ""

    def _on_point_selected(self, index: int) -> None:
        self.point_selected.emit(self.transform.key, index)


def _series(curve: RobustnessCurve, name: str, is_dashed: bool) -> IntervalSeries:
    accuracies = curve.accuracies
    low, high = zip(*(accuracy.interval for accuracy in accuracies), strict=True)
    y = [accuracy.value for accuracy in accuracies]
    return IntervalSeries(name, curve.values.tolist(), y, low, high, is_dashed)
