"""The head of a comparison: the verdict in words, the figures, and what limits them."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.formatting import count, percent
from studio.insight.comparison_text import comparison_notes, comparison_sentence, p_text
from studio.ui.shared.builders import column_layout, elided_label
from studio.ui.widgets.metric_strip import Metric, MetricStrip
from studio.ui.widgets.tooltip import wrap_tooltip

if TYPE_CHECKING:
    from studio.insight.comparison import Comparison

_TEST = (
    "McNemar's exact test: if neither model were better, a sample would be as likely fixed as "
    "broken, and p is how often so uneven a split would then occur. It judges these two models; "
    "training again with another seed can give another result."
)


class ComparisonSummary(QWidget):
    """Shows one comparison; the notes are in one line, and whole in its tooltip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sentence = elided_label("title", "comparison_sentence")
        self.figures = MetricStrip()
        self.figures.setObjectName("comparison_figures")
        self.figures.setToolTip(wrap_tooltip(_TEST))
        self.notes = elided_label("muted", "comparison_notes")
        for text in (self.sentence, self.notes):
            text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        column = column_layout(self, spacing=4)
        column.addWidget(self.sentence)
        column.addWidget(self.figures)
        column.addWidget(self.notes)

    def show_comparison(self, comparison: "Comparison") -> None:
        """Show another comparison."""
        self.sentence.setText(comparison_sentence(comparison))
        self.sentence.tooltip_text = f"{comparison_sentence(comparison)}. {_TEST}"
        main, *others = comparison_figures(comparison)
        self.figures.set_primary(*main)
        self.figures.set_secondary(others)
        notes = " ".join(comparison_notes(comparison))
        self.notes.setText(notes)
        self.notes.setVisible(bool(notes))

    def set_compact(self, compact: bool) -> None:
        """Take less height."""
        self.figures.set_compact(compact)


def comparison_figures(comparison: "Comparison") -> list[Metric]:
    """The figures of a comparison as (value, caption), the most important one first."""
    before, after = comparison.before_accuracy, comparison.after_accuracy
    samples = count(len(comparison.compared), "sample")
    return [
        (f"{percent(before, 2)} → {percent(after, 2)}", f"accuracy on the same {samples}"),
        (f"{comparison.net:+,}", "net"),
        (f"{len(comparison.fixed):,}", "fixed"),
        (f"{len(comparison.broken):,}", "broken"),
        (f"{len(comparison.still_wrong):,}", "still wrong"),
        (p_text(comparison.p_value), "McNemar's exact test"),
    ]
