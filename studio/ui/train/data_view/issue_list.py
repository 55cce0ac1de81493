"""The issues of a dataset, the most severe first."""

from collections.abc import Sequence
from itertools import accumulate

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QPushButton, QScrollArea, QVBoxLayout, QWidget

from studio.data.quality.report import Issue
from studio.ui.shared.builders import column_layout
from studio.ui.train.data_view.issue_row import IssueRow

MAX_COLLAPSED = 3  # more are shown by a button
_SCROLL_BAR = 10  # px


class IssueList(QFrame):
    """The first issues, and a button for the others; `opened` carries the one clicked."""

    opened = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("finding_list")
        self.setProperty("card", True)
        self.setAccessibleName("Issues")
        self._rows: list[IssueRow] = []
        self._max_height = 400
        self._more = QPushButton()
        self._more.setObjectName("findings_more")
        self._more.setProperty("kind", "quiet")
        self._more.clicked.connect(self._toggle)
        self._lay_out()
        self._expand(False)

    def set_issues(self, issues: Sequence[Issue]) -> None:
        """Show these issues."""
        for row in self._rows:
            row.hide()
            row.deleteLater()
        self._rows = [IssueRow(issue) for issue in issues]
        for row in self._rows:
            self._column.addWidget(row)
            row.clicked.connect(self._on_clicked)
        self._more.setVisible(len(self._rows) > MAX_COLLAPSED)
        self._expand(False)
        self.setVisible(bool(issues))

    def rows(self) -> list[IssueRow]:
        """Return the rows, the most severe first."""
        return list(self._rows)

    def set_max_height(self, height: int) -> None:
        """Set the height above which the list scrolls."""
        self._max_height = height
        self._fit()

    def _lay_out(self) -> None:
        body = QWidget()
        body.setProperty("clear", True)
        self._column = column_layout(body, spacing=0)
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

    def _toggle(self) -> None:
        self._expand(not self._is_expanded)

    def _expand(self, is_expanded: bool) -> None:
        self._is_expanded = is_expanded
        for index, row in enumerate(self._rows):
            row.setVisible(is_expanded or index < MAX_COLLAPSED)
        text = "Show fewer" if is_expanded else f"Show all {len(self._rows)}"
        self._more.setText(text)
        self._more.setAccessibleName(text)
        self._more.setToolTip("The most severe issues come first.")
        self._fit()

    def _fit(self) -> None:
        width = max(200, self.width() - 2 - _SCROLL_BAR)
        heights = [row.fit(width) for row in self._rows if not row.isHidden()]
        more = 0 if self._more.isHidden() else 40
        self._scroll.setFixedHeight(_whole_rows(heights, self._max_height - more))

    def _on_clicked(self) -> None:
        row = self.sender()
        if isinstance(row, IssueRow) and row.can_open:
            self.opened.emit(row.issue)

    # Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()


def _whole_rows(heights: Sequence[int], max_height: int) -> int:
    """Return the height of as many whole rows as fit into `max_height` pixels, at least one."""
    fitting = [height for height in accumulate(heights) if height <= max_height]
    return max([40, *heights[:1], *fitting])
