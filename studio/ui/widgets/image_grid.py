"""A grid of samples that scrolls through any number of them."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from studio.ui.widgets.sample_delegate import LARGE_PICTURE, SMALL_PICTURE, SampleDelegate
from studio.ui.widgets.sample_model import SampleModel, TileTable
from studio.ui.widgets.tile_view import TileView

Index = QModelIndex | QPersistentModelIndex
WIDE = 960  # from this width on pictures are drawn larger


class ImageGrid(TileView):
    """Picture, caption and note of each sample; emits the position of the one chosen."""

    sample_selected = Signal(int)
    escape_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("image_grid")
        self._escapable = False
        self.samples = SampleModel(self)
        self.tiles = SampleDelegate(self.samples, self)
        self.setModel(self.samples)
        self.setItemDelegate(self.tiles)

    def set_samples(self, table: TileTable, positions: npt.NDArray[np.int64] | None = None) -> None:
        """Show these samples, in their own order or this one; nothing is selected after."""
        self.samples.set_table(table, positions)
        self._refit()
        self.scrollToTop()

    def set_order(self, positions: npt.NDArray[np.int64]) -> None:
        """Show these positions in this order, from the top; nothing is selected after."""
        self.samples.set_order(positions)
        self.scrollToTop()

    def selected_position(self) -> int | None:
        """The position of the selected sample, if any."""
        index = self.currentIndex()
        return self.samples.position_at(index.row()) if index.isValid() else None

    def select_position(self, position: int) -> bool:
        """Select the sample at `position` and scroll to it; False when it is not shown."""
        row = self.samples.row_of(position)
        return row >= 0 and self.select_row(row)

    def select_row(self, row: int) -> bool:
        """Select the sample in `row`; False when there is no such row."""
        there = 0 <= row < self.samples.rowCount()
        if there:
            self.setCurrentIndex(self.samples.index(row, 0))
        return there

    def set_escape_enabled(self, escapable: bool) -> None:
        """Take Esc for `escape_pressed` instead of leaving it to the window."""
        self._escapable = escapable

    def _refit(self) -> None:
        self.tiles.refit()
        self.set_tile_size(self.tiles.tile_size())

    def event(self, event: QEvent) -> bool:
        is_override = event.type() == QEvent.Type.ShortcutOverride
        if is_override and isinstance(event, QKeyEvent) and self._escapable:
            event.setAccepted(event.key() == Qt.Key.Key_Escape)
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._escapable:
            self.escape_pressed.emit()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.tiles.set_font(self.font())
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.PaletteChange):
            self._refit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        if self.tiles.set_picture_side(LARGE_PICTURE if self.width() >= WIDE else SMALL_PICTURE):
            self.set_tile_size(self.tiles.tile_size())
        super().resizeEvent(event)

    def currentChanged(self, current: Index, previous: Index) -> None:  # noqa: N802
        super().currentChanged(current, previous)
        if current.isValid():
            self.sample_selected.emit(self.samples.position_at(current.row()))
