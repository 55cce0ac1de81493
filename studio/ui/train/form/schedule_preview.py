"""The learning rate over a training, as points and in words. No Qt here."""

from dataclasses import dataclass

from studio.config import OptimConfig, TrainConfig
from studio.formatting import UNKNOWN
from studio.training.schedules import learning_rate, warmup_steps

_POINTS = 240
# Rates below this fraction of the largest one are shown as about 0.
_SMALL = 1e-3
# Steps per epoch and in all where only the time or the number of steps is known: any number shows
# the shape of a schedule that does not depend on epochs.
_ASSUMED_STEPS = 1000


@dataclass(frozen=True)
class SchedulePreview:
    """The rate at positions of the training, in `unit`: `epochs`, `steps` or `minutes`.

    `unknown` says why the rates cannot be known before the training; then there are no points.
    """

    positions: tuple[float, ...] = ()
    rates: tuple[float, ...] = ()
    unit: str = "epochs"
    unknown: str = ""

    @property
    def length(self) -> float:
        """The position of the end."""
        return self.positions[-1] if self.positions else 0.0

    def figures(self) -> tuple[str, str, str]:
        """Start, peak and end: "Start 0.0002", "Peak 0.004 at epoch 8", "End ≈ 0"."""
        if not self.rates:
            return UNKNOWN, "", ""
        start, peak, end = self.rates[0], max(self.rates), self.rates[-1]
        if start == peak == end:
            return f"{_rate_text(peak, peak)} throughout", "", ""
        place = self.positions[self.rates.index(peak)]
        at_start = peak == start
        peak_text = "" if at_start else f"Peak {_rate_text(peak, peak)} at {self._place(place)}"
        return f"Start {_rate_text(start, peak)}", peak_text, f"End {_rate_text(end, peak)}"

    def describe(self) -> str:
        """Return the figures as a sentence, or why they are unknown."""
        if self.unknown:
            return self.unknown
        figures = ", ".join(text for text in self.figures() if text)
        return f"Learning rate over {self.length:,.4g} {self.unit}: {figures}."

    def rate_at(self, position: float) -> float:
        """Return the rate at a position, that of the point before it."""
        rate = self.rates[0]
        for place, value in zip(self.positions, self.rates, strict=True):
            if place > position:
                break
            rate = value
        return rate

    def readout(self, position: float) -> str:
        """Return the rate at a position: "Epoch 8.5: 0.0031"."""
        rate = _rate_text(self.rate_at(position), max(self.rates))
        return f"{self._place(position).capitalize()}: {rate}"

    def _place(self, position: float) -> str:
        digits = 1 if self.length < 100 else 0
        place = f"{position:,.{digits}f}".removesuffix(".0")
        return f"{self.unit.removesuffix('s')} {place}"


def preview_schedule(config: TrainConfig, train_samples: int | None) -> SchedulePreview:
    """Return the schedule of a training on so many samples, None where they are not known."""
    number, unit = config.length
    optim = config.optim
    per_epoch = _steps_per_epoch(train_samples, optim.batch_size)
    if unit == "minutes":
        return _over_minutes(optim, number)
    if unit == "steps":
        if per_epoch is None and _depends_on_epochs(optim):
            text = "How the rate falls is shown when the samples have been read."
            return SchedulePreview(unit=unit, unknown=text)
        total = min(int(number), optim.epochs * per_epoch) if per_epoch else int(number)
        return _sample(optim, per_epoch or _ASSUMED_STEPS, total, unit, 1.0)
    per_epoch = per_epoch or _ASSUMED_STEPS
    return _sample(optim, per_epoch, int(number) * per_epoch, unit, 1 / per_epoch)


def _over_minutes(optim: OptimConfig, minutes: float) -> SchedulePreview:
    if _depends_on_epochs(optim):
        text = "How the rate changes depends on the epochs that fit into the time."
        return SchedulePreview(unit="minutes", unknown=text)
    endless = optim.model_copy(update={"warmup": 0.0})
    return _sample(endless, _ASSUMED_STEPS, _ASSUMED_STEPS, "minutes", minutes / _ASSUMED_STEPS)


def _sample(
    optim: OptimConfig, per_epoch: int, total: int, unit: str, position_of_step: float
) -> SchedulePreview:
    """Return the rates of evenly spaced steps, of the first and last one, and of the peak."""
    rise = warmup_steps(optim, per_epoch) if optim.schedule != "onecycle" else total // 5
    steps = {total * index // _POINTS for index in range(_POINTS)} | {rise, total - 1}
    if optim.schedule == "step":  # both sides of each step, which is vertical
        drops = list(range(rise, total, optim.step_epochs * per_epoch))[1 : _POINTS + 1]
        steps |= {step for drop in drops for step in (drop - 1, drop)}
    shown = sorted(step for step in steps if 0 <= step < total)
    rates = [learning_rate(optim, step, per_epoch, total) for step in shown]
    positions = [step * position_of_step for step in shown]
    return SchedulePreview((*positions, total * position_of_step), (*rates, rates[-1]), unit)


def _depends_on_epochs(optim: OptimConfig) -> bool:
    has_warmup = optim.warmup > 0 and optim.schedule != "onecycle"
    return has_warmup or optim.schedule in ("exponential", "step")


def _steps_per_epoch(samples: int | None, batch_size: int) -> int | None:
    """Return the number of batches, as `studio.training.input.batches`, which imports torch."""
    if not samples:
        return None
    full_batches, remainder = divmod(samples, batch_size)
    return max(1, full_batches + (remainder > 1))


def _rate_text(rate: float, peak: float) -> str:
    if rate == 0:
        return "0"
    return "≈ 0" if rate < _SMALL * peak else f"{rate:.3g}"
