"""Texts and the visible part of the curve of the learning-rate finder. No Qt here."""

from studio.config import TrainConfig
from studio.formatting import count, duration
from studio.training.lr_finder import RateCurve, Suggestion

TITLE = "Find a learning rate"
INTRODUCTION = (
    "A mock training raises the learning rate in every step, from far too small to far too large. "
    "A good rate lies where the loss falls. Nothing of it is kept."
)
NO_SUGGESTION = (
    "The loss hardly fell at any rate, so nothing is suggested. Check the data and the network, or "
    "choose a larger batch size: it makes the curve smoother."
)
Points = list[tuple[float, float]]  # rate and loss

_RULES = {
    "valley": ("Valley", "In the longest descent of the loss. The usual choice."),
    "steepest": ("Steepest", "Where the loss falls fastest. Careful."),
    "minimum": ("Minimum / 10", "A tenth of the rate with the lowest loss. Bold."),
}
# Losses that rise above the first one by more than the curve falls would flatten all others.
_MAX_RISE = 1.0


def rule_texts(suggestion: Suggestion) -> tuple[str, str]:
    """Return the text of a choice and its tooltip."""
    name, explanation = _RULES[suggestion.rule]
    return f"{name}  {rate_text(suggestion.rate)}", explanation


def rate_text(rate: float) -> str:
    """Return a learning rate in at most two significant figures: "0.0033", "3.3e-05"."""
    return f"{rate:.2g}"


def take_text(rate: float) -> str:
    """Return the text of the button that takes a rate over into the form."""
    return f"Use {rate_text(rate)}"


def result_text(curve: RateCurve, config: TrainConfig) -> str:
    """Return how the curve was made, and the rate that the form has."""
    steps = count(len(curve.losses), "step")
    end = "until the loss diverged" if curve.diverged else "to the largest rate"
    where = f"{curve.device.upper()}, {curve.precision}" if curve.device else ""
    made = f"{steps} in {duration(curve.seconds)} {end}"
    return f"{made} ({where}). The form has {rate_text(config.optim.lr)}."


def visible_points(curve: RateCurve) -> tuple[Points, Points]:
    """Return the losses and the smoothed losses as far as they do not diverge."""
    smoothed = list(zip(curve.rates, curve.smoothed, strict=True))
    if not smoothed:
        return [], []
    first, lowest = curve.smoothed[0], min(curve.smoothed)
    limit = first + _MAX_RISE * max(first - lowest, 0.1 * abs(first))
    bottom = curve.smoothed.index(lowest)
    end = next((i for i, (_, loss) in enumerate(smoothed) if i > bottom and loss > limit), None)
    losses = zip(curve.rates[:end], curve.losses[:end], strict=True)
    return [point for point in losses if point[1] <= limit], smoothed[:end]
