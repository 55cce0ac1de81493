"""Keeps the form beside the picture, or over it where the window is narrow."""

from PySide6.QtCore import QEasingCurve, QObject, QPoint, QPropertyAnimation
from PySide6.QtWidgets import QHBoxLayout, QStyle, QWidget

NARROW = 1100  # window widths below this fold the form away
SLIDE_MS = 150


class Drawer(QObject):
    """Owns where `panel` is: in `row`, or sliding over the page from the left."""

    def __init__(self, panel: QWidget, row: QHBoxLayout, page: QWidget) -> None:
        super().__init__(page)
        self._panel, self._row, self._page = panel, row, page
        self._slide = QPropertyAnimation(panel, b"pos", self)
        self._slide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._slide.finished.connect(self._settle)
        self.folded = False
        self.is_open = True

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
            self._panel.show()

    def arrange(self) -> None:
        """Give a folded panel the page's height; call when the page changes its size."""
        if self.folded:
            self._slide.stop()
            self._panel.resize(self._panel.width(), self._page.height())
            self._panel.move(self._place())
            self._panel.setVisible(self.is_open)

    def open(self) -> None:
        """Slide the panel in."""
        self._go(True)

    def close(self) -> None:
        """Slide the panel out."""
        self._go(False)

    def _go(self, is_open: bool) -> None:
        self.is_open = is_open
        if not self.folded:
            return
        self._panel.show()
        self._panel.raise_()
        self._slide.stop()
        self._slide.setDuration(self._duration())
        self._slide.setStartValue(self._panel.pos())
        self._slide.setEndValue(self._place())
        self._slide.start()

    def _place(self) -> QPoint:
        return QPoint(0 if self.is_open else -self._panel.width(), 0)

    def _duration(self) -> int:
        """0 where the system asks for no motion, or nobody is looking."""
        hint = QStyle.StyleHint.SH_Widget_Animation_Duration
        wished = self._page.style().styleHint(hint, None, self._page)
        return SLIDE_MS if wished and self._page.isVisible() else 0

    def _settle(self) -> None:
        self._panel.setVisible(self.is_open or not self.folded)
