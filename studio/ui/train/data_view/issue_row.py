"""An issue of the dataset as a row that opens the affected samples."""

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from studio.data.quality.report import Issue
from studio.formatting import count
from studio.ui.icons import pixmap
from studio.ui.widgets import theme_colors
from studio.ui.widgets.painted_icons import draw_icon
from studio.ui.widgets.tooltip import wrap_tooltip

_MARKS = {
    "stop": ("bad", "bad", "Stops training"),
    "warn": ("warn", "warn", "Warning"),
    "note": ("info", "accent", "Note"),
}
_PAD, _GAP, _LINE_GAP = 8, 8, 2
_MARK = QRect(16, _PAD, 16, 16)
_SEVERITY = QRect(_MARK.right() + 1 + _GAP, _PAD, 112, 16)
_ARROW = 16
_UNBOUNDED = 10_000  # px, more than any text needs
_MIDDLE = Qt.AlignmentFlag.AlignVCenter
_WRAPPED = Qt.TextFlag.TextWordWrap


class IssueRow(QAbstractButton):
    """Severity, title and advice of an issue; a click opens the affected samples or files.

    It is painted instead of composed of labels, because creating a label takes a millisecond.
    """

    def __init__(self, issue: Issue, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.issue = issue
        self.setObjectName(f"finding_{issue.code}")
        self.setText(issue.title)
        self.setAccessibleName(f"{_MARKS[issue.severity][2]}: {issue.title}")
        self.setAccessibleDescription(issue.advice)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        if self.can_open:
            self.setToolTip(f"See the affected {affected_text(issue)}.")
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        else:
            self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self.setToolTip(wrap_tooltip(issue.advice))

    @property
    def can_open(self) -> bool:
        """Whether there are affected samples or files."""
        return bool(self.issue.samples or self.issue.files)

    def fit(self, width: int) -> int:
        """Set the height that the texts need at this width, and return it."""
        height = self.heightForWidth(width)
        self.setFixedHeight(height)
        return height

    def _boxes(self, width: int) -> tuple[QRect, QRect]:
        """Return the boxes of title and advice in a row of this width."""
        left = _SEVERITY.right() + 1 + _GAP
        right = width - _PAD - _ARROW - _GAP - self._affected_width()
        room = max(_ARROW, right - left)
        title = QRect(left, _PAD, room, _UNBOUNDED)
        title.setHeight(_height(self._font(13), title, self.issue.title))
        advice = title.translated(0, title.height() + _LINE_GAP)
        advice.setHeight(_height(self._font(12), advice, self.issue.advice))
        return title, advice

    def _affected_width(self) -> int:
        text = affected_text(self.issue)
        return QFontMetrics(self._font(12)).horizontalAdvance(text) + 1 + _GAP if text else 0

    def _font(self, pixels: int, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(pixels)
        font.setWeight(weight)
        return font

    def _paint_background(self, painter: QPainter) -> None:
        colors, box = theme_colors.current(), QRectF(self.rect()).adjusted(4, 2, -4, -2)
        if self.can_open and (self.underMouse() or self.isDown()):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colors.pressed if self.isDown() else colors.hover))
            painter.drawRoundedRect(box, 6, 6)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colors.accent), 2))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 5, 5)

    def _paint_texts(self, painter: QPainter) -> None:
        colors, issue = theme_colors.current(), self.issue
        icon_name, role, severity = _MARKS[issue.severity]
        color = getattr(colors, role)
        title, advice = self._boxes(self.width())
        draw_icon(painter, icon_name, QRectF(_MARK), color)
        self._draw_text(
            painter, _SEVERITY, self._font(12, QFont.Weight.DemiBold), color, _MIDDLE, severity
        )
        self._draw_text(painter, title, self._font(13), colors.text, _WRAPPED, issue.title)
        self._draw_text(painter, advice, self._font(12), colors.muted, _WRAPPED, issue.advice)
        affected = QRect(title.right() + 1, 0, self._affected_width(), self.height())
        sides = Qt.AlignmentFlag.AlignRight | _MIDDLE
        self._draw_text(
            painter, affected, self._font(12), colors.muted, sides, affected_text(issue)
        )

    @staticmethod
    def _draw_text(
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
        return QSize(_SEVERITY.right() + 200, self.heightForWidth(max(200, self.width())))

    def heightForWidth(self, width: int) -> int:
        title, advice = self._boxes(width)
        return (advice if self.issue.advice else title).bottom() + 1 + _PAD

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_background(painter)
        self._paint_texts(painter)
        if self.can_open:
            arrow = pixmap(
                "chevron-right", _ARROW, theme_colors.current().muted, self.devicePixelRatioF()
            )
            position = QPoint(self.width() - _PAD - _ARROW, (self.height() - _ARROW) // 2)
            painter.drawPixmap(position, arrow)


def affected_text(issue: Issue) -> str:
    """Return how many samples and files an issue affects: "3 samples", "1 file", or nothing."""
    counts = ((len(issue.samples), "sample"), (len(issue.files), "file"))
    return ", ".join(count(number, noun) for number, noun in counts if number)


def _height(font: QFont, box: QRect, text: str) -> int:
    """Return the height of a wrapped text."""
    return QFontMetrics(font).boundingRect(box, _WRAPPED, text).height() if text else 0
