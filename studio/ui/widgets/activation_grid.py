"""A grid of the maps of a layer, or of the bars of its units, which follow the pen."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QItemSelectionModel, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from studio.ui.widgets.activation_delegate import ActivationDelegate
from studio.ui.widgets.activation_model import ActivationModel, ActivationTable
from studio.ui.widgets.model_index import Index
from studio.ui.widgets.tile_view import TileView

MAP_SIDES = (48, 64, 96)  # px
_LARGE_TILES, _SMALL_TILES = 32, 128  # numbers of maps up to which their side is larger
_NARROW = 320  # px; in narrower grids maps are small


class ActivationGrid(TileView):
    """Shows the maps of a layer with their channel number and strength, or bars of its units.

    `channel_selected` carries the channel of the current tile when another becomes current, by the
    user or with `select_channel`.
    """

    channel_selected = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("activation_grid")
        self.setAccessibleName("Activations of the layer")
        self.activations = ActivationModel(self)
        self._delegate = ActivationDelegate(self.activations, self)
        self.setModel(self.activations)
        self.setItemDelegate(self._delegate)

    def show_layer(self, table: ActivationTable, order: NDArray[np.int64], channel: int) -> None:
        """Show a layer from the top, its channels in this order, and select one of them."""
        self.activations.reset(table, order)
        self._fit_tiles()
        self.scrollToTop()
        self.select_channel(channel)

    def update_values(self, table: ActivationTable) -> None:
        """Show new values of the same channels; order, selection and position stay."""
        self.activations.set_table(table)
        self.viewport().update()

    def set_order(self, order: NDArray[np.int64]) -> None:
        """Show the channels in another order; the selected channel and the position stay."""
        if np.array_equal(order, self.activations.order()):
            return
        channel, position = self.channel(), self.verticalScrollBar().value()
        self.blockSignals(True)  # the same channel is selected again
        self.activations.reset(self.activations.table, order)
        self.select_channel(-1 if channel is None else channel, scroll=False)
        self.blockSignals(False)
        self.verticalScrollBar().setValue(position)
        self.viewport().update()

    def clear(self) -> None:
        """Show nothing."""
        self.activations.reset(
            ActivationTable(None, np.zeros(0, np.float32), 1.0, ()), np.zeros(0, np.int64)
        )

    def channel(self) -> int | None:
        """Return the selected channel."""
        row = self.currentIndex().row()
        return None if row < 0 else self.activations.channel_at(row)

    def channels(self) -> list[int]:
        """Return the channels in the order shown."""
        return [int(channel) for channel in self.activations.order()]

    def select_channel(self, channel: int, scroll: bool = True) -> None:
        """Select the tile of a channel, if it is there."""
        row = self.activations.row_of(channel)
        if row < 0:
            return
        index = self.activations.index(row, 0)
        flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
        auto_scroll = self.hasAutoScroll()
        self.setAutoScroll(scroll and auto_scroll)
        self.selectionModel().setCurrentIndex(index, flag)
        self.setAutoScroll(auto_scroll)

    def _fit_tiles(self) -> None:
        count = self.activations.rowCount()
        small, middle, large = MAP_SIDES
        side = large if count <= _LARGE_TILES else middle if count <= _SMALL_TILES else small
        if self.width() < _NARROW:
            side = min(side, middle)
        self._delegate.set_image_side(side)
        self.set_tile_size(self._delegate.tile_size())

    # Qt

    def currentChanged(self, current: Index, previous: Index) -> None:  # noqa: N802
        super().currentChanged(current, previous)
        self.viewport().update(self.visualRect(previous))
        self.viewport().update(self.visualRect(current))
        if current.isValid():
            self.channel_selected.emit(self.activations.channel_at(current.row()))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._delegate.set_font(self.font())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit_tiles()
        super().resizeEvent(event)
