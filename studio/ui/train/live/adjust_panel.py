"""The panel that changes settings while a training runs."""

from collections.abc import Iterator, Mapping

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QWidget

from studio.config import setting
from studio.training.live_values import DROPOUT, LR, STRENGTH, WEIGHT_DECAY
from studio.ui.shared.builders import column_layout, label, row_layout, text_button, tool_button
from studio.ui.train.live.adjust_row import AdjustRow, lay_out_rows
from studio.ui.train.live.adjust_scale import LinearScale, LogScale

_WIDTH = 512  # px
_STRENGTH_TIP = (
    "How much of the configured augmentation is applied. Lower it when the training accuracy stays "
    "far below the validation accuracy."
)


class AdjustPanel(QFrame):
    """`adjust_panel`: rate, weight decay, dropout and augmentation, each with its value now.

    `apply_wanted` carries the changed values by the names of their settings; `closed` follows when
    the panel was closed.
    """

    apply_wanted = Signal(object)
    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("adjust_panel")
        self.setAccessibleName("Adjust the training")
        self.setProperty("card", True)
        self.setAutoFillBackground(True)
        self._note = label("muted", name="adjust_note")
        self._planned: Mapping[str, float] = {}
        self.rows = {row.setting: row for row in self._create_rows()}
        self._make_buttons()
        self._lay_out()
        for row in self.rows.values():
            row.edited.connect(self._show_changes)
        self._show_changes()
        self.hide()

    def _create_rows(self) -> Iterator[AdjustRow]:
        rate, decay = LogScale(1e-6, 10), LogScale(1e-5, 1, has_zero=True)
        tips = {name: setting(name).help for name in (LR, WEIGHT_DECAY, DROPOUT)}
        yield AdjustRow(LR, "adjust_lr", rate, 1, (1e-7, 10), tips[LR], self)
        yield AdjustRow(WEIGHT_DECAY, "adjust_decay", decay, 1, (0, 1), tips[WEIGHT_DECAY], self)
        dropout, strength = LinearScale(0.95, 19), LinearScale(1.0, 20)
        yield AdjustRow(DROPOUT, "adjust_dropout", dropout, 100, (0, 0.99), tips[DROPOUT], self)
        yield AdjustRow(STRENGTH, "adjust_strength", strength, 100, (0, 1), _STRENGTH_TIP, self)

    def begin(self, obstacles: Mapping[str, str]) -> None:
        """Prepare for a training in which some settings have no effect, for these reasons."""
        for name, row in self.rows.items():
            row.forget_edit()
            row.show_obstacle(obstacles.get(name, ""))
        self._show_changes()

    def show_values(self, now: Mapping[str, float], planned: Mapping[str, float]) -> None:
        """Show the values in force, and remember those that “Reset” chooses."""
        self._planned = planned
        for name, value in now.items():
            self.rows[name].show_now(value)
        self._show_changes()

    def show_paused(self, is_paused: bool) -> None:
        """Say when a change takes effect."""
        self._note.setText(
            "Takes effect when the training goes on." if is_paused else "Takes effect at once."
        )

    def show_applied(self) -> None:
        """Follow the values in force again, after a change was recorded."""
        for row in self.rows.values():
            row.forget_edit()
        self._show_changes()

    def open(self) -> None:
        """Show the panel, with the focus on its first field."""
        self.show()
        self.raise_()
        self.rows[LR].field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.rows[LR].field.selectAll()

    def changes(self) -> dict[str, float]:
        """Return the values that “Apply” changes."""
        found = {name: row.change for name, row in self.rows.items()}
        return {name: value for name, value in found.items() if value is not None}

    def _make_buttons(self) -> None:
        tip = "Use these values from the next step on."
        self.apply_button = text_button("adjust_apply", "Apply", tooltip=tip)
        self.apply_button.setProperty("kind", "primary")
        self.apply_button.clicked.connect(self._apply)
        tip = "Choose the values that the run was started with; the rate is that of its schedule."
        self.reset_button = text_button("adjust_reset", "Reset", tooltip=tip)
        self.reset_button.clicked.connect(self._reset)
        self.close_button = tool_button("adjust_close", "close", "Close", "Close (Esc)")
        self.close_button.clicked.connect(self.hide)

    def _lay_out(self) -> None:
        self.setFixedWidth(_WIDTH)
        column = column_layout(self, spacing=8)
        column.setContentsMargins(16, 8, 16, 12)
        header = row_layout(spacing=8)
        header.addWidget(label("heading", "Adjust the training"), 1)
        header.addWidget(self.close_button)
        column.addLayout(header)
        column.addLayout(lay_out_rows(list(self.rows.values())))
        footer = row_layout(spacing=8)
        footer.addWidget(self._note, 1)
        footer.addWidget(self.reset_button)
        footer.addWidget(self.apply_button)
        column.addLayout(footer)

    def _show_changes(self) -> None:
        self.apply_button.setEnabled(bool(self.changes()))

    def _apply(self) -> None:
        changes = self.changes()
        if changes:
            self.apply_button.setEnabled(False)
            self.apply_wanted.emit(changes)

    def _reset(self) -> None:
        for name, value in self._planned.items():
            if self.rows[name].field.isEnabled():
                self.rows[name].set_value(value)

    # Qt

    def event(self, event: QEvent) -> bool:
        # Esc closes the panel; elsewhere it is the shortcut that stops the training.
        is_override = event.type() == QEvent.Type.ShortcutOverride
        if is_override and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._apply()
        else:
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.closed.emit()
