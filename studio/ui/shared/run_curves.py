"""Collects the curves of a run from the lines of its metrics file. No Qt here."""

import re
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np
import numpy.typing as npt

from studio.runs.metrics_reader import parse_lines
from studio.training.events import (
    RolledBack,
    SettingsChanged,
    describe_incident,
    from_dict,
    remaining_seconds,
)
from studio.ui.widgets.curve_data import CurveMark
from studio.ui.widgets.curve_thinning import thin_curve

Column = npt.NDArray[np.float64]
METRICS = ("train_loss", "val_loss", "train_accuracy", "val_accuracy")
_MAX_COLUMNS = 10_000  # to which the loss by step is thinned, two points each
_MAX_MARKS, _MAX_MARK_TEXT = 100, 300  # the newest of a run, and characters of each

# Nearly all lines of a file are steps. In the trainer's own notation they are parsed together, in a
# fifth of the time; all other lines are parsed one by one.
_STEP_LINE = re.compile(
    rb'^\{"event": "StepEnd", "step": (\d+), "epoch": \d+, '
    rb'"loss": (-?[\d.]+(?:e[-+]?\d+)?|NaN), .*\n',
    re.MULTILINE,
)


@dataclass(frozen=True)
class RunProgress:
    """Progress of a training; what is unknown is None or NaN."""

    epoch: int | None = None
    epochs: int | None = None
    images_per_second: float = float("nan")
    remaining_s: float = float("nan")
    loss: float = float("nan")


class RunCurves:
    """Metrics per epoch [n] and the loss per step, from lines that are added as they come."""

    def __init__(self) -> None:
        self._epochs = array("d")
        self._metrics = {name: array("d") for name in METRICS}
        self._steps, self._losses = array("d"), array("d")
        self._marks: list[tuple[float, str]] = []  # steps and what happened
        self._started: dict[str, Any] = {}
        self._step: dict[str, Any] = {}
        self.best_epoch: float | None = None

    def add_lines(self, lines: bytes) -> None:
        """Add whole lines of metrics.jsonl; unknown events are ignored."""
        fields = _STEP_LINE.split(lines)
        try:
            steps, losses = list(map(float, fields[1::3])), list(map(float, fields[2::3]))
        except ValueError:  # a damaged line: the others can still be parsed one by one
            self._add_events(parse_lines(lines))
            return
        self._add_events(parse_lines(b"".join(fields[::3])))
        self._steps.extend(steps)
        self._losses.extend(losses)
        if steps:
            self._set_last_step(lines)

    def _set_last_step(self, lines: bytes) -> None:
        last = lines[lines.rfind(b'{"event": "StepEnd"') :]
        events = parse_lines(last[: last.find(b"\n")])  # none if the end of the line is damaged
        self._step = events[-1] if events else self._step

    def _add_events(self, events: Iterable[dict[str, Any]]) -> None:
        for event in events:
            match event.get("event"):
                case "StepEnd":
                    self._step = event
                    self._steps.append(_number(event, "step"))
                    self._losses.append(_number(event, "loss"))
                case "EpochEnd":
                    self._add_epoch(event)
                case "SettingsChanged":
                    self._add_mark(_number(event, "step"), event)
                case "RolledBack":
                    self._add_mark(_number(event, "to_step"), event)
                case "FitStarted":
                    self._started = event

    def _add_mark(self, step: float, event: dict[str, Any]) -> None:
        text = _incident_text(event)
        if text and isfinite(step):
            self._marks = [*self._marks[1 - _MAX_MARKS :], (step, text)]

    def _add_epoch(self, event: dict[str, Any]) -> None:
        self._epochs.append(_number(event, "epoch"))
        for name, column in self._metrics.items():
            column.append(_number(event, name))
        if event.get("best"):
            # The weights kept are those of the last epoch that was the best one when it ended.
            self.best_epoch = self._epochs[-1]

    def epochs(self) -> Column:
        """Return the numbers of the epochs that ended [n]."""
        return np.array(self._epochs)

    def metrics(self) -> dict[str, Column]:
        """Return each metric per epoch [n]; a missing or invalid value is NaN."""
        return {name: np.array(column) for name, column in self._metrics.items()}

    def loss_by_step(self) -> tuple[Column, Column]:
        """Return steps, counted in epochs, and training losses, thinned to what a plot can show.

        Both are empty if the file does not contain the number of steps per epoch.
        """
        steps_per_epoch = self._steps_per_epoch()
        if not steps_per_epoch > 0:
            return np.empty(0), np.empty(0)
        steps, losses = _view(self._steps), _view(self._losses)
        # Thinned by position, because the steps of a resumed run are not ascending.
        edges = np.linspace(0, len(steps), _MAX_COLUMNS + 1)
        positions, thinned = thin_curve(np.arange(len(steps), dtype=float), losses, edges)
        return steps[positions.astype(int)] / steps_per_epoch, thinned.copy()

    def marks(self) -> tuple[CurveMark, ...]:
        """Return what happened to the training and when, counted in epochs."""
        steps_per_epoch = self._steps_per_epoch()
        if not steps_per_epoch > 0:
            return ()
        return tuple(CurveMark(step / steps_per_epoch, text) for step, text in self._marks)

    def _steps_per_epoch(self) -> float:
        return _number(self._started, "steps_per_epoch")

    def progress(self) -> RunProgress:
        """Return the progress at the last step read."""
        step, started = self._step, self._started
        return RunProgress(
            epoch=_integer(step, "epoch"),
            epochs=_integer(started, "epochs"),
            images_per_second=_number(step, "images_per_second"),
            remaining_s=self._remaining_seconds(),
            loss=_number(step, "loss"),
        )

    def _remaining_seconds(self) -> float:
        done, seconds = _number(self._step, "step"), _number(self._step, "seconds")
        minutes = _number(self._started, "max_minutes")
        budget = minutes if minutes > 0 else None
        return remaining_seconds(done, _number(self._started, "total_steps"), seconds, budget)


def _incident_text(event: dict[str, Any]) -> str:
    """Return what happened as a sentence; empty for a damaged event, whose values may be any."""
    incident = from_dict(event)
    if not isinstance(incident, SettingsChanged | RolledBack):
        return ""
    try:
        return describe_incident(incident)[:_MAX_MARK_TEXT]
    except (AttributeError, LookupError, OverflowError, TypeError, ValueError):
        return ""


def _view(column: array) -> Column:
    """Return the values without a copy; the column cannot grow while the view exists."""
    return np.frombuffer(column) if column else np.empty(0)


def _number(event: dict[str, Any], name: str) -> float:
    value = event.get(name)
    try:
        return float(value) if isinstance(value, int | float) else float("nan")
    except OverflowError:
        return float("nan")


def _integer(event: dict[str, Any], name: str) -> int | None:
    value = _number(event, name)
    return int(value) if isfinite(value) else None
