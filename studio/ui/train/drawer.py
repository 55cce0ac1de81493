"""Keeps the form beside the picture, or over it where the window is narrow."""

from PySide6.QtCore import QEasingCurve, QObject, QPoint, QPropertyAnimation, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QStyle, QWidget

NARROW = 1100  # window widths below this fold the form away
SLIDE_MS = 150
_SHADE = QColor(0, 0, 0, 96)


class Drawer(QObject):
    """Owns where `panel` is: in `row`, or sliding over the page from the left.

    `changed` follows when the panel comes into view, leaves it, or moves from one to the other.
    """

    changed = Signal()

    def __init__(self, panel: QWidget, row: QHBoxLayout, page: QWidget) -> None:
        super().__init__(page)
        self._panel, self._row, self._page = panel, row, page
        self._shade = _Shade(page)
        self._shade.clicked.connect(self.close)
        self._slide = QPropertyAnimation(panel, b"pos", self)
        self._slide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._slide.finished.connect(self._settle)
        self.folded = False
        self.is_open = True
        self.is_docked_open = True  # what a person chose where the panel lies in the row

    @property
    def in_reach(self) -> bool:
        """Whether the panel is always in view and needs no button that opens it."""
        return not self.folded and self.is_docked_open

    def set_folded(self, folded: bool) -> None:
        """Take the panel out of the row, or put it back."""
        if folded == self.folded:
            return
        self.folded = folded
        if folded:
            self._row.removeWidget(self._panel)
            self.arrange()
            self._panel.raise_()
            self._panel.setVisible(self.is_open)
        else:
            self._slide.stop()
            self._row.insertWidget(0, self._panel)
            self._panel.setVisible(self.is_docked_open)
            self._shade.hide()
        self.changed.emit()

    def arrange(self) -> None:
        """Give a folded panel the page's height; call when the page changes its size."""
        if self.folded:
            self._slide.stop()
            self._panel.resize(self._panel.width(), self._page.height())
            self._panel.move(self._place())
            self._panel.setVisible(self.is_open)
            self._show_shade()

    def open(self) -> None:
        """Bring the panel into view."""
        self._dock(True)
        self._go(True)

    def close(self) -> None:
        """Slide a folded panel out; one in the row stays."""
        self._go(False)

    def toggle(self) -> None:
        """Show the panel if it is out of view, else hide it, also in the row."""
        if self.folded:
            self._go(not self.is_open)
        else:
            self._dock(not self.is_docked_open)

    def _dock(self, is_open: bool) -> None:
        self.is_docked_open = is_open
        if not self.folded:
            self._panel.setVisible(is_open)
        self.changed.emit()

    def _go(self, is_open: bool) -> None:
        self.is_open = is_open
        if not self.folded:
            return
        self._show_shade()
        self._panel.show()
        self._panel.raise_()
        self._slide.stop()
        self._slide.setDuration(self._duration())
        self._slide.setStartValue(self._panel.pos())
        self._slide.setEndValue(self._place())
        self._slide.start()

    def _show_shade(self) -> None:
        self._shade.resize(self._page.size())
        self._shade.setVisible(self.is_open)
        self._shade.stackUnder(self._panel)

    def _place(self) -> QPoint:
        return QPoint(0 if self.is_open else -self._panel.width(), 0)

    def _duration(self) -> int:
        """0 where the system asks for no motion, or nobody is looking."""
        hint = QStyle.StyleHint.SH_Widget_Animation_Duration
        wished = self._page.style().styleHint(hint, None, self._page)
        return SLIDE_MS if wished and self._page.isVisible() else 0

    def _settle(self) -> None:
        self._panel.setVisible(self.is_open or not self.folded)


class _Shade(QWidget):
    """Dims the page below the open panel; a click on it closes the panel."""

    clicked = Signal()

    def __init__(self, page: QWidget) -> None:
        super().__init__(page)
        self.setObjectName("drawer_shade")
        self.hide()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.clicked.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), _SHADE)
