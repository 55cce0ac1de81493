"""The confusion matrix with its heading and the choice between counts and shares."""

from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from studio.ui.widgets.confusion_view import ConfusionView


class MatrixCard(QFrame):
    """A card around `view`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.view = ConfusionView()
        self.view.setToolTip("Rows are true classes, columns what the network read")
        self._group = QButtonGroup(self)
        self.counts_button = _segment(
            "counts_button", "Counts", "How many samples fell into each cell", "first"
        )
        self.shares_button = _segment(
            "shares_button", "Shares", "Percent of each true class, row by row", "last"
        )
        self.counts_button.setChecked(True)
        title = QLabel("Confusion matrix")
        title.setProperty("role", "heading")
        head = QHBoxLayout()
        head.setSpacing(0)
        head.addWidget(title)
        head.addStretch(1)
        for button in (self.counts_button, self.shares_button):
            self._group.addButton(button)
            head.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 8)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.view, 1)
        self.shares_button.toggled.connect(self.view.set_by_share)


def _segment(name: str, text: str, teaches: str, place: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setAccessibleName(text)
    button.setToolTip(teaches)
    button.setCheckable(True)
    button.setProperty("segment", place)
    return button
