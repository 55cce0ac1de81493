"""Between page and worker: loads the chosen network, asks about drawings, explains what it said."""

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal

from studio.data.opened_image import OpenedImage
from studio.ui.context import StudioContext
from studio.ui.draw.live_predictor import LivePredictor
from studio.ui.draw.model_choices import BUNDLED
from studio.ui.draw.questions import (
    Question,
    WhatIsIt,
    WhatIsThisPhoto,
    Why,
    answer,
    load_predictor,
)
from studio.ui.tasks import LatestWorker, Task

# The reason takes longer than the answer. While the pen moves it would stand in its way.
REST_MS = 40


class Reader(QObject):
    """Answers come for the newest drawing only; those of a network no longer chosen are dropped."""

    loaded = Signal(str)
    load_failed = Signal(str, object, str)
    answered = Signal(object)
    explained = Signal(object, object)
    failed = Signal(object, str)

    def __init__(self, context: StudioContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._predictor: LivePredictor | None = None
        self._loading: Task | None = None
        self._loading_key = ""
        self._failed = False
        self._newest: WhatIsIt | WhatIsThisPhoto | None = None
        self._why: Why | None = None
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._ask_why)
        self._worker = LatestWorker(answer, self)
        self._worker.answered.connect(self._on_answered)
        self._worker.failed.connect(self.failed)

    @property
    def predictor(self) -> LivePredictor | None:
        """The network that answers, None while there is none."""
        return self._predictor

    @property
    def class_names(self) -> tuple[str, ...]:
        """Names of the classes of the loaded network; empty while there is none."""
        return self._predictor.class_names if self._predictor else ()

    @property
    def has_failed(self) -> bool:
        """Whether the network wanted last could not be loaded."""
        return self._failed

    def load(self, key: str) -> None:
        """Load the network of a run id or "bundled"; drawings wait for it."""
        self._rest.stop()
        self._predictor = None
        self._failed = False
        path = None if key == BUNDLED else self._context.store.runs_dir / key
        self._loading_key = key
        self._loading = self._context.tasks.start(partial(load_predictor, key, path))
        self._loading.succeeded.connect(self._on_loaded)
        self._loading.failed.connect(self._on_load_failed)

    @property
    def reads_photos(self) -> bool:
        """Whether the loaded model was trained on photos, so that any image is one for it."""
        return self._predictor is not None and self._predictor.drawing == "picture"

    @property
    def warning(self) -> str:
        """What to know before trusting the loaded model; empty when it is of use."""
        return self._predictor.warning if self._predictor else ""

    def ask(self, ink: NDArray[np.uint8], image: OpenedImage | None) -> bool:
        """Ask what a drawing is, or an image that nothing was drawn on; False without a model.

        A model of photos predicts the image itself, any other the ink on the canvas.
        """
        self._rest.stop()
        if self._predictor is None:
            return False
        if image is not None and self.reads_photos:
            self._newest = WhatIsThisPhoto(self._predictor, image)
        else:
            self._newest = WhatIsIt(self._predictor, ink)
        self._worker.submit(self._newest)
        return True

    def give_up(self) -> None:
        """No network can be loaded at all."""
        self._failed = True

    def forget(self) -> None:
        """The sheet is empty: what was asked about it needs no answer any more."""
        self._rest.stop()
        self._newest = None

    def close(self) -> None:
        """End the worker."""
        self._rest.stop()
        self._worker.close()

    def _on_loaded(self, result: tuple[str, Any]) -> None:
        key, predictor = result
        if self.sender() is self._loading:
            self._loading = None
            self._predictor = predictor
            self.loaded.emit(key)

    def _on_load_failed(self, error: object, traceback_text: str) -> None:
        if self.sender() is self._loading:
            self._loading = None
            self._failed = True
            self.load_failed.emit(self._loading_key, error, traceback_text)

    def _on_answered(self, question: Question, result: Any) -> None:
        if question.predictor is not self._predictor:
            return
        if isinstance(question, Why):
            self.explained.emit(question.network_input, result)
            return
        self.answered.emit(result)
        # Only when nothing newer waits: the worker keeps one question, and a drawing comes first.
        if result is not None and question is self._newest:
            best = int(np.argmax(result.probabilities))
            self._why = Why(question.predictor, result.network_input, best)
            self._rest.start()

    def _ask_why(self) -> None:
        if self._why is not None:
            self._worker.submit(self._why)
