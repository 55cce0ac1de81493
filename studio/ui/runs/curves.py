"""Gathers the curves of a run from its events as they come. No Qt here."""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np
import numpy.typing as npt

from studio.ui.widgets.curve_data import CurveData, peaks

Column = npt.NDArray[np.float64]
FIGURES = ("train_loss", "val_loss", "train_accuracy", "val_accuracy")
_STRETCHES = 500  # of the loss by steps: the lowest and the highest point of each are kept


@dataclass(frozen=True)
class Live:
    """Where a training is now; what is not known is None or NaN. `left` in seconds."""

    epoch: int | None = None
    epochs: int | None = None
    images_per_second: float = float("nan")
    left: float = float("nan")
    loss: float = float("nan")


class Curves:
    """Takes events in; gives figures by epoch [n] and the loss by step."""

    def __init__(self) -> None:
        self._epochs = array("d")
        self._figures = {name: array("d") for name in FIGURES}
        self._losses = CurveData()
        self._started: dict[str, Any] = {}
        self._step: dict[str, Any] = {}
        self.best_epoch: float | None = None

    def take(self, events: Iterable[dict[str, Any]]) -> None:
        """Add what these events tell; of those it does not know, nothing."""
        for event in events:
            match event.get("event"):
                case "StepEnd":
                    self._take_step(event)
                case "EpochEnd":
                    self._take_epoch(event)
                case "FitStarted":
                    self._started = event

    def _take_step(self, event: dict[str, Any]) -> None:
        self._step = event
        self._losses.append(_number(event, "step"), _number(event, "loss"))

    def _take_epoch(self, event: dict[str, Any]) -> None:
        self._epochs.append(_number(event, "epoch"))
        for name, column in self._figures.items():
            column.append(_number(event, name))
        if event.get("best"):
            # The epoch whose weights are kept: the last one that was the best when it ended.
            self.best_epoch = self._epochs[-1]

    def epochs(self) -> Column:
        """Numbers of the epochs that ended [n]."""
        return np.array(self._epochs)

    def figures(self) -> dict[str, Column]:
        """One figure of every epoch [n] by name; what is missing or no number is NaN, a gap."""
        return {name: np.array(column) for name, column in self._figures.items()}

    def loss_by_step(self) -> tuple[Column, Column]:
        """Training loss over the epochs and their parts, thinned to what a plot can show.

        Empty where the file does not say how many steps make an epoch.
        """
        each = _number(self._started, "steps_per_epoch")
        if not each > 0:
            return np.empty(0), np.empty(0)
        steps, losses = peaks(self._losses.x, self._losses.y, _STRETCHES)
        return steps / each, losses.copy()

    def live(self) -> Live:
        """Where the training is."""
        step, started = self._step, self._started
        return Live(
            epoch=_whole(step, "epoch"),
            epochs=_whole(started, "epochs"),
            images_per_second=_number(step, "images_per_second"),
            left=self._seconds_left(),
            loss=_number(step, "loss"),
        )

    def _seconds_left(self) -> float:
        """At the pace so far."""
        done, seconds = _number(self._step, "step"), _number(self._step, "seconds")
        total = _number(self._started, "total_steps")
        return (total - done) * seconds / done if done > 0 else float("nan")


def _number(event: dict[str, Any], name: str) -> float:
    value = event.get(name)
    return float(value) if isinstance(value, int | float) and abs(value) < 1e300 else float("nan")


def _whole(event: dict[str, Any], name: str) -> int | None:
    value = _number(event, name)
    return int(value) if isfinite(value) else None
