"""What the page shows while there is nothing to explore: loading, empty, failed."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from studio.ui.widgets.skeleton import Skeleton


class LoadingState(QWidget):
    """The page's outline in grey, what is being done, how far it is, and a way out."""

    cancel_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = QLabel()
        self.label.setObjectName("loading_label")
        self.bar = QProgressBar()
        self.bar.setObjectName("loading_progress")
        self.bar.setAccessibleName("Evaluation progress")
        self.bar.setToolTip("How much of the split has been read")
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.cancel_button = QPushButton("Cancel")
        self.cancel_button.setObjectName("loading_cancel")
        self.cancel_button.setAccessibleName("Cancel the evaluation")
        self.cancel_button.setToolTip("Stop reading; nothing is lost")
        self.cancel_button.clicked.connect(self.cancel_wanted)
        self._lay_out()

    def begin(self) -> None:
        """Start from nothing done."""
        self.show_progress(0.0, "Opening the network")
        self.cancel_button.setEnabled(True)

    def show_progress(self, fraction: float, text: str) -> None:
        """Show how far the work is, 0..1."""
        self.bar.setValue(round(1000 * fraction))
        self.label.setText(text)

    def show_cancelling(self) -> None:
        """Say that the wish was heard."""
        self.label.setText("Stopping")
        self.cancel_button.setEnabled(False)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(self.label)
        head.addWidget(self.bar, 1)
        head.addWidget(self.cancel_button)
        left = QVBoxLayout()
        left.addWidget(Skeleton(((0.4,),), 20))
        left.addWidget(Skeleton(((0.09,) * 10,) * 10, 28), 1)
        left.addWidget(Skeleton(((0.6, 0.38),) * 4, 20))
        right = QVBoxLayout()
        right.addWidget(Skeleton(((0.2, 0.2, 0.2),), 32))
        right.addWidget(Skeleton(((0.155,) * 6,) * 3, 104), 1)
        right.addWidget(Skeleton(((0.35, 0.62),), 200))
        body = QHBoxLayout()
        body.setSpacing(24)
        for column, share in ((left, 2), (right, 3)):
            column.setSpacing(16)
            body.addLayout(column, share)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(24)
        whole.addLayout(head)
        whole.addLayout(body, 1)
