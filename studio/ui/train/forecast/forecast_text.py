"""Texts about what a training will cost and has cost. No Qt here."""

from dataclasses import dataclass

from studio.formatting import byte_size, count, duration, percent, rough_duration
from studio.training.forecast import Forecast

MEASURING = "Measuring the speed of this network"


@dataclass(frozen=True)
class CostText:
    """The text on the left, the muted one on the right, and the tooltip of both."""

    text: str
    detail: str = ""
    tooltip: str = ""


NOTHING = CostText("")
AFTER_TRAINING = CostText(
    "",
    "measured after this training",
    "How fast this network trains is measured once no training runs.",
)


def cost_text(cost: Forecast | None, is_measuring: bool) -> CostText:
    """Return what a training will cost: "About 12 s · 300 MB", "0.3 s / epoch · 6 MB disk"."""
    if cost is None:
        return CostText(MEASURING, tooltip=_MEASURING_TIP) if is_measuring else NOTHING
    text = (
        f"{_prefix(cost)} {rough_duration(cost.seconds)} · {byte_size(_rounded(cost.memory_bytes))}"
    )
    epoch = rough_duration(cost.seconds_per_epoch)
    disk = byte_size(_rounded(cost.disk_bytes))
    detail = "measuring…" if is_measuring else f"{epoch} / epoch · {disk} disk"
    return CostText(text, detail, _tooltip(cost, epoch, disk))


def running_text(cost: Forecast, corrected_s: float) -> CostText:
    """Return the forecast of a running training, corrected by the steps it has made."""
    return CostText(
        f"Now about {rough_duration(corrected_s)} in all",
        f"forecast {rough_duration(cost.seconds)}",
        "What the whole training takes at its present speed, and what was expected before it.",
    )


def ended_text(cost: Forecast, seconds: float) -> CostText:
    """Return how a forecast compares with the time that the training took."""
    return CostText(
        f"Took {duration(seconds)}",
        f"forecast {rough_duration(cost.seconds)} ({_error(cost.seconds, seconds)})",
        "The next forecast of this network uses what this training took.",
    )


_MEASURING_TIP = (
    "A few steps on random images show how fast this network trains here. The result is remembered."
)


def _prefix(cost: Forecast) -> str:
    if cost.is_limit:
        return "At most"
    return "About" if cost.is_measured else "Roughly"


def _tooltip(cost: Forecast, epoch: str, disk: str) -> str:
    basis = (
        "Measured with this network on this machine"
        if cost.is_measured
        else "Estimated from the speed of another network on this machine, up to three times off"
    )
    size, on_gpu = byte_size(_rounded(cost.memory_bytes)), cost.device.startswith("cuda")
    memory = f"{size} of GPU memory" if on_gpu else f"Up to {size} of memory beyond the program"
    parts = [
        f"{count(cost.epochs, 'epoch')} of {epoch}",
        f"{memory}, {disk} on the disk",
    ]
    end = ". It may end earlier" if cost.is_limit else ""
    return f"{'. '.join(parts)}{end}. {basis}."


def _error(forecast_s: float, seconds: float) -> str:
    if seconds <= 0:
        return "exact"
    error = forecast_s / seconds - 1
    if abs(error) < 0.005:
        return "exact"
    return f"{percent(abs(error), 0)} {'more' if error > 0 else 'less'}"


def _rounded(size: int) -> float:
    """Return a size in two significant figures: it is not known better."""
    return float(f"{size:.1e}")
