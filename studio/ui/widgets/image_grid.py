"""A scrolling grid for any number of samples."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from studio.ui.widgets.model_index import Index
from studio.ui.widgets.sample_delegate import LARGE_IMAGE, SMALL_IMAGE, SampleDelegate
from studio.ui.widgets.sample_model import SampleModel, TileSource
from studio.ui.widgets.tile_badge import BadgeSource, no_badges
from studio.ui.widgets.tile_view import TileView

Positions = npt.NDArray[np.int64]

WIDE = 960  # px; wider grids show larger images
LOW = 164  # px; lower grids show no details, so that a whole line of tiles fits
# px, the steps of the zoom: multiples of 28 and a little more than those of 32.
IMAGE_SIDES = (32, 56, SMALL_IMAGE, LARGE_IMAGE, 140, 196, 252)
MAX_KEPT_RANGES = 500  # Qt takes quadratic time to select scattered rows
_WHEEL_STEP = 120


class ImageGrid(TileView):
    """Shows the image, caption and details of each sample.

    Signals: `sample_selected(position)` when the current sample changes, `selection_changed()`
    when other samples are selected, `image_side_changed(side)` when the images get another size,
    `zoomed(side)` when the user chose it in the grid, and `escape_pressed()` if enabled.
    """

    sample_selected = Signal(int)
    selection_changed = Signal()
    image_side_changed = Signal(int)
    zoomed = Signal(int)
    escape_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("image_grid")
        self._escape_enabled = False
        self._fixed_side: int | None = None
        self._wheel = 0  # what the wheel turned since the last step of the zoom
        self.samples = SampleModel(self)
        self.tile_delegate = SampleDelegate(self.samples, self)
        self.setModel(self.samples)
        self.setItemDelegate(self.tile_delegate)

    # Samples

    def set_samples(self, table: TileSource, positions: Positions | None = None) -> None:
        """Replace the samples and show these positions, by default all; clears the selection."""
        self.samples.set_table(table, positions)
        self.refresh_tiles()
        self.scrollToTop()
        self.selection_changed.emit()

    def set_order(self, positions: Positions) -> None:
        """Show these positions in this order from the top; clears the selection."""
        self.samples.set_order(positions)
        self.executeDelayedItemsLayout()  # at the first painting it would cause a second one
        self.scrollToTop()
        self.selection_changed.emit()

    def change_order(self, positions: Positions, row: int = 0) -> None:
        """Show these positions in this order; keep the selection as far as it is still shown.

        If the current sample is gone, that in `row` takes its place, or else the last one.
        """
        if np.array_equal(positions, self.samples.positions()):
            return
        current, selected = self.selected_position(), self.selected_positions()
        self.set_order(positions)
        if current is None or not self.select_position(current):
            self.select_row(min(row, len(positions) - 1))
        elif len(selected) > 1:
            self.select_positions(selected)

    def refresh_tiles(self) -> None:
        """Paint all tiles again, as their texts changed."""
        self.tile_delegate.clear_cache()
        self.set_tile_size(self.tile_delegate.tile_size())

    # Selection

    def selected_position(self) -> int | None:
        """Return the position of the current sample, if any."""
        index = self.currentIndex()
        return self.samples.position_at(index.row()) if index.isValid() else None

    def selected_positions(self) -> Positions:
        """Return the positions of the selected samples in the order of the grid, int64 [n].

        Where none is selected, this is the current sample.
        """
        order, ranges = self.samples.positions(), self.selected_rows()
        if ranges:
            return np.concatenate([order[rows.start : rows.stop] for rows in ranges])
        current = self.selected_position()
        return np.array([] if current is None else [current], np.int64)

    def select_position(self, position: int) -> bool:
        """Select the sample at `position` and scroll to it; return False if it is not shown."""
        row = self.samples.row_of(position)
        return row >= 0 and self.select_row(row)

    def select_positions(self, positions: Positions) -> bool:
        """Select those of these samples that are shown, beside the current one, if they can be.

        Return False if they lie too scattered, and keep the selection then.
        """
        ranges = _adjoining(self.samples.rows_of(positions))
        if not ranges or len(ranges) > MAX_KEPT_RANGES:
            return False
        self.select_rows(ranges)
        return True

    def select_row(self, row: int) -> bool:
        """Select the sample in `row`; return False if there is no such row."""
        exists = 0 <= row < self.samples.rowCount()
        if exists:
            flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
            self.selectionModel().setCurrentIndex(self.samples.index(row, 0), flag)
        return exists

    # Badges

    def set_badges(self, source: BadgeSource | None) -> None:
        """Show the badges that `source` returns for a position, or none."""
        self.samples.badge_source = source or no_badges
        self.refresh_tiles()

    def refresh_badges(self, positions: Iterable[int]) -> None:
        """Paint the tiles of these samples again, as their badges changed."""
        ratio = self.viewport().devicePixelRatioF()
        for position in positions:
            self.tile_delegate.discard(int(position), ratio)
        self.viewport().update()

    # Zoom

    def image_side(self) -> int:
        """Return the largest side of the images in logical pixels."""
        if self._fixed_side is not None:
            return self._fixed_side
        return LARGE_IMAGE if self.width() >= WIDE else SMALL_IMAGE

    def set_image_side(self, side: int | None) -> None:
        """Show images of a size, one of `IMAGE_SIDES`; None: a size that fits the grid."""
        self._fixed_side = side
        self._fit_images()

    def zoom(self, steps: int) -> None:
        """Show larger images by some steps of `IMAGE_SIDES`, or smaller ones."""
        step = IMAGE_SIDES.index(self.image_side()) + steps
        side = IMAGE_SIDES[min(max(step, 0), len(IMAGE_SIDES) - 1)]
        self.set_image_side(side)
        self.zoomed.emit(side)

    def _fit_images(self) -> None:
        if self.tile_delegate.set_image_side(self.image_side(), self.height() >= LOW):
            self.set_tile_size(self.tile_delegate.tile_size())
            self.image_side_changed.emit(self.image_side())

    # Keys

    def set_escape_enabled(self, enabled: bool) -> None:
        """Emit `escape_pressed` on Escape instead of leaving the key to the window."""
        self._escape_enabled = enabled

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

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not (event.modifiers() & Qt.KeyboardModifier.ControlModifier and self.hasFocus()):
            super().wheelEvent(event)
            return
        self._wheel += event.angleDelta().y()
        steps = int(self._wheel / _WHEEL_STEP)
        self._wheel -= steps * _WHEEL_STEP
        if steps:
            self.zoom(steps)
        event.accept()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.tile_delegate.set_font(self.font())
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.PaletteChange):
            self.refresh_tiles()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit_images()
        super().resizeEvent(event)

    def currentChanged(self, current: Index, previous: Index) -> None:  # noqa: N802
        super().currentChanged(current, previous)
        # The mark of the current tile is no selection, which Qt would paint again itself.
        self.viewport().update(self.visualRect(previous))
        self.viewport().update(self.visualRect(current))
        if current.isValid():
            self.sample_selected.emit(self.samples.position_at(current.row()))

    def selectionChanged(  # noqa: N802
        self, selected: QItemSelection, deselected: QItemSelection
    ) -> None:
        super().selectionChanged(selected, deselected)
        self.selection_changed.emit()


def _adjoining(rows: npt.NDArray[np.int64]) -> list[range]:
    """Return ascending rows as ranges of adjoining ones."""
    if not len(rows):
        return []
    ends = np.flatnonzero(np.diff(rows) > 1)
    firsts = rows[np.concatenate(([0], ends + 1))]
    lasts = rows[np.concatenate((ends, [len(rows) - 1]))]
    return [range(first, last + 1) for first, last in zip(firsts, lasts, strict=True)]
