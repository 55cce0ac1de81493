"""Closes the window without losing work: asks once, saves, and waits for every thread."""

from enum import Enum, auto
from typing import Protocol

from PySide6.QtCore import QObject, Signal, SignalInstance
from PySide6.QtWidgets import QWidget

from studio.ui.shared.confirm_dialog import ConfirmDialog, stop_question
from studio.ui.tasks import TaskHost


class TrainingPage(Protocol):
    """The part of the Train page that closing needs."""

    idle: SignalInstance

    @property
    def is_training(self) -> bool:
        """Whether a training runs or is being stopped."""

    def stop(self) -> None:
        """Ask the training to save and end; `idle` follows."""


class _State(Enum):
    OPEN = auto()
    ASKING = auto()
    SAVING = auto()
    ENDING = auto()
    DONE = auto()


class CloseController(QObject):
    """Leads from the first attempt to close the window to the end of its last thread.

    `saving` follows if a training has to be saved, then `ending`, and `done` when nothing runs.
    """

    saving = Signal()
    ending = Signal()
    done = Signal()

    def __init__(self, window: QWidget, tasks: TaskHost) -> None:
        super().__init__(window)
        self._window = window
        self._training: TrainingPage | None = None
        self._tasks = tasks
        self._state = _State.OPEN
        self._tasks.idle.connect(self._on_idle)

    def set_training_page(self, training: TrainingPage) -> None:
        """Stop and save a training of this page before the end."""
        self._training = training
        training.idle.connect(self._on_training_ended)

    @property
    def is_done(self) -> bool:
        """Whether nothing runs any more, so that the window may close."""
        return self._state is _State.DONE

    def begin(self) -> None:
        """Close, after a confirmation if a training runs; a repeated call does nothing."""
        if self._state is not _State.OPEN:
            return
        if self._is_training():
            self._ask()
        else:
            self._end()

    def save_and_end(self) -> None:
        """Close without a confirmation; a training is stopped and saved first."""
        if self._state in (_State.OPEN, _State.ASKING):
            self._save()

    def _is_training(self) -> bool:
        return self._training is not None and self._training.is_training

    def _ask(self) -> None:
        self._state = _State.ASKING
        dialog = ConfirmDialog("close_question", stop_question("Training is running"), self._window)
        dialog.accepted.connect(self._save)
        dialog.rejected.connect(self._on_rejected)
        dialog.open()

    def _on_rejected(self) -> None:
        if self._state is _State.ASKING:
            self._state = _State.OPEN

    def _save(self) -> None:
        if self._training is None or not self._training.is_training:  # it ended meanwhile
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
