"""The accuracy with its interval, and a warning where there are too few samples."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QWidget

from studio.formatting import count, percent
from studio.ui.shared.builders import column_layout, label, row_layout

if TYPE_CHECKING:
    from studio.insight.overview import Overview


class HeadlineCard(QFrame):
    """One large figure, what it counts, and what it can tell."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.accuracy = label("figure", name="overview_accuracy")
        self.interval = label("body", name="overview_interval", selectable=True)
        self.counts = label("muted", name="overview_counts", selectable=True)
        self.note = label("muted", name="overview_accuracy_note")
        self.interval.setToolTip(
            "Wilson interval: in 95 of 100 splits drawn like this one, it contains the accuracy on "
            "all such samples"
        )
        for text in (self.interval, self.counts, self.note):
            text.setWordWrap(True)
        row = row_layout(self, spacing=24)
        row.setContentsMargins(16, 12, 16, 12)
        row.addWidget(self.accuracy)
        column = column_layout(spacing=2)
        for text in (self.interval, self.counts):
            column.addWidget(text)
        row.addLayout(column, 1)
        row.addWidget(self.note, 1)

    def show_overview(self, overview: "Overview", split: str) -> None:
        """Show the accuracy of a split, and its ambiguous samples apart."""
        from studio.insight.overview import accuracy_note, interval_text

        accuracy = overview.accuracy
        self.accuracy.setText(percent(accuracy.value))
        self.interval.setText(f"Accuracy on {count(accuracy.total, f'{split} sample')}")
        if accuracy.total:
            self.interval.setText(f"{self.interval.text()} · {interval_text(accuracy)}")
        self.counts.setText(
            f"{count(overview.mistakes, 'mistake')} of {accuracy.total:,}{_ambiguous(overview)}"
        )
        self.note.setText(accuracy_note(overview))
        self.note.setVisible(bool(self.note.text()))


def _ambiguous(overview: "Overview") -> str:
    marked = overview.ambiguous
    if not marked.total:
        return ""
    samples = count(marked.total, "ambiguous sample")
    return f" · {samples} counted apart, {marked.count:,} of them predicted as labeled"
