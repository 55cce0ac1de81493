"""A drawing of how pictures can lie in folders, for the one who has them otherwise."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui.icons import pixmap
from studio.ui.widgets import theme_colors

_LINE, _INDENT, _ICON = 28, 24, 20


@dataclass(frozen=True)
class Branch:
    """A line of the drawing: how deep, what it is called, and how many pictures stand for it."""

    depth: int
    name: str
    icon: str = "folder"
    pictures: int = 0


class FolderTree(QWidget):
    """Lines of folders and files, joined as in a file manager."""

    def __init__(self, branches: tuple[Branch, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._branches = branches
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Example of folders")
        self.setAccessibleDescription("; ".join(_said(branch) for branch in branches))

    def _left(self, branch: Branch) -> float:
        return branch.depth * _INDENT

    def _paint_joint(self, painter: QPainter, place: int) -> None:
        """From the folder above down and across to this line."""
        branch = self._branches[place]
        above = next(p for p in range(place - 1, -1, -1) if self._branches[p].depth < branch.depth)
        x = self._left(self._branches[above]) + _ICON / 2 + 0.5
        y = place * _LINE + _LINE / 2 + 0.5
        painter.drawLine(QPointF(x, above * _LINE + _LINE / 2 + 12), QPointF(x, y))
        painter.drawLine(QPointF(x, y), QPointF(self._left(branch) - 2, y))

    def _paint_line(self, painter: QPainter, place: int) -> None:
        branch, colors, ratio = (
            self._branches[place],
            theme_colors.current(),
            self.devicePixelRatioF(),
        )
        left, top = self._left(branch), place * _LINE
        icon_top = top + (_LINE - _ICON) / 2
        shade = colors.accent if branch.icon == "folder" else colors.muted
        painter.drawPixmap(QPointF(left, icon_top), pixmap(branch.icon, _ICON, shade, ratio))
        painter.setPen(QColor(colors.text))
        left += _ICON + 8
        box = QRectF(left, top, self.width() - left, _LINE)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, branch.name)
        left += max(painter.fontMetrics().horizontalAdvance(branch.name), 64) + 12
        for _ in range(branch.pictures):
            painter.drawPixmap(QPointF(left, icon_top), pixmap("image", _ICON, colors.muted, ratio))
            left += _ICON + 4
        if branch.pictures:
            painter.setPen(QColor(colors.muted))
            painter.drawText(QRectF(left, top, 24, _LINE), Qt.AlignmentFlag.AlignVCenter, "…")

    # Qt

    def sizeHint(self) -> QSize:
        widest = max(
            self._left(branch)
            + _ICON
            + 8
            + (max(self.fontMetrics().horizontalAdvance(branch.name), 64) + 12)
            + branch.pictures * (_ICON + 4)
            + (24 if branch.pictures else 0)
            for branch in self._branches
        )
        return QSize(round(widest), _LINE * len(self._branches))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for place, branch in enumerate(self._branches):
            if branch.depth:
                painter.setPen(QPen(QColor(theme_colors.current().control_border), 1))
                self._paint_joint(painter, place)
        for place in range(len(self._branches)):
            self._paint_line(painter, place)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()


def _said(branch: Branch) -> str:
    inside = f", {branch.pictures} or more pictures" if branch.pictures else ""
    return f"{'in it: ' if branch.depth else ''}{branch.name}{inside}"
