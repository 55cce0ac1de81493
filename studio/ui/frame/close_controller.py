"""Closes the window without losing work: asks once, saves, and waits for every thread."""

from enum import Enum, auto
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal, SignalInstance
from PySide6.QtWidgets import QWidget

from studio.ui.shared.confirm_dialog import ConfirmDialog, stop_question
from studio.ui.tasks import TaskHost, limit_waiting


class TrainingPage(Protocol):
    """The part of the Train page that closing needs."""

    idle: SignalInstance

    @property
    def is_training(self) -> bool:
        """Whether a training runs or is being stopped."""

    def stop(self) -> None:
        """Ask the training to save and end; `idle` follows."""

    def abandon(self) -> bool:
        """Give up a training that has not begun; return whether it was still prepared."""


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
        # How long to wait for what loses nothing if the process ends; None for as long as needed.
        self.patience_s: float | None = None
        self._patience = QTimer(self, singleShot=True)
        self._patience.timeout.connect(self._on_late)
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
        self._start_patience()

    def _start_patience(self) -> None:
        if self.patience_s is not None:
            self._patience.start(round(1000 * self.patience_s))

    def _on_late(self) -> None:
        if self._state is _State.ENDING:
            self._finish()
        elif self._training is not None and self._training.abandon():
            self._end()

    def _on_training_ended(self) -> None:
        if self._state is _State.SAVING:
            self._end()

    def _end(self) -> None:
        self._state = _State.ENDING
        if self.patience_s is not None:
            limit_waiting(self.patience_s)
        self.ending.emit()
        self._tasks.request_stop()
        self._start_patience()
        self._on_idle()

    def _on_idle(self) -> None:
        if not self._tasks.is_busy:
            self._finish()

    def _finish(self) -> None:
        if self._state is _State.ENDING:
            self._state = _State.DONE
            self._patience.stop()
            self.done.emit()
