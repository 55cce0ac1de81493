"""The panel beside the page, or a drawer over it where the window is narrow."""

from PySide6.QtCore import QEasingCurve, QObject, QPoint, QPropertyAnimation, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QStyle, QWidget

NARROW = 1100  # window width in pixels below which the panel is a drawer
SLIDE_MS = 150
_SHADE = QColor(0, 0, 0, 96)


class Drawer(QObject):
    """Places `panel` in `row`, or lets it slide over the page from the left.

    `changed` is emitted when the panel is shown, hidden, or moved between the two places.
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
        self.is_folded = False
        self.is_open = True
        self.is_docked_open = True  # the choice of the user while the panel is in the row

    @property
    def is_always_visible(self) -> bool:
        """Whether the panel is in the row and shown, so that no button must open it."""
        return not self.is_folded and self.is_docked_open

    def set_folded(self, folded: bool) -> None:
        """Make the panel a drawer, or put it into the row."""
        if folded == self.is_folded:
            return
        self.is_folded = folded
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
        """Resize a drawer to the height of the page; call it when the page is resized."""
        if self.is_folded:
            self._slide.stop()
            self._panel.resize(self._panel.width(), self._page.height())
            self._panel.move(self._position())
            self._panel.setVisible(self.is_open)
            self._show_shade()

    def open(self) -> None:
        """Show the panel."""
        self._dock(True)
        self._slide_to(True)

    def close(self) -> None:
        """Hide a drawer; a panel in the row stays."""
        self._slide_to(False)

    def toggle(self) -> None:
        """Hide the panel if it is shown, else show it, also in the row."""
        if self.is_folded:
            self._slide_to(not self.is_open)
        else:
            self._dock(not self.is_docked_open)

    def _dock(self, is_open: bool) -> None:
        self.is_docked_open = is_open
        if not self.is_folded:
            self._panel.setVisible(is_open)
        self.changed.emit()

    def _slide_to(self, is_open: bool) -> None:
        self.is_open = is_open
        if not self.is_folded:
            return
        self._show_shade()
        self._panel.show()
        self._panel.raise_()
        self._slide.stop()
        self._slide.setDuration(self._duration())
        self._slide.setStartValue(self._panel.pos())
        self._slide.setEndValue(self._position())
        self._slide.start()

    def _show_shade(self) -> None:
        self._shade.resize(self._page.size())
        self._shade.setVisible(self.is_open)
        self._shade.stackUnder(self._panel)

    def _position(self) -> QPoint:
        return QPoint(0 if self.is_open else -self._panel.width(), 0)

    def _duration(self) -> int:
        """Return 0 if the system asks for no animations or the page is hidden."""
        hint = QStyle.StyleHint.SH_Widget_Animation_Duration
        is_animated = self._page.style().styleHint(hint, None, self._page)
        return SLIDE_MS if is_animated and self._page.isVisible() else 0

    def _settle(self) -> None:
        self._panel.setVisible(self.is_open or not self.is_folded)


class _Shade(QWidget):
    """Dims the page below the open drawer; a click on it closes the drawer."""

    clicked = Signal()

    def __init__(self, page: QWidget) -> None:
        super().__init__(page)
        self.setObjectName("drawer_shade")
        self.hide()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.clicked.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), _SHADE)
