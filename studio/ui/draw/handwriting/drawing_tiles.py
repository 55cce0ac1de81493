"""The stored drawings as tiles of a grid, each with what the model predicts for it. No Qt here."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from studio.data.handwriting.sample import HandwritingSample
from studio.formatting import percent

if TYPE_CHECKING:
    from studio.insight.handwriting import HandwritingEvaluation

_REDUCTION = 2  # 280 px to 140 px, as large as a tile is shown


@dataclass(frozen=True)
class Outcome:
    """What a model predicts for a drawing; `is_seen` if it was trained on it."""

    predicted: str
    confidence: float
    is_correct: bool
    is_known: bool
    is_seen: bool


class DrawingTiles:
    """Drawings in the order of their classes, uint8 [M, 1, h, w], 255 = stroke."""

    def __init__(
        self,
        samples: tuple[HandwritingSample, ...],
        pixels: NDArray[np.uint8],
        evaluation: "HandwritingEvaluation | None" = None,
    ) -> None:
        order = sorted(range(len(samples)), key=lambda n: (_sort_key(samples[n].label), n))
        self.samples = tuple(samples[n] for n in order)
        side = pixels.shape[1] // _REDUCTION
        kept = pixels[order] if order else pixels
        small = kept.reshape(len(order), side, _REDUCTION, side, _REDUCTION).max(axis=(2, 4))
        self.images: NDArray[np.uint8] = small[:, None]
        self._outcomes = outcomes(evaluation)

    def outcome(self, position: int) -> Outcome | None:
        """What the model predicts; None while it is not known for this label."""
        sample = self.samples[position]
        return self._outcomes.get((sample.id, sample.label))

    def caption(self, position: int) -> str:
        """Return "4 ✓", "4 → 9" or "4"."""
        label, outcome = self.samples[position].label, self.outcome(position)
        if outcome is None or not outcome.is_known:
            return label
        return f"{label} ✓" if outcome.is_correct else f"{label} → {outcome.predicted}"

    def details(self, position: int) -> tuple[str, ...]:
        """Return the confidence, and whether the model was trained on the drawing."""
        outcome = self.outcome(position)
        if outcome is None:
            return ("",)
        return ("trained on" if outcome.is_seen else percent(outcome.confidence, 0),)

    def description(self, position: int) -> str:
        """Return a sentence for tooltips and screen readers."""
        outcome = self.outcome(position)
        text = f"Drawing of {self.samples[position].label}"
        if outcome is None:
            return text
        text += f", predicted {outcome.predicted} ({percent(outcome.confidence)} confident)"
        if not outcome.is_known:
            return f"{text}. The model has no class of this name."
        return f"{text}. The model was trained on this drawing." if outcome.is_seen else text

    def longest_caption(self) -> str:
        """Return a caption that is about as long as most of them."""
        longest = max((sample.label for sample in self.samples), key=len, default="")
        return f"{longest} → {longest}"

    def find(self, label: str, predicted: str) -> list[int]:
        """Return the positions of the drawings of a label for which `predicted` is predicted."""
        return [
            position
            for position, sample in enumerate(self.samples)
            if sample.label == label
            and (found := self.outcome(position)) is not None
            and (found.predicted, found.is_seen) == (predicted, False)
        ]

    def is_wrong(self, position: int) -> bool:
        """Whether the model predicts another class than the label."""
        outcome = self.outcome(position)
        return outcome is not None and outcome.is_known and not outcome.is_correct


def outcomes(evaluation: "HandwritingEvaluation | None") -> dict[tuple[str, str], Outcome]:
    """Return the outcome of each drawing by its id and label."""
    if evaluation is None:
        return {}
    return {
        (sample.id, sample.label): Outcome(
            evaluation.class_names[int(evaluation.predicted[n])],
            float(evaluation.confidences[n]),
            bool(evaluation.correct[n]),
            bool(evaluation.labels[n] >= 0),
            bool(evaluation.seen[n]),
        )
        for n, sample in enumerate(evaluation.samples)
    }


def _sort_key(label: str) -> tuple[int, str]:
    return len(label), label


def counts_text(counts: dict[str, int], classes: tuple[str, ...]) -> str:
    """Return the number of drawings and of classes: "30 drawings · 3 of each class"."""
    total = sum(counts.values())
    if not total:
        return "No drawings yet"
    noun = "drawing" if total == 1 else "drawings"
    numbers = {counts.get(name, 0) for name in classes}
    if len(numbers) == 1:
        return f"{total:,} {noun} · {numbers.pop()} of each class"
    missing = [name for name in classes if not counts.get(name)]
    if missing and len(missing) <= 5:
        return f"{total:,} {noun} · none of {', '.join(missing)}"
    return f"{total:,} {noun} · {len(counts)} of {max(len(classes), len(counts))} classes"
