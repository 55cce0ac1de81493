"""The panel beside the map: the legend of the colors, and what is selected."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from studio.formatting import count
from studio.ui.mistakes.embedding.map_colors import MapColors, Scale
from studio.ui.shared.builders import column_layout, label, row_layout, text_button
from studio.ui.widgets.color_legend import ColorLegend, ColorScale
from studio.ui.widgets.thumbnail_strip import ThumbnailStrip

if TYPE_CHECKING:
    from studio.insight import Evaluation

WIDTH_PX = 236
_COLUMNS, _THUMBNAILS = 4, 8
_HINT = "Shift+drag around points to select them."


class MapPanel(QFrame):
    """Signals: `groups_chosen(list)`, `show_clicked()`, `clear_clicked()` and
    `sample_clicked(int)`, the place of a thumbnail among the selected samples."""

    groups_chosen = Signal(list)
    show_clicked = Signal()
    clear_clicked = Signal()
    sample_clicked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.setFixedWidth(WIDTH_PX)
        self.legend = ColorLegend()
        self.legend.setObjectName("map_legend")
        self.legend.setAccessibleName("Legend")
        self.legend.setToolTip("Click classes to highlight them")
        self.scale = ColorScale()
        self.scale.setObjectName("map_scale")
        self.scale.setAccessibleName("Scale of the colors")
        self.summary = label("body", _HINT, name="map_selection_label")
        self.summary.setWordWrap(True)
        self.strip = ThumbnailStrip(_COLUMNS, _THUMBNAILS)
        self.strip.setObjectName("map_selected_strip")
        self.strip.setAccessibleName("Selected samples")
        self.strip.setToolTip("Click an image to see the sample in detail")
        self.show_button = text_button("map_show_button", "Show in grid")
        self.show_button.setProperty("kind", "primary")
        self.clear_button = text_button("map_clear_button", "Clear")
        self.clear_button.setToolTip("Select nothing (Esc)")
        self._scale_page = QWidget()
        self._lay_out()
        self.legend.groups_selected.connect(self.groups_chosen)
        self.show_button.clicked.connect(self.show_clicked)
        self.clear_button.clicked.connect(self.clear_clicked)
        self.strip.clicked.connect(self.sample_clicked)
        self._scale_page.hide()
        self._set_selected(False)

    def show_colors(self, colors: MapColors) -> None:
        """Explain the colors of a map."""
        legend = colors.legend
        self._scale_page.setVisible(isinstance(legend, Scale))
        self.legend.setVisible(not isinstance(legend, Scale))
        if isinstance(legend, Scale):
            self.scale.set_scale(legend.colors, legend.lowest, legend.highest)
        else:
            counts = np.bincount(legend.of_samples, minlength=len(legend.names)).tolist()
            self.legend.set_groups(legend.names, counts, legend.colors)

    def show_selection(self, evaluation: "Evaluation", positions: NDArray[np.int64]) -> None:
        """Describe the selected samples by their positions in the evaluation; may be none."""
        self._set_selected(len(positions) > 0)
        if not len(positions):
            self.summary.setText(_HINT)
            return
        first = positions[:_THUMBNAILS]
        self.strip.set_images(
            evaluation.images[first], [evaluation.sample_name(int(p)) for p in first]
        )
        wrong = int((evaluation.predicted[positions] != evaluation.labels[positions]).sum())
        self.summary.setText(f"{count(len(positions), 'sample')} selected, {wrong:,} wrong")

    def _set_selected(self, selected: bool) -> None:
        for widget in (self.strip, self.show_button, self.clear_button):
            widget.setVisible(selected)

    def _lay_out(self) -> None:
        scale_column = column_layout(self._scale_page, spacing=0)
        scale_column.addWidget(self.scale)
        scale_column.addStretch(1)
        column = column_layout(self, spacing=8)
        column.setContentsMargins(12, 12, 12, 12)
        column.addWidget(self.legend, 1)
        column.addWidget(self._scale_page, 1)
        column.addWidget(self.summary)
        column.addWidget(self.strip)
        row = row_layout(spacing=8)
        row.addWidget(self.show_button, 1)
        row.addWidget(self.clear_button)
        column.addLayout(row)
