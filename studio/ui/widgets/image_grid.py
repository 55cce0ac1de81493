"""A scrolling grid for any number of samples."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from studio.ui.widgets.model_index import Index
from studio.ui.widgets.sample_delegate import LARGE_IMAGE, SMALL_IMAGE, SampleDelegate
from studio.ui.widgets.sample_model import SampleModel, TileSource
from studio.ui.widgets.tile_view import TileView

WIDE = 960  # px; wider grids show larger images


class ImageGrid(TileView):
    """Shows the image, caption and details of each sample.

    Signals: `sample_selected(position)` when the current sample changes, and `escape_pressed()`
    if enabled.
    """

    sample_selected = Signal(int)
    escape_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("image_grid")
        self._escape_enabled = False
        self.samples = SampleModel(self)
        self.tile_delegate = SampleDelegate(self.samples, self)
        self.setModel(self.samples)
        self.setItemDelegate(self.tile_delegate)

    def set_samples(
        self, table: TileSource, positions: npt.NDArray[np.int64] | None = None
    ) -> None:
        """Replace the samples and show these positions, by default all; clears the selection."""
        self.samples.set_table(table, positions)
        self._update_tiles()
        self.scrollToTop()

    def set_order(self, positions: npt.NDArray[np.int64]) -> None:
        """Show these positions in this order from the top; clears the selection."""
        self.samples.set_order(positions)
        self.scrollToTop()

    def selected_position(self) -> int | None:
        """Return the position of the selected sample, if any."""
        index = self.currentIndex()
        return self.samples.position_at(index.row()) if index.isValid() else None

    def select_position(self, position: int) -> bool:
        """Select the sample at `position` and scroll to it; return False if it is not shown."""
        row = self.samples.row_of(position)
        return row >= 0 and self.select_row(row)

    def select_row(self, row: int) -> bool:
        """Select the sample in `row`; return False if there is no such row."""
        exists = 0 <= row < self.samples.rowCount()
        if exists:
            self.setCurrentIndex(self.samples.index(row, 0))
        return exists

    def set_escape_enabled(self, enabled: bool) -> None:
        """Emit `escape_pressed` on Escape instead of leaving the key to the window."""
        self._escape_enabled = enabled

    def _update_tiles(self) -> None:
        self.tile_delegate.clear_cache()
        self.set_tile_size(self.tile_delegate.tile_size())

    # Qt

    def event(self, event: QEvent) -> bool:
        is_override = event.type() == QEvent.Type.ShortcutOverride
        if is_override and isinstance(event, QKeyEvent) and self._escape_enabled:
            event.setAccepted(event.key() == Qt.Key.Key_Escape)
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._escape_enabled:
            self.escape_pressed.emit()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.tile_delegate.set_font(self.font())
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.PaletteChange):
            self._update_tiles()

    def resizeEvent(self, event: QResizeEvent) -> None:
        if self.tile_delegate.set_image_side(LARGE_IMAGE if self.width() >= WIDE else SMALL_IMAGE):
            self.set_tile_size(self.tile_delegate.tile_size())
        super().resizeEvent(event)

    def currentChanged(self, current: Index, previous: Index) -> None:  # noqa: N802
        super().currentChanged(current, previous)
        if current.isValid():
            self.sample_selected.emit(self.samples.position_at(current.row()))
