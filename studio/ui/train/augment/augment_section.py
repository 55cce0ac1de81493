"""How training pictures are changed, shown on sixteen of them."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from studio.config import AugmentConfig
from studio.ui.shared.builders import text_button
from studio.ui.tasks import LatestWorker, one_thread
from studio.ui.train.augment.augment_amounts import DAMAGE, LIGHT, SHAPE, THICKNESS, Amount
from studio.ui.train.augment.augment_preview import AugmentPreview
from studio.ui.train.augment.augment_text import flip_advice, turn_advice
from studio.ui.train.data.preview import TILES
from studio.ui.train.data.preview_samples import Pixels
from studio.ui.train.form.section import FormSection
from studio.ui.train.words import augment_words
from studio.ui.widgets.collapsible_section import CollapsibleSection
from studio.ui.widgets.reset_button import ResetButton
from studio.ui.widgets.thumbnail_strip import ThumbnailStrip
from studio.ui.widgets.value_slider import ValueSlider

_CAPTION = 72  # px, as wide as the names of the sliders above


class AugmentSection(FormSection):
    """Folded: one line. Open: sliders, and what they do to real pictures."""

    def __init__(self) -> None:
        super().__init__()
        tip = "Random changes of the training pictures, so that the network learns what matters"
        self._fold = CollapsibleSection("Augmentation", tip)
        self._fold.header.setObjectName("augment_fold")
        self._source, self._recipe = "", AugmentConfig()
        self._flip_warning, self._turn_warning = _warning("flip"), _warning("turn")
        self._fold.body.addLayout(self._pictures())
        self._add_groups()
        self.column.addWidget(self._fold)
        self._preview: AugmentPreview | None = None
        self._worker = LatestWorker(_answer, self)
        self._worker.answered.connect(self._show)
        self._fold.header.toggled.connect(self.refresh)

    def set_batch(self, batch: Pixels | None) -> None:
        """Show the changes on these pictures, uint8 [16, C, H, W]; None while they load."""
        self._preview = None if batch is None else AugmentPreview(batch)
        self._resample.setEnabled(batch is not None)
        self._absence.hide()
        self._tiles.show()
        if batch is None:
            self._tiles.clear()
        self.refresh()

    def show_absence(self, message: str) -> None:
        """Say why there are no images to show the changes on."""
        self.set_batch(None)
        self._tiles.hide()
        self._absence.setText(f"No preview: {message}")
        self._absence.show()

    def set_source(self, source: str, recipe: AugmentConfig) -> None:
        """Warn of what hurts on that data set; `recipe` is what the chosen recipe comes with."""
        self._source, self._recipe = source, recipe
        self.refresh()

    def refresh(self) -> None:
        """Say and, when the section is open, show what the settings do."""
        values = self.values()
        self._fold.set_summary(augment_words(values))
        self._warn(values)
        self._ink.setVisible(self._is_grey() or values[THICKNESS.setting] > 0)
        if self._preview is not None and self._fold.header.isChecked():
            self._worker.submit((self._preview, values))

    def tiles(self) -> Pixels:
        """The pictures shown, uint8 [16, C, H, W]."""
        return self._tiles.images()

    def close_worker(self) -> None:
        """End the thread that makes the pictures."""
        self._worker.close()

    def _is_grey(self) -> bool:
        return self._preview is None or self._preview.batch.shape[1] == 1

    def _warn(self, values: dict[str, Any]) -> None:
        flip = flip_advice(self._source, values, self._recipe)
        turn = turn_advice(self._source, values)
        for label, words in ((self._flip_warning, flip), (self._turn_warning, turn)):
            label.setText(words)
            label.setVisible(bool(words))

    def _pictures(self) -> QVBoxLayout:
        self._tiles = ThumbnailStrip(columns=8, count=TILES)
        self._tiles.setObjectName("augment_preview")
        self._tiles.setAccessibleName("Training pictures as the network will see them")
        self._tiles.setToolTip("Sixteen training pictures as the network will see them")
        self._absence = QLabel()
        self._absence.setObjectName("augment_absence")
        self._absence.setProperty("role", "muted")
        self._absence.setWordWrap(True)
        self._absence.hide()
        self._resample = text_button("resample_button", "Resample", "refresh")
        self._resample.setProperty("kind", "quiet")
        self._resample.setToolTip("Draw again: each time the network sees other changes")
        self._resample.setEnabled(False)
        self._resample.clicked.connect(self._draw_again)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._resample)
        part = QVBoxLayout()
        part.setSpacing(4)
        part.addWidget(self._tiles)
        part.addWidget(self._absence)
        part.addLayout(row)
        return part

    def _add_groups(self) -> None:
        body = self._fold.body
        shape = self._group("Shape", SHAPE)
        shape.insertWidget(2, self._turn_warning)  # under the title and the rotation
        shape.addLayout(self._mirrors())
        shape.addWidget(self._flip_warning)
        body.addLayout(shape)
        body.addLayout(self._group("Light", LIGHT))
        body.addLayout(self._group("Damage", DAMAGE))
        self._ink = QWidget()
        self._ink.setLayout(self._group("Ink", (THICKNESS,)))
        body.addWidget(self._ink)

    def _group(self, title: str, amounts: Iterable[Amount]) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        heading = QLabel(title)
        heading.setProperty("role", "field")
        column.addWidget(heading)
        for amount in amounts:
            column.addWidget(self._slider(amount))
        return column

    def _slider(self, amount: Amount) -> ValueSlider:
        slider = ValueSlider(
            amount.label, amount.largest, amount.step, amount.unit, amount.scale, amount.digits
        )
        slider.setObjectName(f"{amount.name}_amount")
        slider.slider.setObjectName(f"{amount.name}_slider")
        slider.slider.setToolTip(amount.tip)
        self.add_slider(amount.setting, slider)
        return slider

    def _mirrors(self) -> QGridLayout:
        caption = QLabel("Mirror")
        caption.setFixedWidth(_CAPTION)
        tip = "Mirrors half of the pictures: right for clothes, wrong for digits"
        across = self._mirror("flip_horizontal", "flip_check", "Left and right", tip)
        tip = "Turns half of the pictures over: right for what is seen from above"
        down = self._mirror("flip_vertical", "flip_vertical_check", "Up and down", tip)
        grid = QGridLayout()
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(2)
        grid.addWidget(caption, 0, 0)
        for row, (check, reset) in enumerate((across, down)):
            grid.addWidget(check, row, 1)
            grid.addWidget(reset, row, 2)
        grid.setColumnStretch(3, 1)
        return grid

    def _mirror(
        self, name: str, object_name: str, words: str, tip: str
    ) -> tuple[QCheckBox, ResetButton]:
        check = QCheckBox(words)
        check.setObjectName(object_name)
        check.setAccessibleName(f"Mirror {words.lower()}")
        check.setToolTip(tip)
        return check, self.add_check(f"augment.{name}", check)

    def _draw_again(self) -> None:
        if self._preview is not None:
            self._preview = AugmentPreview(self._preview.batch, self._preview.seed + 1)
            self.refresh()

    def _show(self, question: Any, tiles: object) -> None:
        if question[0] is self._preview and isinstance(tiles, np.ndarray):
            self._tiles.set_images(tiles)


def _warning(name: str) -> QLabel:
    label = QLabel()
    label.setObjectName(f"{name}_warning")
    label.setProperty("role", "muted")
    label.setProperty("tone", "warn")
    label.setWordWrap(True)
    label.hide()
    return label


def _answer(question: tuple[AugmentPreview, dict[str, Any]]) -> Pixels:
    preview, values = question
    changes = {setting.removeprefix("augment."): value for setting, value in values.items()}
    with one_thread():
        return preview.changed(AugmentConfig(**changes))
