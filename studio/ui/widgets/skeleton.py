"""Grey placeholder blocks in the shape of what is being loaded, without animation."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui.widgets import theme_colors

GAP = 8


class Skeleton(QWidget):
    """Rows of placeholder blocks; each row lists the widths of its blocks as fractions 0..1."""

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
        """Return the blocks at the current size; rows that do not fit are omitted."""
        blocks = []
        for index, fractions in enumerate(self._rows):
            top = index * (self._row_height + GAP)
            if index and top + self._row_height > self.height():
                break
            available = self.width() - GAP * (len(fractions) - 1)
            left = 0.0
            for fraction in fractions:
                width = available * fraction
                blocks.append(QRectF(left, top, width, self._row_height))
                left += width + GAP
        return blocks

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
