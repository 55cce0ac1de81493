"""The augmentation in the form, shown on sixteen training samples."""

from typing import Any

import numpy as np
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from studio.config import AugmentConfig
from studio.ui.shared.builders import column_layout, label, text_button
from studio.ui.tasks import LatestWorker, one_thread
from studio.ui.train.augment.augment_preview import AugmentPreview, Pixels
from studio.ui.train.augment.augment_text import augment_summary, flip_warning, rotation_warning
from studio.ui.train.form.section import FormSection
from studio.ui.widgets.collapsible_section import CollapsibleSection
from studio.ui.widgets.thumbnail_strip import ThumbnailStrip

SAMPLES = 16
# The sliders under their headings; a new augmentation with an amount is added here.
_GEOMETRY = ("rotate", "shear", "zoom", "shift")
_COLOR = ("brightness", "contrast")
_DEGRADATION = ("blur", "noise", "erase")
_STROKES = ("thickness",)
_FLIPS = {"flip_horizontal": "flip_check", "flip_vertical": "flip_vertical_check"}


class AugmentSection(FormSection):
    """Folded: one line. Open: sliders, and the augmented samples above them."""

    def __init__(self) -> None:
        super().__init__()
        tip = "Random changes of the training samples, which reduce overfitting."
        self._fold = CollapsibleSection("Augmentation", tip)
        self._fold.header.setObjectName("augment_fold")
        self._source, self._recipe = "", AugmentConfig()
        self._flip_warning, self._rotation_warning = _warning("flip"), _warning("turn")
        self._fold.body.addLayout(self._sample_column())
        self._add_groups()
        self.column.addWidget(self._fold)
        self._preview: AugmentPreview | None = None
        self._worker = LatestWorker(_augment, self)
        self._worker.completed.connect(self._show_tiles)
        self._fold.header.toggled.connect(self.refresh)

    def set_batch(self, batch: Pixels | None) -> None:
        """Augment these samples, uint8 [16, C, H, W]; None while they are loaded."""
        self._preview = None if batch is None else AugmentPreview(batch)
        self._resample.setEnabled(batch is not None)
        self._unavailable.hide()
        self._tiles.show()
        if batch is None:
            self._tiles.clear()
        self.refresh()

    def show_unavailable(self, message: str, _hint: str) -> None:
        """Show why there are no samples to augment."""
        self.set_batch(None)
        self._tiles.hide()
        self._unavailable.setText(f"No preview: {message}")
        self._unavailable.show()

    def set_source(self, source: str, recipe: AugmentConfig) -> None:
        """Warn of what harms this dataset; `recipe` is the augmentation of the chosen recipe."""
        self._source, self._recipe = source, recipe
        self.refresh()

    def refresh(self) -> None:
        """Show what the settings do: in the summary and, if the section is open, on the samples."""
        values = self.values()
        self._fold.set_summary(augment_summary(values))
        self._show_warnings(values)
        self._strokes.setVisible(self._is_grayscale() or values["augment.thickness"] > 0)
        if self._preview is not None and self._fold.header.isChecked():
            self._worker.submit((self._preview, values))

    def tiles(self) -> Pixels:
        """Return the samples that are shown, uint8 [16, C, H, W]."""
        return self._tiles.images()

    def close_worker(self) -> None:
        """End the thread that augments the samples."""
        self._worker.close()

    def _is_grayscale(self) -> bool:
        return self._preview is None or self._preview.batch.shape[1] == 1

    def _show_warnings(self, values: dict[str, Any]) -> None:
        flip = flip_warning(self._source, values, self._recipe)
        rotation = rotation_warning(self._source, values)
        for warning, text in ((self._flip_warning, flip), (self._rotation_warning, rotation)):
            warning.setText(text)
            warning.setVisible(bool(text))

    def _sample_column(self) -> QVBoxLayout:
        self._tiles = ThumbnailStrip(columns=8, count=SAMPLES)
        self._tiles.setObjectName("augment_preview")
        self._tiles.setAccessibleName("Augmented training samples")
        self._tiles.setToolTip("Sixteen training samples with random augmentation.")
        self._unavailable = label("muted", name="augment_absence")
        self._unavailable.setWordWrap(True)
        self._unavailable.hide()
        tip = "Draw other random parameters, as in each epoch of a training."
        self._resample = text_button("resample_button", "Resample", "refresh", tooltip=tip)
        self._resample.setProperty("kind", "quiet")
        self._resample.setEnabled(False)
        self._resample.clicked.connect(self._on_resample)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._resample)
        column = column_layout(spacing=4)
        column.addWidget(self._tiles)
        column.addWidget(self._unavailable)
        column.addLayout(row)
        return column

    def _add_groups(self) -> None:
        body = self._fold.body
        geometry = self._group("Geometry", _GEOMETRY)
        geometry.insertWidget(2, self._rotation_warning)  # below the heading and the rotation
        geometry.addLayout(self._flip_rows())
        geometry.addWidget(self._flip_warning)
        body.addLayout(geometry)
        body.addLayout(self._group("Color", _COLOR))
        body.addLayout(self._group("Degradation", _DEGRADATION))
        self._strokes = QWidget()
        self._strokes.setLayout(self._group("Strokes", _STROKES))
        body.addWidget(self._strokes)

    def _group(self, title: str, names: tuple[str, ...]) -> QVBoxLayout:
        column = column_layout(spacing=2)
        column.addWidget(label("field", title))
        for name in names:
            column.addWidget(self.add_slider(f"augment.{name}", name))
        return column

    def _flip_rows(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(2)
        for row, (name, object_name) in enumerate(_FLIPS.items()):
            check, reset = self.add_check(f"augment.{name}", object_name)
            grid.addWidget(check, row, 0)
            grid.addWidget(reset, row, 1)
        grid.setColumnStretch(2, 1)
        return grid

    def _on_resample(self) -> None:
        if self._preview is not None:
            self._preview = AugmentPreview(self._preview.batch, self._preview.seed + 1)
            self.refresh()

    def _show_tiles(self, request: tuple[AugmentPreview, dict[str, Any]], tiles: object) -> None:
        if request[0] is self._preview and isinstance(tiles, np.ndarray):
            self._tiles.set_images(tiles)


def _warning(name: str) -> QLabel:
    warning = label("muted", name=f"{name}_warning")
    warning.setProperty("tone", "warn")
    warning.setWordWrap(True)
    warning.hide()
    return warning


def _augment(request: tuple[AugmentPreview, dict[str, Any]]) -> Pixels:
    preview, values = request
    config = {name.removeprefix("augment."): value for name, value in values.items()}
    with one_thread():
        return preview.augment(AugmentConfig(**config))
