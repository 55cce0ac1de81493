"""A data set at a glance: what is to be said of it, and its classes side by side."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from studio.data.report import Report
from studio.data.sources import FOLDER
from studio.ui.icons import text_button
from studio.ui.train.class_names import (
    Pairs,
    change_words,
    origin_words,
    originals_by_name,
    with_name,
)
from studio.ui.train.finding_list import FindingList
from studio.ui.train.picture_tiles import PART_WORDS, UNUSED
from studio.ui.train.preview import Preview
from studio.ui.widgets import palette
from studio.ui.widgets.class_board import ClassBoard, ClassHeadings
from studio.ui.widgets.class_model import ClassRow
from studio.ui.widgets.elided_label import ElidedLabel
from studio.ui.widgets.glyphs import glyph_pixmap

_FINDINGS_SHARE = 0.45  # of the height at most, so that the classes stay in view


class ClassPage(QWidget):
    """Findings on top, below them the board.

    `renamed` brings the whole overlay of names after a change, as (old, new) pairs.
    """

    class_opened = Signal(int)
    finding_opened = Signal(object)
    renamed = Signal(object)
    export_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.findings, self.board = FindingList(), ClassBoard()
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
        self._preview: Preview | None = None
        self._before: Pairs = ()
        self._lay_out()
        self._connect()

    def show_preview(self, preview: Preview) -> None:
        """Show a data set."""
        if self._preview is None or preview.config.rename != self._changed:
            self._notice.hide()
        self._preview, self._changed = preview, preview.config.rename
        self._title.setText(preview.shape.title)
        self._figures.setText(_shape_words(preview))
        self.findings.set_findings(preview.report.findings)
        checked = f"Nothing to complain about: {preview.count:,} pictures checked"
        self._clean.set_text(checked if _is_clean(preview) else "")
        self.board.set_rows(class_rows(preview), part_names(preview.report))

    def show_working(self, text: str) -> None:
        """Say what is being read while the classes stay in view."""
        self._figures.setText(text)

    def set_locked(self, locked: bool) -> None:
        """Let names be changed, or not."""
        self.board.classes.set_editable(not locked)
        self._undo.setEnabled(not locked)

    def notice(self) -> str:
        """What is said of the last change of a name; nothing when that is done with."""
        return "" if self._notice.isHidden() else self._said.text()

    def _rename(self, row: int, typed: str) -> None:
        preview = self._preview
        if preview is None:
            return
        name = self.board.classes.row(row).name
        old = originals_by_name(preview.originals, preview.config.rename)[name]
        pairs = with_name(name, typed, preview.originals, preview.config.rename)
        if pairs == preview.config.rename:
            return
        others = [other for other in preview.class_names if other != name]
        self._said.setText(change_words(name, typed, old, others))
        self._before = preview.config.rename
        self._tell(pairs)
        self._notice.show()

    def _tell(self, pairs: Pairs) -> None:
        self._changed = pairs
        self.renamed.emit(pairs)

    def _take_back(self) -> None:
        self._notice.hide()
        self._tell(self._before)

    def _open_row(self, row: int) -> None:
        self.class_opened.emit(row)

    def _connect(self) -> None:
        self.board.opened.connect(self._open_row)
        self.board.renamed.connect(self._rename)
        self.findings.opened.connect(self.finding_opened)
        self._export.clicked.connect(self.export_wanted)
        self._undo.clicked.connect(self._take_back)

    def _lay_out(self) -> None:
        self._changed: Pairs = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(self._header())
        column.addWidget(self._clean)
        column.addWidget(self.findings)
        column.addWidget(self._make_notice())
        column.addWidget(self._board_card(), 1)

    def _header(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self._title)
        row.addWidget(self._figures)
        row.addStretch(1)
        row.addWidget(self._export)
        return row

    def _make_notice(self) -> QWidget:
        self._notice, self._said = QWidget(), QLabel()
        self._said.setObjectName("rename_notice")
        self._said.setTextFormat(Qt.TextFormat.PlainText)
        self._said.setWordWrap(True)
        self._undo = QPushButton("Undo")
        self._undo.setObjectName("rename_undo")
        self._undo.setAccessibleName("Undo the change of the name")
        self._undo.setToolTip("Give the classes the names they had before")
        row = QHBoxLayout(self._notice)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self._said, 1)
        row.addWidget(self._undo)
        self._notice.hide()
        return self._notice

    def _board_card(self) -> QFrame:
        frame = QFrame()
        frame.setProperty("card", True)
        column = QVBoxLayout(frame)
        column.setContentsMargins(1, 4, 1, 4)
        column.setSpacing(0)
        column.addWidget(ClassHeadings(self.board))
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

    def text(self) -> str:
        return self._label.text()

    def _paint_mark(self) -> None:
        color = getattr(palette.current(), self._kind)
        self._mark.setPixmap(glyph_pixmap(self._kind, 16, color, self.devicePixelRatioF()))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._paint_mark()


def class_rows(preview: Preview) -> list[ClassRow]:
    """The classes of a preview as the rows of a board."""
    with_unused = len(part_names(preview.report)) > len(PART_WORDS)
    originals = originals_by_name(preview.originals, preview.config.rename)
    rows = []
    for label, counts in enumerate(preview.report.classes):
        old = originals[counts.name]
        parts: tuple[int, ...] = (counts.train, counts.val, counts.test)
        rows.append(
            ClassRow(
                name=counts.name,
                mean=preview.means[label],
                tiles=preview.tiles[label],
                parts=(*parts, counts.count - sum(parts)) if with_unused else parts,
                note=origin_words(counts.name, old),
                original=", ".join(old),
            )
        )
    return rows


def part_names(report: Report) -> tuple[str, ...]:
    """The parts of the bars: one more where a subset leaves pictures out."""
    used = sum(row.train + row.val + row.test for row in report.classes)
    names = tuple(PART_WORDS.values())
    return names if used == sum(row.count for row in report.classes) else (*names, UNUSED)


def _is_clean(preview: Preview) -> bool:
    return preview.source == FOLDER and not preview.report.findings


def _shape_words(preview: Preview) -> str:
    shape = preview.shape
    kind = "grey" if shape.channels == 1 else "colour"
    side = shape.image_size
    classes = len(shape.class_names)
    return (
        f"{shape.count:,} pictures · {classes:,} class{'' if classes == 1 else 'es'} · "
        f"{side} × {side}, {kind}"
    )
