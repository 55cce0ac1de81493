"""The dialog that asks how to train with the label fixes: fine-tune, or retrain."""

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QRadioButton, QVBoxLayout, QWidget

from studio.callbacks import OnProgress, ShouldStop
from studio.config import CURRENT_FIXES
from studio.errors import StudioError
from studio.insight.retraining import Retraining, RetrainMode, plan_retraining
from studio.runs import RunStore
from studio.ui.mistakes.comparison.retrain_text import (
    MODES,
    count_text,
    describe_test_fixes,
    mode_text,
)
from studio.ui.mistakes.session import EvaluationSession
from studio.ui.shared.builders import label, text_button

_KEY = "mistakes/retrain_mode"
# The training of each mode, or why it is not possible.
Plans = Mapping[RetrainMode, Retraining | StudioError]


class RetrainDialog(QDialog):
    """Asks once and closes; `chosen` carries the Retraining, `failed` an error and its report."""

    chosen = Signal(object)
    failed = Signal(object, str)

    def __init__(self, session: EvaluationSession, parent: QWidget) -> None:
        super().__init__(parent)
        context, fixes = session.context, session.fixes.fixes
        self.setObjectName("retrain_dialog")
        self.setWindowTitle("Train with these fixes")
        self.setAccessibleName("Train with these fixes")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(480)
        self._settings = context.settings
        self._plans: Plans = {}
        self._counts = label("muted", count_text(fixes), name="retrain_counts")
        self._warning = label("body", describe_test_fixes(fixes, session.evaluation))
        self._warning.setObjectName("retrain_warning")
        self._warning.setWordWrap(True)
        self._warning.setVisible(bool(self._warning.text()))
        self.buttons: dict[RetrainMode, QRadioButton] = {}
        self.texts: dict[RetrainMode, QLabel] = {}
        self.train_button = text_button("retrain_start", "Train")
        self.train_button.setToolTip("Start the training on the Train page")
        self.train_button.setProperty("kind", "primary")
        self.train_button.setDefault(True)
        self.train_button.setEnabled(False)
        self.train_button.clicked.connect(self._start)
        self._lay_out()
        self.buttons[self._remembered_mode()].setChecked(True)
        task = context.tasks.start(partial(_plan, context.store, session.run))
        task.succeeded.connect(self._on_planned)
        task.failed.connect(self._on_failed)

    @property
    def mode(self) -> RetrainMode:
        """The mode chosen."""
        return next(mode for mode, button in self.buttons.items() if button.isChecked())

    def _remembered_mode(self) -> RetrainMode:
        name = self._settings.read_text(_KEY, "finetune", MODES)
        return next(mode for mode in MODES if mode == name)

    def _on_planned(self, plans: Plans) -> None:
        self._plans = plans
        for mode, plan in plans.items():
            self.texts[mode].setText(mode_text(mode, plan))
            self.buttons[mode].setEnabled(isinstance(plan, Retraining))
        usable = [mode for mode, plan in plans.items() if isinstance(plan, Retraining)]
        if usable and self.mode not in usable:
            self.buttons[usable[0]].setChecked(True)
        self.train_button.setEnabled(bool(usable))
        self.train_button.setFocus()

    def _on_failed(self, error: object, traceback_text: str) -> None:
        self.failed.emit(error, traceback_text)
        self.reject()

    def _start(self) -> None:
        plan = self._plans.get(self.mode)
        if isinstance(plan, Retraining):
            self._settings.setValue(_KEY, self.mode)
            self.chosen.emit(plan)
            self.accept()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(4)
        column.addWidget(label("heading", "Train with these fixes"))
        column.addWidget(self._counts)
        column.addWidget(self._warning)
        for mode, title in MODES.items():
            button = self.buttons[mode] = QRadioButton(title)
            button.setObjectName(f"retrain_{mode}")
            button.setAccessibleName(title)
            text = self.texts[mode] = label("muted", mode_text(mode, None))
            text.setObjectName(f"retrain_{mode}_text")
            text.setWordWrap(True)
            text.setContentsMargins(26, 0, 0, 0)
            button.setToolTip(mode_text(mode, None))
            column.addSpacing(12)
            column.addWidget(button)
            column.addWidget(text)
        column.addSpacing(16)
        column.addLayout(self._button_row())

    def _button_row(self) -> QHBoxLayout:
        cancel = text_button("retrain_cancel", "Cancel", tooltip="Train nothing")
        cancel.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(cancel)
        row.addWidget(self.train_button)
        return row


def _plan(
    store: RunStore, run: str, _on_progress: OnProgress, _should_stop: ShouldStop
) -> dict[RetrainMode, Retraining | StudioError]:
    plans: dict[RetrainMode, Retraining | StudioError] = {}
    for mode in MODES:
        try:
            plans[mode] = plan_retraining(run, mode, CURRENT_FIXES, store)
        except StudioError as error:
            plans[mode] = error
    return plans
