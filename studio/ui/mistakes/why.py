"""Asks, in the background, which pixels mattered for what a network read."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal

from studio.ui.context import StudioContext
from studio.ui.mistakes.loader import BUNDLED
from studio.ui.tasks import LatestWorker, one_thread


@dataclass(frozen=True)
class Question:
    """Why did `run` read `picture`, uint8 [C, H, W], as class number `predicted`?"""

    run: str
    position: int
    picture: npt.NDArray[np.uint8]
    predicted: int


class WhyWorker(QObject):
    """Answers the newest question; starts its thread with the first one."""

    answered = Signal(int, object)
    failed = Signal(object, str)

    def __init__(self, context: StudioContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker = LatestWorker(_Answerer(context).answer, self)
        self._worker.answered.connect(self._on_answered)
        self._worker.failed.connect(self.failed)

    def ask(self, question: Question) -> None:
        """`answered` follows with the position and the heat float32 [H, W], or `failed`."""
        self._worker.submit(question)

    def shutdown(self) -> None:
        """End the thread."""
        self._worker.close()

    def _on_answered(self, question: Question, heat: object) -> None:
        self.answered.emit(question.position, heat)


class _Answerer:
    """Lives in the thread; keeps the network it loaded last."""

    def __init__(self, context: StudioContext) -> None:
        self._context = context
        self._run = ""
        self._predictor: Any = None

    def answer(self, question: Question) -> npt.NDArray[np.float32]:
        if question.run != self._run:
            from studio.inference import Predictor

            self._predictor = Predictor.load(self._place(question.run))
            self._run = question.run
        with one_thread():
            heat: npt.NDArray[np.float32] = self._predictor.saliency(
                question.picture, question.predicted
            )
        return heat

    def _place(self, run: str) -> str | Path:
        return BUNDLED if run == BUNDLED else self._context.store.open(run).path
