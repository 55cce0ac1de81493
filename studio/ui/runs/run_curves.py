"""Gathers the curves of a run from its events as they come. No Qt here."""

import re
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np
import numpy.typing as npt

from studio.runs.metrics_reader import parse_lines
from studio.training.events import remaining_seconds
from studio.ui.widgets.curve_thinning import thin_curve

Column = npt.NDArray[np.float64]
FIGURES = ("train_loss", "val_loss", "train_accuracy", "val_accuracy")
_COLUMNS = 500  # to which the loss by step is thinned

# Steps are nearly all of a file. As the trainer writes them they are read together, which takes a
# fifth of the time; whatever looks otherwise is read line by line.
_STEP = re.compile(
    rb'^\{"event": "StepEnd", "step": (\d+), "epoch": \d+, '
    rb'"loss": (-?[\d.]+(?:e[-+]?\d+)?|NaN), .*\n',
    re.MULTILINE,
)


@dataclass(frozen=True)
class Live:
    """Where a training is now; what is not known is None or NaN. `left` in seconds."""

    epoch: int | None = None
    epochs: int | None = None
    images_per_second: float = float("nan")
    left: float = float("nan")
    loss: float = float("nan")


class RunCurves:
    """Takes events in; gives figures by epoch [n] and the loss by step."""

    def __init__(self) -> None:
        self._epochs = array("d")
        self._figures = {name: array("d") for name in FIGURES}
        self._steps, self._losses = array("d"), array("d")
        self._started: dict[str, Any] = {}
        self._step: dict[str, Any] = {}
        self.best_epoch: float | None = None

    def take(self, lines: bytes) -> None:
        """Add what these lines of metrics.jsonl tell; of events it does not know, nothing."""
        parts = _STEP.split(lines)
        try:
            steps, losses = list(map(float, parts[1::3])), list(map(float, parts[2::3]))
        except ValueError:  # damaged: line by line the others can still be read
            self._take_events(parse_lines(lines))
            return
        self._take_events(parse_lines(b"".join(parts[::3])))
        self._steps.extend(steps)
        self._losses.extend(losses)
        if steps:
            self._take_last_step(lines)

    def _take_last_step(self, lines: bytes) -> None:
        last = lines[lines.rfind(b'{"event": "StepEnd"') :]
        self._step = parse_lines(last[: last.find(b"\n")])[-1]

    def _take_events(self, events: Iterable[dict[str, Any]]) -> None:
        for event in events:
            match event.get("event"):
                case "StepEnd":
                    self._step = event
                    self._steps.append(_number(event, "step"))
                    self._losses.append(_number(event, "loss"))
                case "EpochEnd":
                    self._take_epoch(event)
                case "FitStarted":
                    self._started = event

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
        steps, losses = _view(self._steps), _view(self._losses)
        # Thinned by position, because the steps of a resumed run are not ascending.
        edges = np.linspace(0, len(steps), _COLUMNS + 1)
        positions, thinned = thin_curve(np.arange(len(steps), dtype=float), losses, edges)
        return steps[positions.astype(int)] / each, thinned.copy()

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
        done, seconds = _number(self._step, "step"), _number(self._step, "seconds")
        return remaining_seconds(done, _number(self._started, "total_steps"), seconds)


def _view(column: array) -> Column:
    """The numbers where they are; the column cannot grow while anybody holds it."""
    return np.frombuffer(column) if column else np.empty(0)


def _number(event: dict[str, Any], name: str) -> float:
    value = event.get(name)
    try:
        return float(value) if isinstance(value, int | float) else float("nan")
    except OverflowError:
        return float("nan")


def _whole(event: dict[str, Any], name: str) -> int | None:
    value = _number(event, name)
    return int(value) if isfinite(value) else None
