"""The preparation of the dataset in the form: image size, color, splits and subset."""

from collections.abc import Mapping

from PySide6.QtWidgets import QHBoxLayout

from studio.config import setting
from studio.data.datasets import FOLDER
from studio.formatting import count
from studio.ui.train.data.dataset_text import estimate_splits, preparation_summary
from studio.ui.train.data.preview import Preview
from studio.ui.train.data.split_bar import SplitBar
from studio.ui.train.form.section import FormSection, field_row
from studio.ui.widgets.collapsible_section import CollapsibleSection
from studio.ui.widgets.form_field import FormField
from studio.ui.widgets.number_choice import NumberChoice
from studio.ui.widgets.value_slider import ValueSlider

_IMAGE_SIZES = (8, 28, 32, 64, 96, 128, 224)
_SUBSETS = (1000, 5000)
_MAX_SUBSET = 10_000_000
_LABEL_WIDTH = 120  # px, for “Validation fraction”


class SplitSection(FormSection):
    """Folded: one line. Open: size, color, fit, subset, and the splits with their sliders."""

    def __init__(self) -> None:
        super().__init__()
        tip = "The size of the images, and the samples that are held out for validation and test."
        self._fold = CollapsibleSection("Size and split", tip)
        self._fold.header.setObjectName("split_fold")
        self._bar = SplitBar()
        self._splits: Mapping[str, int] = {}  # their sizes under `_shares`
        self._fractions = (0.0, 0.0)
        self._source = ""
        self.given: frozenset[str] = frozenset()  # the splits that the dataset defines
        body = self._fold.body
        body.addLayout(self._image_row())
        body.addLayout(self._sample_row())
        body.addSpacing(4)
        body.addWidget(self._bar)
        self._val = self._fraction_slider("val")
        self._test = self._fraction_slider("test")
        self.column.addWidget(self._fold)

    def show_source(self, source: str) -> None:
        """Show the fields that suit a dataset that has not been read yet."""
        self._source, self._splits = source, {}
        is_folder = source == FOLDER
        self._fit.setVisible(is_folder)
        self._size.set_preset_visible(None, not is_folder)
        self.given = frozenset() if is_folder else frozenset({"test"})
        self._bar.hide()
        self.refresh()

    def show_preview(self, preview: Preview) -> None:
        """Show the splits of a dataset that has been read."""
        config = preview.config
        self._splits, self._fractions = preview.splits, (config.val_share, config.test_share)
        self.given = preview.given
        self._bar.show()
        self.refresh()

    def refresh(self) -> None:
        """Update the summary and the bar to the values of the fields."""
        values = self.values() | {"data.source": self._source}
        self._val.setVisible("val" not in self.given)
        self._test.setVisible("test" not in self.given)
        self._fold.set_summary(preparation_summary(values, self.given))
        if self._splits:
            self._bar.set_counts(self._counts(values["data.val_share"], values["data.test_share"]))

    def _counts(self, val_fraction: float, test_fraction: float) -> Mapping[str, int]:
        """Return the sizes of the splits, estimated while a slider is dragged."""
        if (val_fraction, test_fraction) == self._fractions:
            return self._splits
        return estimate_splits(self._splits, self.given, val_fraction, test_fraction)

    def _image_row(self) -> QHBoxLayout:
        sizes: dict[int | None, str] = {None: setting("data.image_size").none_label}
        sizes |= {size: f"{size} px" for size in _IMAGE_SIZES}
        self._size = NumberChoice(sizes, "Other", 4, 1024)
        return field_row(
            self._choice_field("data.image_size", "size", self._size),
            self.add_field("data.color", "color_combo"),
        )

    def _sample_row(self) -> QHBoxLayout:
        subsets: dict[int | None, str] = {None: setting("data.subset").none_label}
        subsets |= {subset: count(subset, "sample") for subset in _SUBSETS}
        self._fit = self.add_field("data.fit", "fit_combo")
        choice = NumberChoice(subsets, "Other", 2, _MAX_SUBSET)
        return field_row(self._fit, self._choice_field("data.subset", "subset", choice))

    def _choice_field(self, name: str, object_name: str, choice: NumberChoice) -> FormField:
        field = self.add_field(name, f"{object_name}_choice", choice)
        choice.describe(object_name, setting(name).label, setting(name).help)
        return field

    def _fraction_slider(self, split: str) -> ValueSlider:
        slider = self.add_slider(f"data.{split}_share", f"{split}_share", _LABEL_WIDTH)
        slider.slider.setMinimum(1)
        self._fold.body.addWidget(slider)
        return slider
