"""Texts of the view of a sweep. No Qt here."""

from collections.abc import Sequence

from studio.formatting import count, rough_duration
from studio.insight.sweep.sweep_file import SweepHeader
from studio.ui.train.sweep.sweep_rows import SweepRow

EMPTY_TITLE = "No sweep yet"
EMPTY_TEXT = (
    "A sweep trains the same settings with other values and several seeds, and shows which value "
    "is better than chance explains. It ends in a number that you can report."
)
EMPTY_ACTION = "Plan a sweep…"
NO_POINT = "The first point appears here when a training has ended."


def header_text(header: SweepHeader) -> str:
    """Return the entry of a list of sweeps: "Digits quickstart · 9 combinations · 27 Nov 14:05"."""
    if header.damage:
        return f"{header.id} (damaged)"
    created = f"{header.created:%d %b %Y, %H:%M}" if header.created else ""
    size = count(header.trials, "training")
    return " · ".join(text for text in (header.title, size, created) if text)


def progress_text(rows: Sequence[SweepRow]) -> str:
    """Return how far a sweep is: "18 of 27 trained · 1 failed · about 5 min left"."""
    states = [seed.state for row in rows for seed in row.seeds]
    done = states.count("finished")
    all_done = f"{count(done, 'training')} done"
    parts = [f"{done} of {len(states)} trained" if done < len(states) else all_done]
    ended_early = [(states.count(state), state) for state in ("failed", "diverged", "stopped")]
    parts += [f"{number} {state}" for number, state in ended_early if number]
    left = states.count("running") + states.count("waiting")
    trained = [(row.seconds, len(row.seed_values)) for row in rows if row.seconds]
    if left and trained:
        mean_s = sum(s * n for s, n in trained) / sum(n for _, n in trained)
        parts.append(f"about {rough_duration(mean_s * left)} left")
    return " · ".join(parts)


def continue_text(number: int) -> str:
    """Return the text of the button that queues what is not trained yet; empty for nothing."""
    return f"Train the remaining {number}" if number else ""
