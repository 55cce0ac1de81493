"""The dialog that plans a sweep: settings and their values, seeds, and what it will take."""

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from studio.config import Setting, TrainConfig
from studio.errors import ConfigError
from studio.insight.sweep.plan import MAX_AXES
from studio.ui.shared.builders import card, label, row_layout, set_style, text_button
from studio.ui.theme import prepare
from studio.ui.train.form.config_form import error_text
from studio.ui.train.sweep.axis_row import AxisRow
from studio.ui.train.sweep.sweep_dialog_text import (
    CHECKING,
    GRID_TIP,
    INTRODUCTION,
    NO_SETTING,
    NO_TIME,
    RANDOM_TIP,
    TITLE,
    count_text,
    preview_text,
    seeds_text,
)
from studio.ui.train.sweep.sweep_draft import (
    MAX_SEEDS,
    Cost,
    Kind,
    SweepDraft,
    read_axis,
    row_of_error,
    seeds_of,
    suggested,
)
from studio.ui.widgets.segmented_control import SegmentedControl
from studio.ui.widgets.spin_boxes import IntSpinBox

KINDS: tuple[Kind, Kind] = ("grid", "random")
_MOST_SAMPLES = 500
_FIRST_SETTING = "optim.lr"


class SweepDialog(QDialog):
    """`sweep_axis_0` to `sweep_axis_2`, `sweep_kind`, `sweep_samples`, `sweep_seeds`.

    `drafted` carries each SweepDraft whose rows can be read: `show_cost` or `show_error` answers.
    `confirmed` carries the last one that was checked, and whether to start at once.
    """

    drafted = Signal(object)
    confirmed = Signal(object, bool)

    def __init__(
        self, config: TrainConfig, settings: Mapping[str, Setting], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._config = config
        self._checked: SweepDraft | None = None
        self.setObjectName("sweep_dialog")
        self.setWindowTitle(TITLE)
        self.setAccessibleName(TITLE)
        self.setAccessibleDescription(INTRODUCTION)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._rows = [AxisRow(number, settings, config) for number in range(MAX_AXES)]
        self._kind_index = 0  # in KINDS
        self._kind = SegmentedControl(
            {"sweep_grid": "Grid", "sweep_random": "Random"}, (GRID_TIP, RANDOM_TIP)
        )
        self._kind.setObjectName("sweep_kind")
        self._samples = _spin("sweep_samples", "Combinations", 10, _MOST_SAMPLES)
        self._samples.setToolTip("How many different combinations are drawn.")
        self._seeds = _spin("sweep_seeds", "Seeds", 3, MAX_SEEDS)
        self._seeds.setToolTip("Each combination is trained once with each seed.")
        self._make_labels()
        self._make_buttons()
        self._lay_out()
        self._connect()
        self._rows[0].show_draft(suggested(_FIRST_SETTING, config))
        prepare(self)
        self._show_rows()
        self.resize(660, self.sizeHint().height())
        self._rows[0].values.setFocus()

    def begin(self) -> None:
        """Have the suggestion checked that the dialog begins with."""
        self._on_edited()

    def draft(self) -> SweepDraft:
        """Return what the dialog contains."""
        rows = tuple(row.draft() for row in self._rows if not row.is_empty)
        kind = KINDS[self._kind_index]
        return SweepDraft(rows, kind, self._samples.value(), self._seeds.value())

    def show_cost(self, draft: SweepDraft, cost: Cost) -> None:
        """Show what a draft takes, unless it has been edited since."""
        if draft != self.draft():
            return
        self._checked = draft
        self._show_count(count_text(cost), "")
        self._count.setToolTip(NO_TIME if cost.seconds is None else "")
        self._preview.setText(preview_text(cost) or NO_SETTING)
        self._set_ready(True)

    def show_error(self, draft: SweepDraft, error: ConfigError) -> None:
        """Show why a draft cannot be trained, at its row if it is about one."""
        if draft != self.draft():
            return
        number = row_of_error(error, draft)
        if number is None:
            self._show_count(str(error), "bad")
        else:
            self._filled_rows()[number].show_error(error_text(error))
            self._show_count("Fix the marked values", "bad")
        self._preview.setText("")

    @property
    def _is_random(self) -> bool:
        return self._kind_index == 1

    def _filled_rows(self) -> list[AxisRow]:
        return [row for row in self._rows if not row.is_empty]

    # Building

    def _make_labels(self) -> None:
        self._samples_label = label("field", "Combinations")
        self._samples_label.setBuddy(self._samples)
        self._seeds_label = label("field", "Seeds")
        self._seeds_label.setBuddy(self._seeds)
        self._seeds_text = label("muted", name="sweep_seeds_text")
        self._seeds_text.setWordWrap(True)
        self._count = label("heading", name="sweep_count")
        self._count.setWordWrap(True)
        self._preview = label("muted", name="sweep_preview")
        self._preview.setTextFormat(Qt.TextFormat.PlainText)
        self._preview.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._preview.setWordWrap(True)
        lines = self._preview.fontMetrics().lineSpacing() * 5
        self._preview.setMinimumHeight(lines)  # the dialog keeps its height while it is edited

    def _make_buttons(self) -> None:
        self._cancel = text_button("sweep_cancel", "Cancel", tooltip="Plan no sweep (Esc).")
        self._cancel.clicked.connect(self.reject)
        tip = "Let these trainings wait until you start the queue."
        self._add = text_button("sweep_add", "Add to queue", tooltip=tip)
        self._add.clicked.connect(self._on_add)
        tip = "Train them one after the other, behind what waits already (Ctrl+Return)."
        self._start = text_button("sweep_start", "Start", tooltip=tip)
        self._start.setProperty("kind", "primary")
        self._start.setDefault(True)
        self._start.clicked.connect(self._on_start)

    def _lay_out(self) -> None:
        introduction = label("muted", INTRODUCTION)
        introduction.setWordWrap(True)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(label("heading", TITLE))
        column.addWidget(introduction)
        column.addLayout(self._kind_row())
        for row in self._rows:
            column.addWidget(row)
        column.addLayout(self._seeds_row())
        column.addStretch(1)
        column.addWidget(card(self._count, self._preview))
        column.addLayout(self._button_row())

    def _kind_row(self) -> QHBoxLayout:
        row = row_layout(spacing=8)
        row.addWidget(self._kind)
        row.addSpacing(8)
        row.addWidget(self._samples_label)
        row.addWidget(self._samples)
        row.addStretch(1)
        return row

    def _seeds_row(self) -> QHBoxLayout:
        row = row_layout(spacing=8)
        row.addWidget(self._seeds_label)
        row.addWidget(self._seeds)
        row.addWidget(self._seeds_text, 1)
        return row

    def _button_row(self) -> QHBoxLayout:
        row = row_layout(spacing=8)
        row.addStretch(1)
        for button in (self._cancel, self._add, self._start):
            row.addWidget(button)
        return row

    def _connect(self) -> None:
        self._kind.selected.connect(self._on_kind)
        self._samples.valueChanged.connect(self._on_number)
        self._seeds.valueChanged.connect(self._on_number)
        for row in self._rows:
            row.changed.connect(self._on_edited)
            for line in (row.values, row.low, row.high, row.picker.search):
                line.installEventFilter(self)

    # Edits

    def _on_kind(self, index: int) -> None:
        self._kind_index = index
        for row in self._rows:
            row.set_kind(KINDS[index])
        self._on_edited()

    def _on_number(self, _value: int) -> None:
        self._on_edited()

    def _on_edited(self) -> None:
        """Read the rows, mark the first wrong one, and have the combinations checked."""
        self._checked = None
        self._set_ready(False)
        self._show_rows()
        draft = self.draft()
        self._seeds_text.setText(seeds_text(seeds_of(self._config, draft.seeds)))
        for row in self._filled_rows():
            row.show_error("")
        try:
            for axis in draft.axes:
                read_axis(axis, draft.kind)
        except ConfigError as error:
            self.show_error(draft, error)
            return
        self._show_count(CHECKING, "")
        self.drafted.emit(draft)

    def _show_rows(self) -> None:
        """Show the rows that are filled, and one more."""
        filled = [not row.is_empty for row in self._rows]
        for number, row in enumerate(self._rows):
            row.setVisible(number == 0 or filled[number] or filled[number - 1])
            row.set_clearable(filled[number])
        is_random = self._is_random
        for widget in (self._samples_label, self._samples):
            widget.setVisible(is_random)
        self._grow()

    def _grow(self) -> None:
        """Make room for another row; the dialog does not shrink while it is edited."""
        self._column.activate()
        needed = self._column.totalHeightForWidth(self.width())
        if needed > self.height():
            self.resize(self.width(), needed)

    def _show_count(self, text: str, tone: str) -> None:
        set_style(self._count, tone=tone or None)
        self._count.setText(text)
        self._count.setAccessibleName(text)

    def _set_ready(self, is_ready: bool) -> None:
        self._add.setEnabled(is_ready)
        self._start.setEnabled(is_ready)

    def _on_add(self) -> None:
        self._confirm(start=False)

    def _on_start(self) -> None:
        self._confirm(start=True)

    def _confirm(self, start: bool) -> None:
        if self._checked is not None:
            self.confirmed.emit(self._checked, start)
            self.accept()

    # Qt

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Return in a field confirms the field, not the dialog."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            is_return = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if is_return and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                for row in self._rows:
                    if watched is row.picker.search:
                        row.picker.confirm()
                self.focusNextChild()
                return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_return = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_return and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._on_start()
        else:
            super().keyPressEvent(event)


def _spin(name: str, title: str, value: int, most: int) -> IntSpinBox:
    spin = IntSpinBox(most)
    spin.setMinimum(1)
    spin.setValue(value)
    spin.setObjectName(name)
    spin.setAccessibleName(title)
    spin.setFixedWidth(80)
    return spin
