"""Legends of a colored plot: a list of groups, and a scale of values."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QItemSelection, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem, QWidget

from studio.ui.widgets import theme_colors
from studio.ui.widgets.paint_helpers import sized_font, transparent_pixmap

_DOT_PX, _BAR_PX, _TEXT_PX = 14, 12, 18


class ColorLegend(QListWidget):
    """Lists groups with their color and size; the selected ones are highlighted in the plot.

    A click on a selected group removes it from the selection. Signal: `groups_selected(rows)` with
    a list of the selected rows.
    """

    groups_selected = Signal(list)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSelectionMode(QAbstractItemView.SelectionMode.MultiSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setUniformItemSizes(True)
        self.setIconSize(QSize(_DOT_PX, _DOT_PX))

    def set_groups(
        self, names: Sequence[str], counts: Sequence[int], colors: NDArray[np.uint8]
    ) -> None:
        """Show groups with RGB colors uint8 [n, 3]; none is selected."""
        self.clear()
        for name, count, color in zip(names, counts, colors, strict=True):
            item = QListWidgetItem(_dot(color, self.devicePixelRatioF()), f"{name} · {count:,}")
            item.setToolTip(f"{name}: {count:,}")
            self.addItem(item)

    def selected_groups(self) -> list[int]:
        """Return the selected rows."""
        return sorted(index.row() for index in self.selectedIndexes())

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:  # noqa: N802
        super().selectionChanged(selected, deselected)
        self.groups_selected.emit(self.selected_groups())


class ColorScale(QWidget):
    """Shows the colors of values from the lowest to the highest, with their texts below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._colors = np.zeros((1, 3), np.uint8)
        self._texts = ("", "")
        self.setFixedHeight(_BAR_PX + _TEXT_PX + 4)

    def set_scale(self, colors: NDArray[np.uint8], lowest: str, highest: str) -> None:
        """Show RGB colors uint8 [n, 3], lowest value first."""
        self._colors, self._texts = colors, (lowest, highest)
        self.setAccessibleDescription(f"from {lowest} to {highest}")
        self.update()

    def texts(self) -> tuple[str, str]:
        """Return the texts of the lowest and the highest value."""
        return self._texts

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        for column, (red, green, blue) in enumerate(self._colors.tolist()):
            left = column * self.width() // len(self._colors)
            right = (column + 1) * self.width() // len(self._colors)
            painter.fillRect(left, 0, right - left, _BAR_PX, QColor(red, green, blue))
        painter.setFont(sized_font(self.font(), 12))
        painter.setPen(QColor(theme_colors.current().muted))
        line = self.rect().adjusted(0, _BAR_PX + 4, 0, 0)
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft, self._texts[0])
        painter.drawText(line, Qt.AlignmentFlag.AlignRight, self._texts[1])
        painter.end()


def _dot(color: NDArray[np.uint8], ratio: float) -> QIcon:
    pixmap: QPixmap = transparent_pixmap(QSize(_DOT_PX, _DOT_PX), ratio)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(*color.tolist()))
    painter.drawEllipse(2, 2, _DOT_PX - 4, _DOT_PX - 4)
    painter.end()
    icon = QIcon(pixmap)
    icon.addPixmap(pixmap, QIcon.Mode.Selected)  # the style would tint it
    return icon
