"""What an adaptation changed, as two figures side by side."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from studio.ui.draw.handwriting.receipt_text import ReceiptFigure, receipt_figures
from studio.ui.shared.builders import column_layout, label, row_layout

if TYPE_CHECKING:
    from studio.insight.adaptation_receipt import AdaptationReceipt


class ReceiptFigures(QWidget):
    """The user's drawings and the test split, before and after.

    With the prefix `adapt` the labels are `adapt_drawings_title`, `adapt_drawings_change`,
    `adapt_drawings_details`, and the same with `test` in place of `drawings`.
    """

    def __init__(self, prefix: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._figures = [_Figure(f"{prefix}_{name}") for name in ("drawings", "test")]
        row = row_layout(self, spacing=24)
        for figure in self._figures:
            row.addWidget(figure, 1)

    def show_receipt(self, receipt: "AdaptationReceipt") -> None:
        """Show the figures of a receipt."""
        for shown, figure in zip(self._figures, receipt_figures(receipt), strict=True):
            shown.show_figure(figure)


class _Figure(QWidget):
    """A figure before and after, with its title above and details below."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._title = label("field", name=f"{name}_title")
        self._change = label("title", name=f"{name}_change", selectable=True)
        self._details = label("muted", name=f"{name}_details", selectable=True)
        self._details.setWordWrap(True)
        column = column_layout(self, spacing=2)
        for text in (self._title, self._change, self._details):
            column.addWidget(text)
        column.addStretch(1)

    def show_figure(self, figure: ReceiptFigure) -> None:
        self._title.setText(figure.title)
        self._change.setText(figure.change)
        self._details.setText(figure.details)
