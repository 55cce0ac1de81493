"""Marks in the schedule preview of the form where the training is, if both have one schedule."""

from PySide6.QtCore import QObject

from studio.config import TrainConfig
from studio.training.events import Event, StepEnd
from studio.ui.train.form.schedule_preview import preview_schedule
from studio.ui.train.live.training_session import TrainingSession
from studio.ui.train.setup_form import SetupForm


class ScheduleMarker(QObject):
    """Follows a session; an edit of the schedule in the form hides the mark."""

    def __init__(self, session: TrainingSession, form: SetupForm) -> None:
        super().__init__(session)
        self._session, self._learning, self._form = session, form.learning, form
        self._is_same = False  # whether the form has the schedule of the training
        form.edited.connect(self._compare)
        session.state_changed.connect(self._compare)
        session.event_received.connect(self._on_event)
        session.idle.connect(self._hide)

    def _compare(self) -> None:
        config = self._session.progress.config
        if config is None or not self._session.state.value.busy:
            return
        self._is_same = has_same_schedule(config, self._form.valid_config())
        if not self._is_same:
            self._hide()

    def _on_event(self, event: Event, _line: str) -> None:
        if self._is_same and isinstance(event, StepEnd):
            epoch = self._session.progress.epoch_at(event.step)
            self._learning.show_position(epoch, event.step, event.seconds, event.lr)

    def _hide(self) -> None:
        self._learning.show_position(None)


def has_same_schedule(config: TrainConfig, other: TrainConfig | None) -> bool:
    """Whether two trainings have the same learning rates at the same positions.

    Over epochs, these do not depend on the data; over steps or minutes they can.
    """
    if other is None or config.length[1] != other.length[1]:
        return False
    data = (config.data, config.optim.batch_size), (other.data, other.optim.batch_size)
    if config.length[1] != "epochs" and data[0] != data[1]:
        return False
    return preview_schedule(config, None) == preview_schedule(other, None)
