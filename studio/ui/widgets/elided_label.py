"""Labels that elide their text to the available width: one line, or a few wrapped lines."""

from PySide6.QtCore import QEvent, QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from studio.ui.widgets.tooltip import wrap_tooltip
from studio.ui.widgets.wrapped_text import wrapped_lines

MIN_WIDTH = 48


class ElidedLabel(QLabel):
    """Elides its text at the end, or as `mode` says; at least 48 px wide.

    `text()` returns the whole text, which is also the tooltip while the label is elided, unless
    `tooltip_text` is set.
    """

    def __init__(
        self,
        text: str = "",
        parent: QWidget | None = None,
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
    ) -> None:
        super().__init__(text, parent)
        self._mode = mode
        self.tooltip_text = ""
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)

    def shown_text(self) -> str:
        """Return the text as painted at the current width."""
        width = self.contentsRect().width()
        return self.fontMetrics().elidedText(self.text(), self._mode, width)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            is_elided = self.shown_text() != self.text()
            text = self.tooltip_text or (self.text() if is_elided else "")
            self.setToolTip(wrap_tooltip(text))
        return super().event(event)

    def minimumSizeHint(self) -> QSize:
        return QSize(MIN_WIDTH, super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        # One pixel more, because the width of a text is rounded down.
        return super().sizeHint() + QSize(1, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().windowText().color())
        flags = self.alignment() | Qt.TextFlag.TextSingleLine
        painter.drawText(self.contentsRect(), flags, self.shown_text())


class ElidedParagraph(QLabel):
    """Wraps its text into at most two lines and elides the second one.

    `text()` returns the whole text, which is also the tooltip while the label is elided.
    """

    MAX_LINES = 2

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWordWrap(True)

    def shown_lines(self) -> list[str]:
        """Return the lines as painted at the current width."""
        return wrapped_lines(self.text(), self.font(), self.contentsRect().width(), self.MAX_LINES)

    def _max_height(self) -> int:
        return self.MAX_LINES * self.fontMetrics().lineSpacing()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            lines = self.shown_lines()
            is_elided = bool(lines) and not self.text().endswith(lines[-1])
            self.setToolTip(wrap_tooltip(self.text() if is_elided else ""))
        return super().event(event)

    def heightForWidth(self, width: int) -> int:
        return min(super().heightForWidth(width), self._max_height())

    def sizeHint(self) -> QSize:
        return super().sizeHint().boundedTo(QSize(16_777_215, self._max_height()))

    def minimumSizeHint(self) -> QSize:
        return QSize(MIN_WIDTH, self.fontMetrics().lineSpacing())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().windowText().color())
        metrics, rect, lines = self.fontMetrics(), self.contentsRect(), self.shown_lines()
        top = rect.top() + (rect.height() - len(lines) * metrics.lineSpacing()) / 2
        for row, line in enumerate(lines):
            baseline = top + row * metrics.lineSpacing() + metrics.ascent()
            painter.drawText(QPointF(rect.left(), baseline), line)
