"""A painted tree of folders and files, as an example of a folder layout."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui.icons import pixmap
from studio.ui.widgets import theme_colors

_LINE, _INDENT, _ICON = 28, 24, 20


@dataclass(frozen=True)
class TreeEntry:
    """A line of the tree: its depth, its name, and how many images are drawn behind it."""

    depth: int
    name: str
    icon: str = "folder"
    images: int = 0


class FolderTree(QWidget):
    """Folders and files, joined by lines as in a file manager."""

    def __init__(self, entries: tuple[TreeEntry, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries = entries
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Example of a folder layout")
        self.setAccessibleDescription("; ".join(_description(entry) for entry in entries))

    def _left(self, entry: TreeEntry) -> float:
        return entry.depth * _INDENT

    def _name_width(self, entry: TreeEntry) -> int:
        return max(self.fontMetrics().horizontalAdvance(entry.name), 64) + 12

    def _paint_joint(self, painter: QPainter, row: int) -> None:
        """Paint the line from the parent folder to this entry."""
        entry = self._entries[row]
        above = next(p for p in range(row - 1, -1, -1) if self._entries[p].depth < entry.depth)
        x = self._left(self._entries[above]) + _ICON / 2 + 0.5
        y = row * _LINE + _LINE / 2 + 0.5
        painter.drawLine(QPointF(x, above * _LINE + _LINE / 2 + 12), QPointF(x, y))
        painter.drawLine(QPointF(x, y), QPointF(self._left(entry) - 2, y))

    def _paint_line(self, painter: QPainter, row: int) -> None:
        entry, colors = self._entries[row], theme_colors.current()
        ratio = self.devicePixelRatioF()
        left, top = self._left(entry), row * _LINE
        icon_top = top + (_LINE - _ICON) / 2
        shade = colors.accent if entry.icon == "folder" else colors.muted
        painter.drawPixmap(QPointF(left, icon_top), pixmap(entry.icon, _ICON, shade, ratio))
        painter.setPen(QColor(colors.text))
        left += _ICON + 8
        box = QRectF(left, top, self.width() - left, _LINE)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, entry.name)
        left += self._name_width(entry)
        for _ in range(entry.images):
            painter.drawPixmap(QPointF(left, icon_top), pixmap("image", _ICON, colors.muted, ratio))
            left += _ICON + 4
        if entry.images:
            painter.setPen(QColor(colors.muted))
            painter.drawText(QRectF(left, top, 24, _LINE), Qt.AlignmentFlag.AlignVCenter, "…")

    # Qt

    def sizeHint(self) -> QSize:
        widest = max(
            self._left(entry)
            + _ICON
            + 8
            + self._name_width(entry)
            + entry.images * (_ICON + 4)
            + (24 if entry.images else 0)
            for entry in self._entries
        )
        return QSize(round(widest), _LINE * len(self._entries))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for row, entry in enumerate(self._entries):
            if entry.depth:
                painter.setPen(QPen(QColor(theme_colors.current().control_border), 1))
                self._paint_joint(painter, row)
        for row in range(len(self._entries)):
            self._paint_line(painter, row)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()


def _description(entry: TreeEntry) -> str:
    inside = f", {entry.images} or more images" if entry.images else ""
    return f"{'inside: ' if entry.depth else ''}{entry.name}{inside}"
