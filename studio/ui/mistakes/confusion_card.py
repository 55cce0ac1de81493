"""The confusion matrix with its heading and the choice between counts and shares."""

from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from studio.formatting import percent
from studio.ui.widgets.confusion_view import ConfusionView
from studio.ui.widgets.elided_label import ElidedLabel


class ConfusionCard(QFrame):
    """A card around `view`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.view = ConfusionView(percent)
        self.view.setToolTip("Rows are true classes, columns what the network read")
        self._group = QButtonGroup(self)
        self.counts_button = _segment(
            "counts_button", "Counts", "How many samples fell into each cell", "first"
        )
        self.shares_button = _segment(
            "shares_button", "Shares", "Percent of each true class, row by row", "last"
        )
        self.counts_button.setChecked(True)
        self._title = ElidedLabel("Confusion matrix")
        self._title.setProperty("role", "heading")
        head = QHBoxLayout()
        head.setSpacing(0)
        head.addWidget(self._title)
        head.addSpacing(12)
        head.addStretch(1)
        for button in (self.counts_button, self.shares_button):
            self._group.addButton(button)
            head.addWidget(button)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(8)
        self._column.addLayout(head)
        self._column.addWidget(self.view, 1)
        self.shares_button.toggled.connect(self.view.set_normalized)
        self.set_compact(False)

    def set_compact(self, compact: bool) -> None:
        """Leave out the frame and the title, for a tab that says the same."""
        self.setProperty("card", not compact)
        self._title.setVisible(not compact)
        self._column.setContentsMargins(*((0, 8, 0, 0) if compact else (16, 12, 16, 8)))
        self.style().unpolish(self)
        self.style().polish(self)


def _segment(name: str, text: str, teaches: str, place: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setAccessibleName(text)
    button.setToolTip(teaches)
    button.setCheckable(True)
    button.setProperty("segment", place)
    return button
