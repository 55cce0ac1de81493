"""One surprise in a data set, as a row that opens what it is about."""

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from studio.data.quality.report import Issue
from studio.ui.icons import pixmap
from studio.ui.widgets import theme_colors
from studio.ui.widgets.painted_icons import draw_icon
from studio.ui.widgets.tooltip import wrap_tooltip

_MARKS = {
    "stop": ("bad", "bad", "Stops training"),
    "warn": ("warn", "warn", "Warning"),
    "note": ("info", "accent", "Note"),
}
_PAD, _GAP, _BETWEEN = 8, 8, 2
_MARK = QRect(16, _PAD, 16, 16)
_WORD = QRect(_MARK.right() + 1 + _GAP, _PAD, 112, 16)
_ARROW = 16
_TALL = 10_000  # px, more than any words take
_MIDDLE = Qt.AlignmentFlag.AlignVCenter
_WRAPPED = Qt.TextFlag.TextWordWrap


class IssueRow(QAbstractButton):
    """One finding; a click opens the pictures or files concerned, if there are any.

    Painted, not made of labels: many come at once, and each label takes a millisecond to make.
    """

    def __init__(self, finding: Issue, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.finding = finding
        self.setObjectName(f"finding_{finding.code}")
        self.setText(finding.title)
        self.setAccessibleName(f"{_MARKS[finding.severity][2]}: {finding.title}")
        self.setAccessibleDescription(finding.advice)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._opens = bool(finding.samples or finding.files)
        if self._opens:
            self.setToolTip(f"See the {concerned(finding)} concerned")
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        else:
            self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self.setToolTip(wrap_tooltip(finding.advice))

    @property
    def opens(self) -> bool:
        """Whether there is anything to see behind it."""
        return self._opens

    def fit(self, width: int) -> int:
        """Take the height that the words need at this width, and return it."""
        height = self.heightForWidth(width)
        self.setFixedHeight(height)
        return height

    def _boxes(self, width: int) -> tuple[QRect, QRect]:
        """Where title and advice stand in a row of this width."""
        left = _WORD.right() + 1 + _GAP
        right = width - _PAD - _ARROW - _GAP - self._concerned_width()
        room = max(_ARROW, right - left)
        title = QRect(left, _PAD, room, _TALL)
        title.setHeight(_height(self._font(13), title, self.finding.title))
        advice = title.translated(0, title.height() + _BETWEEN)
        advice.setHeight(_height(self._font(12), advice, self.finding.advice))
        return title, advice

    def _concerned_width(self) -> int:
        words = concerned(self.finding)
        return QFontMetrics(self._font(12)).horizontalAdvance(words) + 1 + _GAP if words else 0

    def _font(self, pixels: int, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(pixels)
        font.setWeight(weight)
        return font

    def _paint_ground(self, painter: QPainter) -> None:
        colors, box = theme_colors.current(), QRectF(self.rect()).adjusted(4, 2, -4, -2)
        if self._opens and (self.underMouse() or self.isDown()):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colors.pressed if self.isDown() else colors.hover))
            painter.drawRoundedRect(box, 6, 6)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colors.accent), 2))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 5, 5)

    def _paint_words(self, painter: QPainter) -> None:
        colors, finding = theme_colors.current(), self.finding
        kind, role, word = _MARKS[finding.severity]
        color = getattr(colors, role)
        title, advice = self._boxes(self.width())
        draw_icon(painter, kind, QRectF(_MARK), color)
        self._write(painter, _WORD, self._font(12, QFont.Weight.DemiBold), color, _MIDDLE, word)
        self._write(painter, title, self._font(13), colors.text, _WRAPPED, finding.title)
        self._write(painter, advice, self._font(12), colors.muted, _WRAPPED, finding.advice)
        aside = QRect(title.right() + 1, 0, self._concerned_width(), self.height())
        sides = Qt.AlignmentFlag.AlignRight | _MIDDLE
        self._write(painter, aside, self._font(12), colors.muted, sides, concerned(finding))

    @staticmethod
    def _write(
        painter: QPainter,
        box: QRect,
        font: QFont,
        color: str,
        flags: Qt.AlignmentFlag | Qt.TextFlag,
        text: str,
    ) -> None:
        painter.setFont(font)
        painter.setPen(QColor(color))
        painter.drawText(box, flags, text)

    # Qt

    def sizeHint(self) -> QSize:
        return QSize(_WORD.right() + 200, self.heightForWidth(max(200, self.width())))

    def heightForWidth(self, width: int) -> int:
        title, advice = self._boxes(width)
        return (advice if self.finding.advice else title).bottom() + 1 + _PAD

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter)
        self._paint_words(painter)
        if self._opens:
            arrow = pixmap(
                "chevron-right", _ARROW, theme_colors.current().muted, self.devicePixelRatioF()
            )
            place = QPoint(self.width() - _PAD - _ARROW, (self.height() - _ARROW) // 2)
            painter.drawPixmap(place, arrow)


def concerned(finding: Issue) -> str:
    """How many pictures or files a finding is about: "3 pictures", "1 file", or nothing."""
    counts = ((len(finding.samples), "picture"), (len(finding.files), "file"))
    return ", ".join(f"{n:,} {word}{'s' if n > 1 else ''}" for n, word in counts if n)


def _height(font: QFont, box: QRect, text: str) -> int:
    """What the wrapped text takes."""
    return QFontMetrics(font).boundingRect(box, _WRAPPED, text).height() if text else 0
