"""How the pictures are prepared: their size and colour, the parts, and how many take part."""

from collections.abc import Mapping

from PySide6.QtWidgets import QHBoxLayout

from studio.data.datasets import FOLDER
from studio.ui.train.data.dataset_text import COLORS, FITS, estimate, prepare_words
from studio.ui.train.data.preview import Preview
from studio.ui.train.data.split_bar import SplitBar
from studio.ui.train.form.section import FormSection, filled_combo
from studio.ui.widgets.collapsible_section import CollapsibleSection
from studio.ui.widgets.form_field import FormField
from studio.ui.widgets.number_choice import NumberChoice
from studio.ui.widgets.value_slider import ValueSlider

_SIZES = (8, 28, 32, 64, 96, 128, 224)
_SUBSETS = {None: "All pictures", 1000: "1,000, quick try", 5000: "5,000"}
_LARGEST_SHARE = 0.5


class SplitSection(FormSection):
    """Folded: one line. Open: size, fit, colour, a bar of the parts with its sliders, a subset."""

    def __init__(self) -> None:
        super().__init__()
        tip = "How large the pictures are, which of them are kept for validation and test"
        self._fold = CollapsibleSection("Size and split", tip)
        self._fold.header.setObjectName("split_fold")
        self._bar = SplitBar()
        self._splits: Mapping[str, int] = {}  # the parts under these shares
        self._shares = (0.0, 0.0)
        self._source = ""
        self.given: frozenset[str] = frozenset()  # the splits that the dataset brings
        body = self._fold.body
        body.addLayout(self._picture_row())
        body.addLayout(self._choice_row())
        body.addSpacing(4)
        body.addWidget(self._bar)
        self._add_shares()
        self.column.addWidget(self._fold)

    def show_source(self, source: str) -> None:
        """Offer what this set can be asked; its counts are not known yet."""
        self._source, self._splits = source, {}
        own = source == FOLDER
        self._fit.setVisible(own)
        self._size.set_preset_visible(None, not own)
        self.given = frozenset() if own else frozenset({"test"})
        self._bar.hide()
        self.refresh()

    def show_preview(self, preview: Preview) -> None:
        """Show the parts of the set that was read."""
        config = preview.config
        self._splits, self._shares = preview.splits, (config.val_share, config.test_share)
        self.given = preview.given
        self._bar.show()
        self.refresh()

    def refresh(self) -> None:
        """Say what the fields say, and follow them with the bar."""
        values = self.values() | {"data.source": self._source}
        self._val.setVisible("val" not in self.given)
        self._test.setVisible("test" not in self.given)
        self._fold.set_summary(prepare_words(values, self.given))
        if self._splits:
            self._bar.set_counts(self._counts(values["data.val_share"], values["data.test_share"]))

    def _counts(self, val_share: float, test_share: float) -> Mapping[str, int]:
        """Known for the shares that were read, estimated for others while they are dragged."""
        if (val_share, test_share) == self._shares:
            return self._splits
        return estimate(self._splits, self.given, val_share, test_share)

    def open_for(self, setting: str) -> None:
        """Unfold what hides the field of `setting`."""
        if setting in self._editors:
            self._fold.set_expanded(True)

    def _picture_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        usual: dict[int | None, str] = {None: "As it is"}
        self._size = NumberChoice(usual | {size: f"{size} px" for size in _SIZES}, "Other", 4, 1024)
        tip = "Side in pixels to which every picture is brought. Larger shows more and takes longer"
        row.addWidget(self._choice("data.image_size", "Picture size", self._size, tip, "size"), 1)
        tip = "Grey is faster; colour helps where colour tells classes apart"
        combo = filled_combo(COLORS)
        row.addWidget(self.add_field("data.color", "Colour", combo, tip, "color_combo"), 1)
        return row

    def _choice_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        tip = "What is done with pictures that are not square: cut off, put bars around, or distort"
        combo = filled_combo(FITS)
        self._fit = self.add_field("data.fit", "Fit", combo, tip, "fit_combo")
        row.addWidget(self._fit, 1)
        choice = NumberChoice(_SUBSETS, "Other", 2, 10_000_000)
        tip = "Learn from part of the pictures: a quick try before the long training"
        row.addWidget(self._choice("data.subset", "Learn from", choice, tip, "subset"), 1)
        return row

    def _choice(
        self, setting: str, label: str, choice: NumberChoice, tip: str, name: str
    ) -> FormField:
        field = self.add_field(setting, label, choice, tip, f"{name}_choice")
        choice.describe(name, label, tip)
        return field

    def _add_shares(self) -> None:
        tip = "Share of the training pictures that choose the best weights and are not learned from"
        self._val = self._share("val", "Validation", tip)
        tip = "Share of all pictures kept for the one test at the end"
        self._test = self._share("test", "Test", tip)

    def _share(self, part: str, label: str, tip: str) -> ValueSlider:
        slider = ValueSlider(label, _LARGEST_SHARE, 0.01, " %", 100)
        slider.slider.setMinimum(1)
        slider.slider.setObjectName(f"{part}_share_slider")
        slider.slider.setToolTip(tip)
        self.add_slider(f"data.{part}_share", slider)
        self._fold.body.addWidget(slider)
        return slider
