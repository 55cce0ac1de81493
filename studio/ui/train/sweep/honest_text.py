"""Texts of the card with the number to report. No Qt here."""

from collections.abc import Sequence
from dataclasses import dataclass

from studio.formatting import count, percent
from studio.insight.sweep.honest import HonestNumber
from studio.ui.train.sweep.sweep_rows import SweepRow

OPEN = "Open the test split…"
QUESTION = "Open the test split?"
STAY = "Not yet"


@dataclass(frozen=True)
class HonestCardText:
    """What the card shows; an empty `action` hides its button, `can_open` enables it."""

    body: str
    figure: str = ""
    interval: str = ""
    action: str = ""
    can_open: bool = False


def before_text(
    rows: Sequence[SweepRow], best: SweepRow | None, to_come: int, untrained: int
) -> HonestCardText:
    """Return why there is no number yet, and what it takes to get it.

    `to_come` trainings run or wait in the queue, `untrained` ones do not.
    """
    if to_come:
        return HonestCardText(
            f"{count(to_come, 'training')} to go. The test split stays closed until the choice is "
            "final: looking at it earlier would make the number too high.",
            action=OPEN,
        )
    if best is None:
        return HonestCardText(
            "No combination has finished with all of its seeds, so there is nothing to report.",
            action=OPEN,
        )
    missing = f" {count(untrained, 'training')} will be missing." if untrained else ""
    return HonestCardText(
        f"{_chosen(rows, best)} Its validation accuracy of {percent(best.mean)} was used to "
        "choose, so it is a little too high. The test split gives the number to report."
        f"{missing}",
        action=OPEN,
        can_open=True,
    )


def _chosen(rows: Sequence[SweepRow], best: SweepRow) -> str:
    if len(rows) == 1:
        return f"{count(len(best.seeds), 'training')} with the same settings."
    return f"Best of {len(rows)} by validation accuracy: {best.title}."


def after_text(number: HonestNumber) -> HonestCardText:
    """Return the number with what it covers."""
    accuracy = number.test_accuracy
    of_what = "one seed" if accuracy.is_of_samples else count(len(number.seeds), "seed")
    interval = (
        f"95 % interval {percent(accuracy.low)} to {percent(accuracy.high)}\n"
        f"{of_what}, {count(number.samples, 'test sample')}"
    )
    return HonestCardText(
        "\n".join(number.text[1:]), figure=percent(accuracy.mean), interval=interval
    )


def question_text(best: SweepRow) -> str:
    """Return what opening the test split costs."""
    runs = count(len(best.seeds), "run")
    return (
        f"The {runs} of “{best.title}” will be evaluated on the test split, and the opening is "
        "recorded. Do it once, when all choices are made: a setting that is changed after a look "
        "at the test accuracy fits the test samples, and the number no longer tells what new "
        "samples will give."
    )
