"""What is to be said of a data set before training, the gravest first."""

from collections.abc import Sequence
from itertools import accumulate

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QPushButton, QScrollArea, QVBoxLayout, QWidget

from studio.data.quality.report import Issue
from studio.ui.train.data.issue_row import IssueRow

SHOWN = 3  # more are folded away
_BAR = 10  # a scroll bar


class IssueList(QFrame):
    """The first three findings, and a button for the others; `opened` brings the one clicked."""

    opened = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("finding_list")
        self.setProperty("card", True)
        self.setAccessibleName("Findings")
        self._rows: list[IssueRow] = []
        self._most = 400
        self._more = QPushButton()
        self._more.setObjectName("findings_more")
        self._more.setProperty("kind", "quiet")
        self._more.clicked.connect(self._turn)
        self._lay_out()
        self._unfold(False)

    def set_findings(self, findings: Sequence[Issue]) -> None:
        """Show these, the first few in view."""
        for row in self._rows:
            row.hide()
            row.deleteLater()
        self._rows = [IssueRow(finding) for finding in findings]
        for row in self._rows:
            self._column.addWidget(row)
            row.clicked.connect(self._tell)
        self._more.setVisible(len(self._rows) > SHOWN)
        self._unfold(False)
        self.setVisible(bool(findings))

    def rows(self) -> list[IssueRow]:
        """The rows, gravest first."""
        return list(self._rows)

    def set_most_height(self, height: int) -> None:
        """Be no taller than this; more is scrolled."""
        self._most = height
        self._fit()

    def _lay_out(self) -> None:
        body = QWidget()
        body.setProperty("clear", True)
        self._column = QVBoxLayout(body)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._scroll = QScrollArea()
        self._scroll.setWidget(body)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(0)
        column.addWidget(self._scroll)
        column.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeft)

    def _turn(self) -> None:
        self._unfold(not self._unfolded)

    def _unfold(self, unfolded: bool) -> None:
        self._unfolded = unfolded
        for place, row in enumerate(self._rows):
            row.setVisible(unfolded or place < SHOWN)
        words = "Show fewer" if unfolded else f"Show all {len(self._rows)}"
        self._more.setText(words)
        self._more.setAccessibleName(words)
        self._more.setToolTip("The gravest come first")
        self._fit()

    def _fit(self) -> None:
        width = max(200, self.width() - 2 - _BAR)
        heights = [row.fit(width) for row in self._rows if not row.isHidden()]
        more = 0 if self._more.isHidden() else 40
        self._scroll.setFixedHeight(_whole_rows(heights, self._most - more))

    def _tell(self) -> None:
        row = self.sender()
        if isinstance(row, IssueRow) and row.opens:
            self.opened.emit(row.finding)

    # Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()


def _whole_rows(heights: Sequence[int], most: int) -> int:
    """The height of as many rows as fit into `most` pixels, at least of one: none is cut."""
    fitting = [height for height in accumulate(heights) if height <= most]
    return max([40, *heights[:1], *fitting])
