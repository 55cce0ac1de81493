"""Shows the advice of the coach while a training runs and after it, one piece at a time."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from studio.config import TrainConfig, setting
from studio.insight.coach import Advice, Severity, TrainingRecord, find_advice
from studio.training.events import EpochEnd, Event, StepEnd
from studio.training.live_values import LIVE_SETTINGS, format_value, live_label
from studio.ui.train.live.training_session import TrainingSession
from studio.ui.train.setup_form import SetupForm
from studio.ui.widgets.banner import Banner

INTERVAL_MS = 1000  # between two looks at the steps of an epoch
_KINDS = {Severity.NOTE: "info", Severity.HINT: "info", Severity.PROBLEM: "warn"}


class CoachController(QObject):
    """Follows a session and fills `advice_line`; advice is applied with one click.

    `applied` carries a message for the user.
    """

    applied = Signal(str, str)

    def __init__(
        self, session: TrainingSession, form: SetupForm, line: Banner, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session, self._form, self._line = session, form, line
        self._record: TrainingRecord | None = None
        self._advice: Advice | None = None
        self._answered: set[str] = set()  # rules whose advice was taken or dismissed
        self._timer = QTimer(self, singleShot=True, interval=INTERVAL_MS)
        self._timer.timeout.connect(self._look)
        session.event_received.connect(self._on_event)
        session.state_changed.connect(self._on_state_changed)
        line.action_clicked.connect(self._apply)
        line.second_action_clicked.connect(self._apply_to_next_run)
        line.dismissed.connect(self._dismiss)

    def begin(self, config: TrainConfig) -> None:
        """Follow a new training, or one that is resumed."""
        self._record, self._answered = TrainingRecord(config), set()
        self._show(None)

    def end(self) -> None:
        """Forget the training."""
        self._record = None
        self._timer.stop()
        self._show(None)

    def _on_event(self, event: Event, _line: str) -> None:
        if self._record is None:
            return
        self._record.add(event)
        if isinstance(event, EpochEnd):
            self._look()
        elif isinstance(event, StepEnd) and not self._timer.isActive():
            self._timer.start()

    def _on_state_changed(self) -> None:
        if self._advice is not None:
            self._show(self._advice)  # what can be applied depends on the state

    def _look(self) -> None:
        if self._record is None:
            return
        advice = find_advice(self._record, self._answered)
        if advice != self._advice:
            self._show(advice)

    def _show(self, advice: Advice | None) -> None:
        self._advice = advice
        if advice is None:
            self._line.hide()
            return
        now = f"Apply: {_shorten(advice.now)}" if self._can_change(advice) else ""
        next_run = f"Next run: {_shorten(advice.next_run)}" if advice.next_run else ""
        text = f"{advice.text}\n{advice.reason}"
        self._line.show_message(text, _KINDS[advice.severity], now, next_run)

    def _can_change(self, advice: Advice) -> bool:
        state = self._session.state.value
        return bool(advice.now) and state.busy and state.pause

    def _apply(self) -> None:
        if self._advice is not None:
            changes = dict(self._advice.now)
            self._dismiss()
            self._session.change_settings(changes)

    def _apply_to_next_run(self) -> None:
        if self._advice is None:
            return
        config = self._form.check()
        if config is None:  # the field is marked
            self.applied.emit("Fix the highlighted field, then apply the advice.", "warn")
            return
        changes = dict(self._advice.next_run)
        self._dismiss()
        self._form.show_config(config.with_values(changes))
        text = describe_settings(changes)
        self.applied.emit(f"Set for the next run: {text}. Undo with Ctrl+Z.", "good")

    def _dismiss(self) -> None:
        if self._advice is not None:
            self._answered.add(self._advice.rule)
            self._show(None)
            self._look()


def describe_settings(changes: Mapping[str, Any]) -> str:
    """Return settings with their values: “learning rate 0.0004, normalization layer Batch norm”."""
    return ", ".join(_describe(name, value) for name, value in changes.items())


def _describe(name: str, value: Any) -> str:
    if name in LIVE_SETTINGS:
        return f"{live_label(name).lower()} {format_value(name, value)}"
    return f"{setting(name).label.lower()} {setting(name).format(value)}"


def _shorten(changes: Mapping[str, Any]) -> str:
    """Return the first change, and how many more there are, for a button."""
    (name, value), *others = changes.items()
    return _describe(name, value) + (f" and {len(others)} more" if others else "")
