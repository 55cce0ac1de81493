"""The newest weights of a run in training, as long as someone looks."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from studio.errors import StudioError
from studio.runs.stored_epochs import ModelKey
from studio.ui.context import StudioContext
from studio.ui.shared.error_dialog import error_text
from studio.ui.shared.live_predictor import LivePredictor
from studio.ui.shared.model_loader import ModelLoader


class ModelInTraining(QObject):
    """`model` predicts with the newest weights, None before the first ones; `changed` follows them.

    `problem` says why there are none, such as those of a training that diverged. Weights are copied
    at most once per second, and only while `viewer` is visible.
    """

    changed = Signal()
    failed = Signal(object, str)

    def __init__(self, context: StudioContext, viewer: QWidget) -> None:
        super().__init__(viewer)
        self.model: LivePredictor | None = None
        self.problem = ""
        self._run = ""
        self._loader = ModelLoader(context, viewer, self)
        self._loader.loaded.connect(self._on_loaded)
        self._loader.failed.connect(self._on_failed)

    def follow(self, run: str) -> None:
        """Follow the training of a run, given by its key."""
        if run != self._run:
            self.stop()
            self._run = run
            self._loader.load(str(ModelKey(run, is_newest=True)))

    def stop(self) -> None:
        """Follow no training."""
        self._loader.stop()
        self.model, self.problem, self._run = None, "", ""

    def _on_loaded(self, _key: str, model: LivePredictor) -> None:
        self.model, self.problem = model, ""
        self.changed.emit()

    def _on_failed(self, error: object, traceback_text: str) -> None:
        if not isinstance(error, StudioError):
            self.failed.emit(error, traceback_text)
            return
        self.model, self.problem = None, " ".join(error_text(error)).strip()
        self.changed.emit()
