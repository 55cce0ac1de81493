"""Texts of the dialog that plans a sweep. No Qt here."""

from collections.abc import Sequence

from studio.config import Setting
from studio.formatting import count, listed, rough_duration
from studio.insight.sweep.values import describe_values
from studio.ui.train.sweep.sweep_draft import Cost

TITLE = "Plan a sweep"
INTRODUCTION = (
    "Trains the settings of the form with other values and several seeds, one training after the "
    "other. The test split stays closed until you open it for the best combination."
)
GRID_TIP = "Train every combination of the values."
RANDOM_TIP = (
    "Draw combinations at random. With two or three settings this finds good values in fewer "
    "trainings than a grid."
)
NO_SETTING = "Choose a setting, or train several seeds of the same settings."
CHECKING = "Checking…"
NO_TIME = "How long a training takes is not known yet: it is measured while the program is idle."
_MOST_SEEDS_LISTED = 6


def count_text(cost: Cost) -> str:
    """Return what will be trained: "9 combinations × 3 seeds = 27 trainings · about 14 min"."""
    factors = [count(cost.combinations, "combination")] if cost.combinations > 1 else []
    factors += [count(cost.seeds, "seed")] if cost.seeds > 1 else []
    trainings = count(cost.trainings, "training")
    product = f"{' × '.join(factors)} = {trainings}" if factors else trainings
    return f"{product} · {time_text(cost)}"


def time_text(cost: Cost) -> str:
    """Return how long it takes: "about 14 min", unless nothing was measured."""
    if cost.seconds is None:
        return "time not measured yet"
    prefix = "about" if cost.is_measured else "roughly"
    return f"{prefix} {rough_duration(cost.seconds)}"


def preview_text(cost: Cost) -> str:
    """Return the first combinations, one a line, and how many follow."""
    lines = [describe_values(values) for values in cost.first if values]
    more = cost.combinations - len(lines)
    if lines and more:
        lines.append(f"and {count(more)} more")
    return "\n".join(lines)


def seeds_text(seeds: Sequence[int]) -> str:
    """Return the seeds, and what so few of them cannot tell."""
    shown = [str(seed) for seed in seeds]
    if len(shown) > _MOST_SEEDS_LISTED:
        return f"{shown[0]} to {shown[-1]}"
    text = listed(shown)
    if len(shown) == 1:
        return f"{text}. A single one cannot tell a better value from chance."
    if len(shown) == 2:
        return f"{text}. Two give a very wide interval; three or more tell more."
    return text


def values_hint(known: Setting) -> str:
    """Return how the values of a setting are written; empty for plain numbers and choices."""
    unit = known.suffix.strip()
    return f"In {unit}." if unit and not known.choices else ""


def values_tip(known: Setting) -> str:
    """Return the tooltip of the values of a setting."""
    if known.choices:
        allowed = f"There are {listed([str(label) for label in known.choices.values()])}."
    else:
        allowed = f"Allowed: {known.range}." if known.range and known.scale == 1 else ""
    tip = f"Values of “{known.label}”, separated by commas. {values_hint(known)} {allowed}"
    return " ".join(tip.split())


def range_hint(known: Setting, is_log: bool) -> str:
    """Return how values are drawn from a range."""
    drawn = "Drawn evenly on a logarithmic scale." if is_log else "Drawn evenly."
    return f"{values_hint(known)} {drawn}".strip()
