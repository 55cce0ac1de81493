"""A data set at a glance: what is to be said of it, and its classes side by side."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from studio.data.datasets import FOLDER
from studio.ui.shared.builders import text_button
from studio.ui.train.data.class_renaming import ClassRenaming
from studio.ui.train.data.class_rows import class_rows, part_names, shape_words
from studio.ui.train.data.issue_list import IssueList
from studio.ui.train.data.preview import Preview
from studio.ui.widgets import theme_colors
from studio.ui.widgets.class_list import ClassList, ClassListHeader
from studio.ui.widgets.elided_label import ElidedLabel
from studio.ui.widgets.painted_icons import icon_pixmap

_FINDINGS_SHARE = 0.45  # of the height at most, so that the classes stay in view


class ClassOverview(QWidget):
    """Findings on top, below them the board.

    `renamed` brings the whole overlay of names after a change, as (old, new) pairs.
    """

    class_opened = Signal(int)
    finding_opened = Signal(object)
    renamed = Signal(object)
    export_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.findings, self.board = IssueList(), ClassList()
        self._title, self._figures = ElidedLabel(), ElidedLabel()
        self._title.setObjectName("data_title")
        self._title.setProperty("role", "heading")
        self._figures.setObjectName("data_figures")
        self._figures.setProperty("role", "muted")
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._export = text_button("export_list_button", "Export list", "open")
        self._export.setToolTip("Save a CSV file with the label and the part of every picture")
        self._clean = _QuietLine("good")
        self._clean.setObjectName("data_clean")
        self._names = ClassRenaming(self)
        self._lay_out()
        self._connect()

    def show_preview(self, preview: Preview) -> None:
        """Show a data set."""
        self._names.show_preview(preview)
        self._title.setText(preview.shape.title)
        self._figures.setText(shape_words(preview))
        self.findings.set_findings(preview.report.issues)
        checked = f"Nothing to complain about: {preview.count:,} pictures checked"
        self._clean.set_text(checked if _is_clean(preview) else "")
        self.board.set_rows(class_rows(preview), part_names(preview.report))

    def show_working(self, text: str) -> None:
        """Say what is being read while the classes stay in view."""
        self._figures.setText(text)

    def set_locked(self, locked: bool) -> None:
        """Let names be changed, or not."""
        self.board.classes.set_editable(not locked)
        self._names.set_locked(locked)

    def _rename(self, row: int, typed: str) -> None:
        self._names.rename(self.board.classes.row(row).name, typed)

    def _drop(self, row: int) -> None:
        self._names.leave_out(self.board.classes.row(row).name)

    def _connect(self) -> None:
        self.board.opened.connect(self.class_opened)
        self.board.renamed.connect(self._rename)
        self.board.exclude_requested.connect(self._drop)
        self.findings.opened.connect(self.finding_opened)
        self._export.clicked.connect(self.export_wanted)
        self._names.renamed.connect(self.renamed)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(self._header())
        column.addWidget(self._clean)
        column.addWidget(self.findings)
        column.addWidget(self._names.notice)
        column.addWidget(self._board_card(), 1)
        column.addWidget(self._names.left_out)

    def _header(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self._title)
        row.addWidget(self._figures)
        row.addStretch(1)
        row.addWidget(self._export)
        return row

    def _board_card(self) -> QFrame:
        frame = QFrame()
        frame.setProperty("card", True)
        column = QVBoxLayout(frame)
        column.setContentsMargins(1, 4, 1, 4)
        column.setSpacing(0)
        column.addWidget(ClassListHeader(self.board))
        column.addWidget(self.board, 1)
        return frame

    # Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.findings.set_most_height(round(_FINDINGS_SHARE * self.height()))


class _QuietLine(QWidget):
    """A mark and a muted sentence; hidden while there is nothing to say."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self._kind = kind
        self._mark, self._label = QLabel(), QLabel()
        self._label.setProperty("role", "muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._mark)
        row.addWidget(self._label, 1)
        self.hide()

    def set_text(self, text: str) -> None:
        self._label.setText(text)
        self.setAccessibleName(text)
        self._paint_mark()
        self.setVisible(bool(text))

    def _paint_mark(self) -> None:
        color = getattr(theme_colors.current(), self._kind)
        self._mark.setPixmap(icon_pixmap(self._kind, 16, color, self.devicePixelRatioF()))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._paint_mark()


def _is_clean(preview: Preview) -> bool:
    return preview.source == FOLDER and not preview.report.issues
