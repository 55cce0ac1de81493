"""The controls above the grid: which samples, in which order, and how large."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from studio.ui.icons import ALONE, BESIDE_TEXT, icon
from studio.ui.mistakes.samples.filter_model import FilterModel
from studio.ui.mistakes.samples.filter_texts import (
    OUTCOME_TEXTS,
    SORT_TEXTS,
    FilterChip,
    filter_chips,
    more_count,
)
from studio.ui.mistakes.samples.sample_filter import Outcome, SampleFilter, SortKey
from studio.ui.shared.builders import label, text_button, tool_button
from studio.ui.shared.shortcuts import with_keys
from studio.ui.widgets.chip_strip import ChipStrip
from studio.ui.widgets.image_grid import IMAGE_SIDES
from studio.ui.widgets.picker_combo import PickerCombo
from studio.ui.widgets.search_edit import SearchEdit

ROW_PX = 32
_MIN_WIDTH_PX = 480
_MIN_TRUE_PX, _MIN_PREDICTED_PX, _MIN_COMBO_PX, _MAX_COMBO_PX = 102, 132, 102, 208
_MIN_SEARCH_PX, _NARROW_SEARCH_PX, _SLIDER_PX = 112, 80, 88
_DIRECTIONS = {True: "highest first", False: "lowest first"}


class FilterBar(QWidget):
    """Shows and changes a `FilterModel`. `more_wanted` asks for the pop-up of further filters.

    `image_side_chosen` carries the size of the images, one of `IMAGE_SIDES`.
    """

    more_wanted = Signal()
    image_side_chosen = Signal(int)

    def __init__(self, filter_model: FilterModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._filter_model = filter_model
        self._is_narrow = False
        self._count_text = ""
        self._first_line, self._second_line = QHBoxLayout(), QHBoxLayout()
        self._class_names: Sequence[str] = ()
        self._run_titles: Mapping[str, str] = {}
        self._chips: list[FilterChip] = []
        self.true_combo = _combo("true_combo", "True class", "Only samples of this true class")
        self.predicted_combo = _combo(
            "read_combo", "Predicted class", "Only samples predicted as this class"
        )
        self.outcome_combo = _combo(
            "outcome_combo", "Outcome", "Mistakes, correct predictions, or both"
        )
        _fill(self.outcome_combo, OUTCOME_TEXTS)
        self.true_combo.setMinimumWidth(_MIN_TRUE_PX)
        self.predicted_combo.setMinimumWidth(_MIN_PREDICTED_PX)
        self.sort_combo = _combo("sort_combo", "Order", "The value that orders the samples")
        _fill(self.sort_combo, SORT_TEXTS)
        self.search_edit = _search_edit()
        self.reverse_button = tool_button("reverse_button", "chevron-down", "Reverse the order")
        self.more_button = text_button("more_filters_button", "Filters", "filter")
        self.sort_label = QLabel("Sort")
        self.count_label = label("heading", name="shown_label")
        self.chips = ChipStrip(icon("close"))
        self.chips.setObjectName("filter_chips")
        self.size_slider = _size_slider()
        self._lay_out()
        self._show(filter_model.filter)
        self._connect()

    def set_classes(self, class_names: Sequence[str]) -> None:
        """Offer these classes, and remove the filter of other ones; the order stays."""
        self._class_names = class_names
        for combo, title in ((self.true_combo, "True"), (self.predicted_combo, "Predicted")):
            combo.clear()
            combo.addItem(f"{title}: any", None)
            for class_index, name in enumerate(class_names):
                combo.addItem(f"{title}: {name}", class_index)
        self._filter_model.forget_evaluation()

    def set_unavailable(self, reasons: Mapping[SortKey, str]) -> None:
        """Disable the orders without values; their tooltips say why."""
        items = self.sort_combo.model()
        assert isinstance(items, QStandardItemModel)
        for row, (key, (_, tooltip)) in enumerate(SORT_TEXTS.items()):
            items.item(row).setEnabled(key not in reasons)
            items.item(row).setToolTip(reasons.get(key, tooltip))

    def set_run_titles(self, titles: Mapping[str, str]) -> None:
        """Set the titles of the runs that predictions may differ from."""
        self._run_titles = titles
        self._show(self._filter_model.filter)

    def set_narrow(self, narrow: bool) -> None:
        """Leave out what is clear without, where there is little space, and use both lines."""
        for widget in (self.sort_label, self.size_slider):
            widget.setVisible(not narrow)
        self.search_edit.setMinimumWidth(_NARROW_SEARCH_PX if narrow else _MIN_SEARCH_PX)
        line, index = (self._second_line, 2) if narrow else (self._first_line, 3)
        line.insertWidget(index, self.search_edit, 1)
        self._is_narrow = narrow
        self.more_button.setIconSize(ALONE if narrow else BESIDE_TEXT)
        self._show_more_count(self._filter_model.filter)

    def set_count(self, text: str) -> None:
        """Show how many samples match the filter."""
        self._count_text = text
        self.count_label.setText(text)

    def set_selected(self, selected: int, shown: int) -> None:
        """Show how many samples are selected, if they are several."""
        text = f"{selected:,} of {shown:,} selected"
        self.count_label.setText(text if selected > 1 else self._count_text)

    def set_image_side(self, side: int) -> None:
        """Show the size of the images."""
        with QSignalBlocker(self.size_slider):
            self.size_slider.setValue(IMAGE_SIDES.index(side))

    def add_tool(self, widget: QWidget) -> None:
        """Add a control at the right of the first line."""
        self._first_line.addWidget(widget)

    def _connect(self) -> None:
        self.true_combo.activated.connect(self._on_class_activated)
        self.predicted_combo.activated.connect(self._on_class_activated)
        self.outcome_combo.activated.connect(self._on_outcome_activated)
        self.sort_combo.activated.connect(self._on_sort_activated)
        self.search_edit.textEdited.connect(self._on_text_edited)
        self.reverse_button.clicked.connect(self._filter_model.reverse_order)
        self.more_button.clicked.connect(self.more_wanted)
        self.chips.more_clicked.connect(self.more_wanted)
        self.chips.removed.connect(self._on_chip_removed)
        self.size_slider.valueChanged.connect(self._on_size_changed)
        self._filter_model.changed.connect(self._show)

    def _on_class_activated(self, _index: int) -> None:
        self._filter_model.show_classes(
            self.true_combo.currentData(), self.predicted_combo.currentData()
        )

    def _on_outcome_activated(self, _index: int) -> None:
        self._filter_model.change(outcome=Outcome(self.outcome_combo.currentData()))

    def _on_sort_activated(self, _index: int) -> None:
        self._filter_model.sort_by(SortKey(self.sort_combo.currentData()))

    def _on_text_edited(self, text: str) -> None:
        self._filter_model.change(text=text)

    def _on_chip_removed(self, index: int) -> None:
        self._filter_model.remove(self._chips[index].fields)

    def _on_size_changed(self, step: int) -> None:
        self.image_side_chosen.emit(IMAGE_SIDES[step])

    def _show(self, shown: SampleFilter) -> None:
        """Bring every control in line with the filter."""
        self.true_combo.setCurrentIndex(0 if shown.true is None else shown.true + 1)
        self.predicted_combo.setCurrentIndex(0 if shown.predicted is None else shown.predicted + 1)
        self.outcome_combo.setCurrentIndex(self.outcome_combo.findData(shown.outcome.value))
        self.sort_combo.setCurrentIndex(self.sort_combo.findData(shown.sort.value))
        if self.search_edit.text() != shown.text:
            self.search_edit.setText(shown.text)
        descending = shown.is_descending
        self.reverse_button.setIcon(icon("chevron-down" if descending else "chevron-up"))
        current, other = _DIRECTIONS[descending], _DIRECTIONS[not descending]
        self.reverse_button.setToolTip(f"Now {current}. Click for {other}.")
        self._chips = filter_chips(shown, self._class_names, self._run_titles)
        self.chips.set_chips([(f"{chip.fields[0]}_chip", chip.text) for chip in self._chips])
        self._show_more_count(shown)

    def _show_more_count(self, shown: SampleFilter) -> None:
        active = more_count(shown)
        text = f"Filters ({active})" if active else "Filters"
        narrow_text = f"{active}" if active else ""
        self.more_button.setText(narrow_text if self._is_narrow else text)
        self.more_button.setAccessibleName(f"More filters, {active} active")
        self.more_button.setToolTip(
            "Second choice, confidence, label fixes, tags, and differences to another model"
        )

    def _lay_out(self) -> None:
        # Wide texts must not keep the window from becoming narrow.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(_MIN_WIDTH_PX)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for combo in (self.true_combo, self.predicted_combo, self.outcome_combo):
            self._first_line.addWidget(combo)
        self._first_line.addWidget(self.search_edit, 1)
        self._first_line.addWidget(self.more_button)
        self.count_label.setMinimumHeight(ROW_PX)
        self._second_line.addWidget(self.count_label)
        self._second_line.addWidget(self.chips, 2)
        for widget in (self.sort_label, self.sort_combo, self.reverse_button, self.size_slider):
            self._second_line.addWidget(widget)
        for line in (self._first_line, self._second_line):
            line.setSpacing(8)
            column.addLayout(line)


def _combo(name: str, accessible_name: str, tooltip: str) -> PickerCombo:
    combo = PickerCombo()
    combo.setObjectName(name)
    combo.setAccessibleName(accessible_name)
    combo.setToolTip(tooltip)
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    combo.setMinimumWidth(_MIN_COMBO_PX)
    combo.setMaximumWidth(_MAX_COMBO_PX)
    return combo


def _fill(
    combo: PickerCombo, texts: Mapping[SortKey, tuple[str, str]] | Mapping[Outcome, tuple[str, str]]
) -> None:
    for row, (key, (title, tooltip)) in enumerate(texts.items()):
        combo.addItem(title, key.value)
        combo.setItemData(row, tooltip, Qt.ItemDataRole.ToolTipRole)


def _search_edit() -> SearchEdit:
    edit = SearchEdit("Search", icon("search", "muted"))
    edit.setObjectName("sample_search")
    edit.setAccessibleName("Search samples")
    tooltip = "Words in the names of samples, or of their true and predicted classes"
    edit.setToolTip(with_keys(tooltip, "search_samples"))
    edit.setMinimumWidth(_MIN_SEARCH_PX)
    return edit


def _size_slider() -> QSlider:
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setObjectName("thumbnail_slider")
    slider.setAccessibleName("Size of the images")
    slider.setToolTip(with_keys("Size of the images; also Ctrl and the wheel", "larger_images"))
    slider.setRange(0, len(IMAGE_SIDES) - 1)
    slider.setPageStep(1)
    slider.setFixedWidth(_SLIDER_PX)
    return slider
