"""The pop-up with the filters that are needed less often."""

from collections.abc import Iterable, Sequence
from typing import Any

from PySide6.QtCore import QPoint, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QFormLayout, QFrame, QHBoxLayout, QLabel, QSpinBox, QWidget

from studio.ui.mistakes.samples.filter_model import FilterModel
from studio.ui.mistakes.samples.filter_texts import FIX_TEXTS, clear_filters, more_count
from studio.ui.mistakes.samples.other_run_panel import OtherRunPanel
from studio.ui.mistakes.samples.sample_columns import SampleColumns
from studio.ui.mistakes.samples.sample_filter import FixState, SampleFilter
from studio.ui.mistakes.session import EvaluationSession
from studio.ui.shared.builders import label, text_button
from studio.ui.widgets.picker_combo import PickerCombo
from studio.ui.widgets.spin_boxes import IntSpinBox

_WIDTH_PX, _ROW_PX = 400, 32
_TOP2 = (
    ("Any", None),
    ("Among the two most probable", True),
    ("Not among the two most probable", False),
)


class MoreFilters(QFrame):
    """Shows and changes the rarer fields of a `FilterModel`, below the button that opens it.

    `failed` carries an unexpected error and its traceback.
    """

    failed = Signal(object, str)

    def __init__(
        self, filter_model: FilterModel, session: EvaluationSession, parent: QWidget
    ) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("more_filters")
        self.setAccessibleName("More filters")
        self.setProperty("card", True)
        self.setFixedWidth(_WIDTH_PX)
        self._filter_model = filter_model
        self.second_combo = _combo(
            "second_combo", "Second choice", "Only samples whose second most probable class is this"
        )
        self.top2_combo = _combo(
            "top2_combo", "True class", "Whether the true class is one of the two most probable"
        )
        _fill(self.top2_combo, _TOP2)
        self.low_spin = _percent_spin("low_confidence_spin", "Lowest confidence", 0)
        self.high_spin = _percent_spin("high_confidence_spin", "Highest confidence", 100)
        self.fix_combo = _combo("fix_combo", "Label fixes", "Only samples with these label fixes")
        _fill(self.fix_combo, [("Any", None), *((FIX_TEXTS[s][0], s.value) for s in FixState)])
        self.tag_combo = _combo("tag_combo", "Tag", "Only samples with this tag")
        self.other_run = OtherRunPanel(filter_model, session)
        self.clear_button = text_button(
            "clear_filters_button",
            "Clear filters",
            tooltip="Show all samples of the outcome chosen",
        )
        self._lay_out()
        self.set_classes(())
        self.set_tags(())
        self._connect()
        self._show(filter_model.filter)

    def open_below(self, button: QWidget) -> None:
        """Show the pop-up below a button, inside the screen."""
        self.adjustSize()
        corner = button.mapToGlobal(QPoint(button.width() - self.width(), button.height() + 4))
        screen = button.screen().availableGeometry()
        left = max(screen.left(), min(corner.x(), screen.right() - self.width()))
        top = max(screen.top(), min(corner.y(), screen.bottom() - self.height()))
        self.move(left, top)
        self.show()
        self.second_combo.setFocus()

    def show_columns(self, columns: SampleColumns) -> None:
        """Offer the classes of an evaluation, and compare it with other runs."""
        self.set_classes(columns.evaluation.class_names)
        self.other_run.show_columns(columns)

    def set_classes(self, class_names: Sequence[str]) -> None:
        """Offer these classes."""
        _fill(self.second_combo, [("Any", None), *((n, k) for k, n in enumerate(class_names))])

    def set_tags(self, tags: Iterable[str]) -> None:
        """Offer these tags."""
        tags = list(tags)
        _fill(self.tag_combo, [("Any" if tags else "No tags yet", ""), *((t, t) for t in tags)])
        self.tag_combo.setEnabled(bool(tags))
        self._show(self._filter_model.filter)

    def _connect(self) -> None:
        self.second_combo.activated.connect(self._on_changed)
        self.top2_combo.activated.connect(self._on_changed)
        self.fix_combo.activated.connect(self._on_changed)
        self.tag_combo.activated.connect(self._on_changed)
        self.low_spin.valueChanged.connect(self._on_low_changed)
        self.high_spin.valueChanged.connect(self._on_high_changed)
        self.clear_button.clicked.connect(self._on_clear_clicked)
        self.other_run.failed.connect(self.failed)
        self._filter_model.changed.connect(self._show)

    def _on_changed(self, _index: int) -> None:
        fix = self.fix_combo.currentData()
        self._filter_model.change(
            second=self.second_combo.currentData(),
            true_in_top2=self.top2_combo.currentData(),
            fix=FixState(fix) if fix else None,
            tag=self.tag_combo.currentData() or "",
        )

    def _on_low_changed(self, percent: int) -> None:
        self._set_confidence(percent, max(percent, self.high_spin.value()))

    def _on_high_changed(self, percent: int) -> None:
        self._set_confidence(min(percent, self.low_spin.value()), percent)

    def _set_confidence(self, low: int, high: int) -> None:
        self._filter_model.change(min_confidence=low / 100, max_confidence=high / 100)

    def _on_clear_clicked(self) -> None:
        self._filter_model.set_filter(clear_filters(self._filter_model.filter))

    def _show(self, shown: SampleFilter) -> None:
        """Bring every control in line with the filter."""
        for combo, value in (
            (self.second_combo, shown.second),
            (self.top2_combo, shown.true_in_top2),
            (self.fix_combo, shown.fix.value if shown.fix else None),
            (self.tag_combo, shown.tag),
        ):
            rows = [combo.itemData(row) for row in range(combo.count())]
            combo.setCurrentIndex(rows.index(value) if value in rows else 0)
        for spin, fraction in (
            (self.low_spin, shown.min_confidence),
            (self.high_spin, shown.max_confidence),
        ):
            with QSignalBlocker(spin):
                spin.setValue(round(100 * fraction))
        self.clear_button.setEnabled(shown.is_narrowed)
        self.setAccessibleDescription(f"{more_count(shown)} active")

    def _lay_out(self) -> None:
        confidence = QHBoxLayout()
        confidence.setSpacing(8)
        for widget, stretch in ((self.low_spin, 1), (QLabel("to"), 0), (self.high_spin, 1)):
            confidence.addWidget(widget, stretch)
        form = QFormLayout(self)
        form.setContentsMargins(16, 16, 16, 16)
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(8)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        form.addRow(_field_label("Second choice"), self.second_combo)
        form.addRow(_field_label("True class"), self.top2_combo)
        form.addRow(_field_label("Confidence"), confidence)
        form.addRow(_field_label("Label fixes"), self.fix_combo)
        form.addRow(_field_label("Tag"), self.tag_combo)
        form.addRow(_field_label("Differs from"), self.other_run)
        form.addRow("", self.clear_button)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.other_run.refresh()


def _field_label(text: str) -> QLabel:
    made = label("field", text)
    made.setFixedHeight(_ROW_PX)  # in the middle of the control beside it
    return made


def _combo(name: str, accessible_name: str, tooltip: str) -> PickerCombo:
    combo = PickerCombo()
    combo.setObjectName(name)
    combo.setAccessibleName(accessible_name)
    combo.setToolTip(tooltip)
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    combo.setMinimumContentsLength(12)
    return combo


def _fill(combo: PickerCombo, items: Iterable[tuple[str, Any]]) -> None:
    combo.clear()
    for title, value in items:
        combo.addItem(title, value)


def _percent_spin(name: str, accessible_name: str, value: int) -> QSpinBox:
    spin = IntSpinBox(100)
    spin.setObjectName(name)
    spin.setAccessibleName(accessible_name)
    spin.setToolTip(f"{accessible_name}: the probability of the predicted class")
    spin.setSuffix(" %")
    spin.setValue(value)
    return spin
