"""Grey blocks in the shape of what is being loaded. Still: nothing blinks."""

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui.widgets import theme_colors

GAP = 8


class Skeleton(QWidget):
    """Rows of placeholder blocks; each row is a tuple of widths as shares 0..1 of the whole."""

    def __init__(
        self,
        rows: tuple[tuple[float, ...], ...] = ((0.4,), (1.0,), (1.0,), (0.7,)),
        row_height: int = 20,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._rows = rows
        self._row_height = row_height
        self.setAccessibleName("Loading")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def blocks(self) -> list[QRectF]:
        """The rectangles drawn at the present size; a row that would be cut off is left out."""
        made = []
        for index, shares in enumerate(self._rows):
            top = index * (self._row_height + GAP)
            if index and top + self._row_height > self.height():
                break
            usable = self.width() - GAP * (len(shares) - 1)
            left = 0.0
            for share in shares:
                made.append(QRectF(left, top, usable * share, self._row_height))
                left += usable * share + GAP
        return made

    def sizeHint(self) -> QSize:
        return QSize(240, len(self._rows) * (self._row_height + GAP) - GAP)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self._row_height)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme_colors.current().pressed))
        for block in self.blocks():
            painter.drawRoundedRect(block, 4, 4)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()
