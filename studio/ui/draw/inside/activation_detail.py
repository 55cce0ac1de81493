"""One map or unit: where it is active, what drives it, and its filter."""

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui.draw.inside.activation_worker import DetailRequest, DetailResult
from studio.ui.draw.inside.layer_texts import (
    ACTIVE,
    active_caption,
    filter_title,
    slice_labels,
    slice_texts,
)
from studio.ui.shared.builders import column_layout, elided_label, row_layout
from studio.ui.widgets.activation_model import ActivationTable, format_value
from studio.ui.widgets.filter_strip import FilterStrip
from studio.ui.widgets.framed_pixel_view import FramedPixelView
from studio.ui.widgets.pixel_view import CAPTION_HEIGHT

DRIVE = "What drives it"
SILENT = "Silent: nothing drives it"
_GAP_PX = 12
_LOW_PX = 260  # a lower widget names the values only in the tooltip of its title


class ActivationDetail(QWidget):
    """`map_view` with the receptive field framed, `drive_view`, and `filter_view`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("activation_detail")
        self.setAccessibleName("Selected map or unit")
        self._title = elided_label("heading", "activation_title")
        self._facts = elided_label("muted", "activation_facts")
        self._active = FramedPixelView("map_view", ACTIVE)
        self._active.setToolTip(
            "The map over the model input. The frame is the receptive field of its strongest "
            "value: no pixel outside can change that value."
        )
        self._drive = FramedPixelView("drive_view", DRIVE)
        self._drive.setToolTip(
            "Gradient of the mean positive value times the pixel: orange pixels raise the mean, "
            "blue ones lower it. It is the slope at this input, not the effect of removing them."
        )
        self._filter_title = elided_label("muted", "filter_title")
        self._filter = FilterStrip("filter_view")
        self._filter.setToolTip("Orange weights are positive, blue ones negative.")
        self._filter_of: tuple[object, int, int] | None = None
        self._lay_out()

    def show_values(
        self, name: str, layer: str, table: ActivationTable, values: np.ndarray
    ) -> None:
        """Name a channel and its strength; `values` are those of its map, or one of a unit."""
        self._title.setText(f"{name} · {layer}")
        self._facts.setText(_describe_values(values, is_map=table.levels is not None))
        self._title.tooltip_text = f"{self._title.text()}. {self._facts.text()}"

    def show_detail(self, asked: DetailRequest, found: DetailResult) -> None:
        """Show what a channel responds to."""
        has_map = found.active is not None
        self._active.setVisible(has_map)
        side = asked.request.image.shape[-1]
        if has_map:
            self._active.set_caption(active_caption(found.region, side))
            self._active.set_image(found.image, found.active, has_sign=True)
            region = found.region
            edges = (region.left, region.top, region.width, region.height)
            self._active.set_region(QRectF(*(edge / side for edge in edges)))
        self._drive.set_image(found.image, found.drive, has_sign=True)
        self._drive.set_caption(SILENT if found.drive is None else DRIVE)
        self._show_filter(asked, found)

    def clear(self) -> None:
        """Show nothing."""
        self._title.clear()
        self._facts.clear()
        self._filter_title.clear()
        self._active.set_image(None)
        self._active.set_region(None)
        self._drive.set_image(None)
        self._filter.set_slices(np.zeros((0, 1, 1), np.float32), (), ())
        self._filter_of = None

    def _show_filter(self, asked: DetailRequest, found: DetailResult) -> None:
        shown = asked.request.model, asked.request.depth, asked.channel
        if shown == self._filter_of:
            return
        self._filter_of = shown
        weights = found.weights
        self._filter.setVisible(weights is not None)
        self._filter_title.setVisible(weights is not None)
        if weights is not None:
            is_first = weights.layer == "conv1_1"
            self._filter_title.setText(filter_title(weights))
            self._filter.set_slices(
                weights.values, slice_labels(weights, is_first), slice_texts(weights, is_first)
            )

    def _lay_out(self) -> None:
        column = column_layout(self, spacing=4)
        column.addWidget(self._title)
        column.addWidget(self._facts)
        pictures = row_layout(spacing=_GAP_PX)
        for picture in (self._active, self._drive):
            picture.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
            pictures.addWidget(picture)
        self._pictures = QWidget()
        self._pictures.setLayout(pictures)
        column.addWidget(self._pictures, 3)
        column.addWidget(self._filter_title)
        column.addWidget(self._filter, 2)

    # Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._facts.setVisible(event.size().height() >= _LOW_PX)
        side = (event.size().width() - _GAP_PX) // 2
        self._pictures.setMaximumHeight(side + CAPTION_HEIGHT)


def _describe_values(values: np.ndarray, is_map: bool) -> str:
    if not is_map:
        return f"Value {format_value(float(values))}"
    mean = format_value(float(np.maximum(values, 0).mean()))
    return f"Largest value {format_value(float(values.max()))} · mean of positive values {mean}"
