"""What an adaptation to the user's drawings changed, as it is kept with the adapted run."""

from pydantic import BaseModel, ConfigDict, ValidationError

from studio.errors import StudioError
from studio.files import read_regular, write_text
from studio.formatting import count, percent
from studio.insight.intervals import Proportion
from studio.runs import Run

FILE = "adaptation.json"
_MAX_BYTES = 4 << 20


class Figure(BaseModel):
    """A number of correct predictions among all."""

    model_config = ConfigDict(frozen=True)

    correct: int
    total: int

    @property
    def proportion(self) -> Proportion:
        """The same with its interval."""
        return Proportion(self.correct, self.total)


class AdaptationReceipt(BaseModel):
    """The figures before and after, and what the model was trained on.

    `drawings_before` and `drawings_after` count the same drawings. Each was predicted by a model
    that was adapted without it: `folds` models, each adapted to the other drawings. The adapted run
    itself is trained on all of them. `test_before` and `test_after` are of the test split of the
    model's own dataset. `trained_on` are the keys of the drawings. `blend` is how far the weights
    lie from the old ones (0) to the fine-tuned ones (1), None in a receipt of an earlier version.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    parent: str
    dataset: str
    drawings: int
    folds: int
    drawings_before: Figure
    drawings_after: Figure
    fixed: int
    broken: int
    test_before: Figure
    test_after: Figure
    seed: int
    steps: int
    seconds: float
    blend: float | None = None
    trained_on: tuple[str, ...]

    @property
    def test_change(self) -> float:
        """The change of the test accuracy as a fraction; negative for a loss."""
        return self.test_after.proportion.value - self.test_before.proportion.value

    @property
    def lines(self) -> tuple[str, ...]:
        """The receipt in words."""
        test_before, test_after = self.test_before.proportion, self.test_after.proportion
        return (
            *self._drawings_lines(),
            f"On the {self.dataset} test split: {percent(test_before.value, 2)} before, "
            f"{percent(test_after.value, 2)} after ({self.test_change * 100:+.2f} points, "
            f"{count(test_after.total, 'sample')}).",
        )

    def _drawings_lines(self) -> tuple[str, ...]:
        before, after = self.drawings_before.proportion, self.drawings_after.proportion
        if not after.total:
            return ("The model was trained on all of your drawings before: they say nothing.",)
        return (
            f"On your drawings: {before.count} of {before.total} before, {after.count} of "
            f"{after.total} after ({interval_text(after)}); {self.fixed} fixed, "
            f"{self.broken} broken.",
            f"Each of them was predicted by a model adapted without it, {self.folds} models in "
            "all. The new run is trained on all of them.",
        )


def interval_text(proportion: Proportion) -> str:
    """Return “90 %, 95 % interval 74 to 97 %” for a proportion."""
    low, high = proportion.interval
    return f"{percent(proportion.value, 1)}, 95 % interval {percent(low, 0)} to {percent(high, 0)}"


def write_receipt(run: Run, receipt: AdaptationReceipt) -> None:
    """Write the receipt into the run folder. Raises OSError."""
    write_text(run.path / FILE, receipt.model_dump_json(indent=1))


def read_receipt(run: Run) -> AdaptationReceipt | None:
    """Return the receipt of an adapted run, None for any other."""
    try:
        return AdaptationReceipt.model_validate_json(read_regular(run.path / FILE, _MAX_BYTES))
    except (OSError, ValidationError, ValueError, StudioError):
        return None
