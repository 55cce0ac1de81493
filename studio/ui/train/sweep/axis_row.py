"""A row of the dialog of a sweep: a setting and its values, or the range to draw from."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QLineEdit, QMenu, QStackedWidget, QToolButton, QWidget

from studio.config import Setting, TrainConfig
from studio.errors import ConfigError
from studio.insight.sweep.axes import is_log_scale, parse_values
from studio.ui.shared.builders import column_layout, label, row_layout, set_style, tool_button
from studio.ui.train.sweep.setting_picker import SettingPicker
from studio.ui.train.sweep.sweep_dialog_text import range_hint, values_hint, values_tip
from studio.ui.train.sweep.sweep_draft import AxisDraft, has_range, suggested, values_text

_PICKER_PX = 220


class AxisRow(QWidget):
    """`sweep_axis_N`, `sweep_values_N`, `sweep_low_N`, `sweep_high_N`, `sweep_clear_N`.

    `changed` follows every edit.
    """

    changed = Signal()

    def __init__(self, number: int, settings: Mapping[str, Setting], config: TrainConfig) -> None:
        super().__init__()
        self._number, self._settings, self._config = number, settings, config
        self._kind = "grid"
        self.picker = SettingPicker(f"sweep_axis_{number}", settings)
        self.picker.setAccessibleName(f"Setting {number + 1}")
        self.picker.setToolTip("The setting that varies. Type a part of its name to find it.")
        self.picker.setFixedWidth(_PICKER_PX)
        self.values = self._line("values", "Values")
        self.low, self.high = self._line("low", "From"), self._line("high", "To")
        self._choices = self._build_choices()
        self._clear = tool_button(
            f"sweep_clear_{number}", "close", f"Remove setting {number + 1}", "Do not vary it"
        )
        self._clear.setProperty("kind", "quiet")
        self._stack = QStackedWidget()
        self._message = label("muted", name=f"sweep_message_{number}")
        self._message.setWordWrap(True)
        self._lay_out()
        self.picker.chosen.connect(self._on_chosen)
        self._clear.clicked.connect(self._on_cleared)
        for line in (self.values, self.low, self.high):
            line.textEdited.connect(self._on_edited)
        self._show_editor()

    @property
    def is_empty(self) -> bool:
        """Whether no setting is chosen."""
        return not self.picker.setting

    def draft(self) -> AxisDraft:
        """Return what the row contains."""
        return AxisDraft(self.picker.setting, self.values.text(), self.low.text(), self.high.text())

    def show_draft(self, draft: AxisDraft) -> None:
        """Show a setting and its values, without a signal."""
        self.picker.show_setting(draft.setting)
        for line, text in (
            (self.values, draft.values),
            (self.low, draft.low),
            (self.high, draft.high),
        ):
            line.setText(text)
        self._show_editor()

    def set_clearable(self, is_clearable: bool) -> None:
        """Show the button that removes the setting; its place stays."""
        policy = self._clear.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._clear.setSizePolicy(policy)
        self._clear.setVisible(is_clearable)

    def set_kind(self, kind: str) -> None:
        """Show the values for a grid, a range of numbers for a random search."""
        self._kind = kind
        self._show_editor()

    def show_error(self, text: str) -> None:
        """Say what is wrong with the values, or how they are written."""
        wrong = bool(text)
        for line in (self.values, self.low, self.high):
            set_style(line, wrong=wrong)
            line.setAccessibleDescription(text)
        set_style(self._message, tone="bad" if wrong else None)
        shown = text or self._hint()
        self._message.setText(shown)
        self._message.setVisible(bool(shown))

    def _hint(self) -> str:
        setting = self.picker.setting
        if not setting:
            return ""
        known = self._settings[setting]
        if has_range(setting, self._kind):
            return range_hint(known, is_log_scale(setting))
        return values_hint(known)

    # Building

    def _line(self, name: str, title: str) -> QLineEdit:
        line = QLineEdit()
        line.setObjectName(f"sweep_{name}_{self._number}")
        line.setAccessibleName(f"{title} of setting {self._number + 1}")
        return line

    def _build_choices(self) -> QToolButton:
        number = self._number
        button = tool_button(
            f"sweep_choices_{number}", "chevron-down", "Choices", "Choose from a list"
        )
        button.setProperty("popup", "icon")
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QMenu(button)
        self._menu.setObjectName(f"sweep_choices_menu_{number}")
        self._menu.aboutToShow.connect(self._fill_menu)
        self._menu.triggered.connect(self._on_choice)
        button.setMenu(self._menu)
        return button

    def _lay_out(self) -> None:
        listed, drawn, none = QWidget(), QWidget(), QWidget()
        row = row_layout(listed, spacing=8)
        row.addWidget(self.values, 1)
        row.addWidget(self._choices)
        row = row_layout(drawn, spacing=8)
        for text, line in (("from", self.low), ("to", self.high)):
            row.addWidget(_word(text))
            row.addWidget(line, 1)
        for page in (none, listed, drawn):
            self._stack.addWidget(page)
        line_row = row_layout(spacing=8)
        line_row.addWidget(self.picker)
        line_row.addWidget(self._stack, 1)
        line_row.addWidget(self._clear)
        note = row_layout(spacing=0)
        note.addSpacing(_PICKER_PX + 8)
        note.addWidget(self._message, 1)
        column = column_layout(self, spacing=4)
        column.addLayout(line_row)
        column.addLayout(note)

    def _show_editor(self) -> None:
        setting = self.picker.setting
        if not setting:
            self._stack.setCurrentIndex(0)
        else:
            known = self._settings[setting]
            self.values.setToolTip(values_tip(known))
            for line in (self.low, self.high):
                tip = f"End of the range of “{known.label}”. {values_hint(known)}"
                line.setToolTip(tip.strip())
            self._choices.setVisible(bool(known.choices))
            self._stack.setCurrentIndex(2 if has_range(setting, self._kind) else 1)
        self.show_error("")

    # Choices

    def _fill_menu(self) -> None:
        self._menu.clear()
        chosen = self._chosen_values()
        for value, text in self._settings[self.picker.setting].choices.items():
            action = self._menu.addAction(str(text))
            action.setCheckable(True)
            action.setChecked(value in chosen)
            action.setData(value)

    def _chosen_values(self) -> list[object]:
        try:
            return list(parse_values(self.picker.setting, self.values.text(), shown=True))
        except ConfigError:
            return []

    def _on_choice(self, _action: QAction) -> None:
        values = tuple(action.data() for action in self._menu.actions() if action.isChecked())
        self.values.setText(values_text(self.picker.setting, values))
        self.changed.emit()

    # Edits

    def _on_chosen(self, setting: str) -> None:
        self.show_draft(suggested(setting, self._config) if setting else AxisDraft(""))
        self.changed.emit()

    def _on_cleared(self) -> None:
        self.show_draft(AxisDraft(""))
        self.changed.emit()

    def _on_edited(self, _text: str) -> None:
        self.changed.emit()


def _word(text: str) -> QLabel:
    return label("muted", text)
