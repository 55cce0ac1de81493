"""Texts about the queue of trainings. No Qt here."""

from collections.abc import Mapping, Sequence

from studio.formatting import UNKNOWN, count, rough_duration
from studio.recipes import Recipe
from studio.runs import run_title
from studio.runs.config_diff import differences, flat_settings
from studio.runs.training_queue import EntryState, QueueEntry

AS_THE_RECIPE = "As the recipe"
# A sweep leaves the test split closed in every trial.
_NOT_NAMED_IN_SWEEPS = "engine.test_at_end"
_STATES = {
    EntryState.WAITING: "Waits",
    EntryState.RUNNING: "Training",
    EntryState.FINISHED: "Finished",
    EntryState.FAILED: "Failed",
    EntryState.DIVERGED: "Diverged",
    EntryState.STOPPED: "Stopped",
}


def waiting_text(number: int) -> str:
    """Return "1 training waits" or "3 trainings wait"."""
    return f"{count(number, 'training')} {'waits' if number == 1 else 'wait'}"


def state_text(entry: QueueEntry) -> str:
    """Return the state of an entry: "Waits", "Training", "Failed"."""
    return "Resumes" if entry.is_waiting and entry.resume else _STATES[entry.state]


def details_text(entry: QueueEntry, recipe: Recipe | None) -> str:
    """Return why an entry failed, else what is changed in its recipe: "Learning rate 0.01"."""
    if entry.has_ended and entry.reason:
        return entry.reason
    origin = entry.resume or entry.parent
    verb = "Resumes" if entry.resume else "Follows"
    parts = [f"{verb} {run_title(origin)}"] if origin else []
    return ". ".join([*parts, _changes(entry, recipe)])


def _changes(entry: QueueEntry, recipe: Recipe | None) -> str:
    if recipe is None:
        return f"Recipe {entry.config.recipe}"
    first, second = flat_settings(recipe.config), flat_settings(entry.config)
    if entry.sweep:
        first.pop(_NOT_NAMED_IN_SWEEPS, None)
        second.pop(_NOT_NAMED_IN_SWEEPS, None)
    changes = [f"{d.setting} {d.second}" for d in differences(first, second)]
    return ", ".join(changes) or AS_THE_RECIPE


def time_text(seconds: float | None) -> str:
    """Return a forecast: "12 s"; a dash where there is none."""
    return UNKNOWN if seconds is None else rough_duration(seconds)


def summary_text(
    entries: Sequence[QueueEntry], forecasts: Mapping[str, float | None], is_held: bool
) -> str:
    """Return "3 trainings wait · about 14 min"; `forecasts` are in seconds, by entry."""
    waiting = [entry for entry in entries if entry.is_waiting]
    if not waiting:
        ended = sum(entry.has_ended for entry in entries)
        return f"{count(ended, 'training')} ended" if ended else "The last training runs"
    held = "Held: " if is_held else ""
    times = [forecasts.get(entry.id) for entry in waiting]
    known = [seconds for seconds in times if seconds is not None]
    parts = [held + waiting_text(len(waiting))]
    if known:
        parts.append(f"about {rough_duration(sum(known))}")
    if known and len(known) < len(times):
        parts[-1] += f", and {len(times) - len(known)} of unknown length"
    return " · ".join(parts)
