"""One surprise in a data set, as a row that opens what it is about."""

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from studio.data.report import Finding
from studio.ui.icons import pixmap
from studio.ui.widgets import palette
from studio.ui.widgets.glyphs import glyph_pixmap

_MARKS = {
    "stop": ("bad", "bad", "Stops training"),
    "warn": ("warn", "warn", "Warning"),
    "note": ("info", "accent", "Note"),
}


class FindingRow(QAbstractButton):
    """One finding; a click opens the pictures or files concerned, if there are any."""

    def __init__(self, finding: Finding, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.finding = finding
        self._mark, self._arrow = QLabel(), QLabel()
        self._word = _label(_MARKS[finding.severity][2], "field")
        self._word.setProperty("tone", _MARKS[finding.severity][1])
        self.setObjectName(f"finding_{finding.kind}")
        self.setText(finding.title)
        self.setAccessibleName(f"{self._word.text()}: {finding.title}")
        self.setAccessibleDescription(finding.advice)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._opens = bool(finding.rows or finding.files)
        if self._opens:
            self.setToolTip(f"See the {concerned(finding)} concerned")
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        else:
            self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self.setToolTip(finding.advice)
        self._lay_out()
        self._paint_marks()

    @property
    def opens(self) -> bool:
        """Whether there is anything to see behind it."""
        return self._opens

    def fit(self, width: int) -> int:
        """Take the height that the words need at this width, and return it."""
        for part in self.findChildren(QLabel):
            part.ensurePolished()  # before they are shown they do not know their font
        # Not heightForWidth: scroll areas pass it on badly.
        height = self._row.totalHeightForWidth(width)
        self.setFixedHeight(height)
        return height

    def _lay_out(self) -> None:
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 8, 8)
        row.setSpacing(8)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        self._word.setFixedWidth(112)
        row.addWidget(self._word, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(_label(self.finding.title, "body"))
        if self.finding.advice:
            words.addWidget(_label(self.finding.advice, "muted"))
        row.addLayout(words, 1)
        row.addWidget(_label(concerned(self.finding), "muted", wraps=False))
        self._arrow.setFixedWidth(16)
        row.addWidget(self._arrow)
        for part in self.findChildren(QLabel):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def _paint_marks(self) -> None:
        kind, role, _ = _MARKS[self.finding.severity]
        colors, ratio = palette.current(), self.devicePixelRatioF()
        self._mark.setPixmap(glyph_pixmap(kind, 16, getattr(colors, role), ratio))
        if self._opens:
            self._arrow.setPixmap(pixmap("chevron-right", 16, colors.muted, ratio))

    # Qt

    def sizeHint(self) -> QSize:
        return self._row.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, colors = QPainter(self), palette.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(4, 2, -4, -2)
        if self._opens and (self.underMouse() or self.isDown()):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colors.pressed if self.isDown() else colors.hover))
            painter.drawRoundedRect(box, 6, 6)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colors.accent), 2))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 5, 5)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._paint_marks()


def concerned(finding: Finding) -> str:
    """How many pictures or files a finding is about: "3 pictures", "1 file", or nothing."""
    counts = ((len(finding.rows), "picture"), (len(finding.files), "file"))
    return ", ".join(f"{n:,} {word}{'s' if n > 1 else ''}" for n, word in counts if n)


def _label(text: str, role: str, wraps: bool = True) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)  # file names are no markup
    label.setProperty("role", role)
    label.setWordWrap(wraps)
    return label
