"""Closes the window without losing anything: asks once, saves, waits for every thread."""

from enum import Enum, auto
from typing import Protocol

from PySide6.QtCore import QObject, Signal, SignalInstance
from PySide6.QtWidgets import QWidget

from studio.ui.frame.confirm_dialog import ConfirmDialog
from studio.ui.tasks import TaskHost


class Trains(Protocol):
    """What the closing needs to know of the Train page."""

    idle: SignalInstance

    @property
    def is_training(self) -> bool:
        """Whether a training runs or is just stopping."""

    def stop(self) -> None:
        """Ask the training to save and end; `idle` follows."""


class _State(Enum):
    OPEN = auto()
    ASKING = auto()
    SAVING = auto()
    ENDING = auto()
    DONE = auto()


class CloseController(QObject):
    """The way from the first wish to close to the moment when nothing runs any more."""

    saving = Signal()
    ending = Signal()
    done = Signal()

    def __init__(self, window: QWidget, training: Trains | None, tasks: TaskHost) -> None:
        """`training` is None while there is no Train page; `watch` names it later."""
        super().__init__(window)
        self._window = window
        self._training: Trains | None = None
        self._tasks = tasks
        self._state = _State.OPEN
        self._tasks.idle.connect(self._on_idle)
        if training is not None:
            self.watch(training)

    def watch(self, training: Trains) -> None:
        """From now on a training of this page is stopped and saved before the end."""
        self._training = training
        training.idle.connect(self._on_training_ended)

    @property
    def finished(self) -> bool:
        """Whether the window may go now."""
        return self._state is _State.DONE

    def begin(self) -> None:
        """The person wants to close. Asking again while it goes on changes nothing."""
        if self._state is not _State.OPEN:
            return
        if self._training is not None and self._training.is_training:
            self._ask()
        else:
            self._end()

    def save_and_end(self) -> None:
        """Close without a question, for a wish that nobody stays to talk about."""
        if self._state in (_State.OPEN, _State.ASKING):
            self._save()

    def _ask(self) -> None:
        self._state = _State.ASKING
        question = ConfirmDialog(
            "close_question",
            "Training is running",
            "Stopping keeps the best and the last weights. You can go on with the run later.",
            "Stop and save",
            "Keep training",
            self._window,
        )
        question.accepted.connect(self._save)
        question.rejected.connect(self._stay)
        question.open()

    def _stay(self) -> None:
        if self._state is _State.ASKING:
            self._state = _State.OPEN

    def _save(self) -> None:
        if (
            self._training is None or not self._training.is_training
        ):  # it ended while the question was open
            self._end()
            return
        self._state = _State.SAVING
        self.saving.emit()
        self._training.stop()

    def _on_training_ended(self) -> None:
        if self._state is _State.SAVING:
            self._end()

    def _end(self) -> None:
        self._state = _State.ENDING
        self.ending.emit()
        self._tasks.request_stop()
        self._on_idle()

    def _on_idle(self) -> None:
        if self._state is _State.ENDING and not self._tasks.is_busy:
            self._state = _State.DONE
            self.done.emit()
