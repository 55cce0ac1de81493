"""A line of text that ends in dots where there is no room for all of it."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from studio.ui.widgets.tooltip import wrap_tooltip

LEAST_WIDTH = 48


class ElidedLabel(QLabel):
    """`text()` is always the whole text; so is the tooltip while dots are shown.

    `mode` says where the dots are. A `tooltip_text` is what the tooltip says in any case.
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
        """The text as it is drawn at the present width."""
        width = self.contentsRect().width()
        return self.fontMetrics().elidedText(self.text(), self._mode, width)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            elided = self.shown_text() != self.text()
            text = self.tooltip_text or (self.text() if elided else "")
            self.setToolTip(wrap_tooltip(text))
        return super().event(event)

    def minimumSizeHint(self) -> QSize:
        return QSize(LEAST_WIDTH, super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        # One more pixel: the width of a text is rounded down.
        return super().sizeHint() + QSize(1, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().windowText().color())
        flags = self.alignment() | Qt.TextFlag.TextSingleLine
        painter.drawText(self.contentsRect(), flags, self.shown_text())
