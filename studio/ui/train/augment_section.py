"""How training pictures are changed, shown on sixteen of them."""

from typing import Any

import numpy as np
from PySide6.QtWidgets import QCheckBox

from studio.config import AugmentConfig
from studio.ui.tasks import LatestWorker
from studio.ui.train.preview import TILES, Pixels, augmented
from studio.ui.train.section import FormSection
from studio.ui.train.words import augment_words
from studio.ui.widgets.amount_slider import AmountSlider
from studio.ui.widgets.fold_section import FoldSection
from studio.ui.widgets.thumbnail_strip import ThumbnailStrip

# setting, label, largest, step, unit, scale, what it teaches
_AMOUNTS = (
    ("rotate", "Rotate", 45, 1, "°", 1, "Turns each picture by up to this many degrees"),
    ("shear", "Slant", 30, 1, "°", 1, "Slants each picture, as handwriting does"),
    ("zoom", "Zoom", 0.5, 0.01, " %", 100, "Makes each picture larger or smaller"),
    ("shift", "Shift", 0.3, 0.01, " %", 100, "Moves each picture off its place"),
    ("thickness", "Thickness", 1, 0.05, " %", 100, "Makes strokes thicker or thinner"),
)


class AugmentSection(FormSection):
    """Folded: one line. Open: sliders, and what they do to real pictures."""

    def __init__(self) -> None:
        super().__init__()
        tip = "Random changes of the training pictures, so that the network learns what matters"
        self._fold = FoldSection("Augmentation", tip)
        self._fold.header.setObjectName("augment_fold")
        self._tiles = ThumbnailStrip(columns=8, count=TILES)
        self._tiles.setObjectName("augment_preview")
        self._tiles.setAccessibleName("Training pictures as the network will see them")
        self._tiles.setToolTip("Sixteen training pictures as the network will see them")
        self._fold.body.addWidget(self._tiles)
        self._add_amounts()
        self.column.addWidget(self._fold)
        self._batch: Pixels | None = None
        self._worker = LatestWorker(_answer, self)
        self._worker.answered.connect(self._show)
        self._fold.header.toggled.connect(self.refresh)

    def set_batch(self, batch: Pixels | None) -> None:
        """Show the changes on these pictures, uint8 [16, C, H, W]; None while they load."""
        self._batch = batch
        if batch is None:
            self._tiles.clear()
        self.refresh()

    def refresh(self) -> None:
        """Say and, when the section is open, show what the sliders do."""
        values = self.values()
        self._fold.set_summary(augment_words(values))
        if self._batch is not None and self._fold.header.isChecked():
            self._worker.submit((self._batch, values))

    def set_open(self, is_open: bool) -> None:
        """Show the sliders and pictures, or only the line that sums them up."""
        self._fold.set_open(is_open)

    def tiles(self) -> Pixels:
        """The pictures shown, uint8 [16, C, H, W]."""
        return self._tiles.images()

    def close_worker(self) -> None:
        """End the thread that makes the pictures."""
        self._worker.close()

    def _add_amounts(self) -> None:
        for name, label, largest, step, unit, scale, tip in _AMOUNTS:
            slider = AmountSlider(label, largest, step, unit, scale)
            slider.setObjectName(f"{name}_amount")
            slider.slider.setObjectName(f"{name}_slider")
            slider.slider.setToolTip(tip)
            self.add_editor(f"augment.{name}", slider)
            self._fold.body.addWidget(slider)
        flip = QCheckBox("Mirror left and right")
        flip.setObjectName("flip_check")
        flip.setAccessibleName("Mirror left and right")
        flip.setToolTip("Mirrors half of the pictures: right for clothes, wrong for digits")
        self.add_editor("augment.flip_horizontal", flip)
        self._fold.body.addWidget(flip)

    def _show(self, question: Any, tiles: object) -> None:
        if question[0] is self._batch and isinstance(tiles, np.ndarray):
            self._tiles.set_images(tiles)


def _answer(question: tuple[Pixels, dict[str, Any]]) -> Pixels:
    batch, values = question
    changes = {setting.removeprefix("augment."): value for setting, value in values.items()}
    return augmented(batch, AugmentConfig(**changes))
