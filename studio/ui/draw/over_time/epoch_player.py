"""Moves the slider from one epoch to the next while it plays."""

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QPushButton, QSlider, QStyle

from studio.ui.icons import icon

STEP_MS, REDUCED_STEP_MS = 350, 1_000  # of an epoch; slower if the system reduces motion


class EpochPlayer(QObject):
    """Plays from the epoch shown to the last one, from the first one if that is shown."""

    def __init__(self, slider: QSlider, button: QPushButton, parent: QObject) -> None:
        super().__init__(parent)
        self._slider, self._button = slider, button
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._step)
        button.clicked.connect(self._toggle)
        self._show()

    def stop(self) -> None:
        """Stay at the epoch shown."""
        self._timer.stop()
        self._show()

    def _toggle(self) -> None:
        if self._timer.isActive():
            self.stop()
            return
        if self._slider.value() == self._slider.maximum():
            self._slider.setValue(0)
        hint = QStyle.StyleHint.SH_Widget_Animation_Duration
        is_animated = self._slider.style().styleHint(hint, None, self._slider)
        self._timer.start(STEP_MS if is_animated else REDUCED_STEP_MS)
        self._show()

    def _step(self) -> None:
        self._slider.setValue(self._slider.value() + 1)
        if self._slider.value() == self._slider.maximum():
            self.stop()

    def _show(self) -> None:
        is_playing = self._timer.isActive()
        self._button.setIcon(icon("pause" if is_playing else "play", "text"))
        self._button.setText("Pause" if is_playing else "Play")
        self._button.setAccessibleName("Pause" if is_playing else "Play the epochs")
