"""Connects the panel that changes settings with the training that runs."""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QPushButton

from studio.training.events import Event, RolledBack, SettingsChanged
from studio.training.live_settings import find_obstacles
from studio.ui.train.live.adjust_panel import AdjustPanel
from studio.ui.train.live.training_session import TrainingSession
from studio.ui.train.live.training_state import TrainingState

_ADJUSTABLE = (TrainingState.RUNNING, TrainingState.PAUSED)


class AdjustController(QObject):
    """Opens the panel, keeps its values up to date, and passes changes to the session."""

    def __init__(
        self, session: TrainingSession, panel: AdjustPanel, button: QPushButton, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session, self._panel, self._button = session, panel, button
        session.run_started.connect(self._on_run_started)
        session.state_changed.connect(self._on_state_changed)
        session.event_received.connect(self._on_event)
        panel.apply_wanted.connect(session.change_settings)
        panel.closed.connect(self._on_closed)
        button.toggled.connect(self._on_toggled)
        self._on_state_changed()

    def refresh(self) -> None:
        """Show the values in force, if the panel is open."""
        if self._panel.isVisible():
            progress = self._session.progress
            self._panel.show_values(progress.live_values(), progress.planned_values())

    def _on_run_started(self, _run: str) -> None:
        config = self._session.progress.config
        self._panel.begin(find_obstacles(config) if config is not None else {})

    def _on_state_changed(self) -> None:
        state = self._session.state
        is_adjustable = state in _ADJUSTABLE
        self._button.setVisible(state.value.busy)
        self._button.setEnabled(is_adjustable)
        self._panel.show_paused(state is TrainingState.PAUSED)
        if not is_adjustable:
            self._panel.hide()

    def _on_event(self, event: Event, _line: str) -> None:
        if isinstance(event, SettingsChanged | RolledBack):
            self.refresh()
            self._panel.show_applied()

    def _on_toggled(self, is_open: bool) -> None:
        if not is_open:
            self._panel.hide()
            return
        self._panel.open()
        self.refresh()

    def _on_closed(self) -> None:
        if self._button.isChecked():
            self._button.setChecked(False)
            self._button.setFocus()
