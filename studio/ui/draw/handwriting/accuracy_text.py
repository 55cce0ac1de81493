"""What the figures about the user's drawings say, and what they cannot say. No Qt here."""

from typing import TYPE_CHECKING

from studio.formatting import count, percent

if TYPE_CHECKING:
    from studio.insight.handwriting import HandwritingEvaluation

FEW = 30  # with fewer drawings an interval is too wide to compare two models


def accuracy_text(evaluation: "HandwritingEvaluation | None") -> str:
    """Return “28 of 30 of your drawings correct · 93.3 %, 95 % interval 79 to 98 %”."""
    if evaluation is None:
        return "The model has not been tested on your drawings yet."
    accuracy = evaluation.accuracy
    if not accuracy.total:
        if evaluation.seen.any():
            return "This model was trained on all of your drawings: draw new ones to test it."
        return "This model knows none of the classes you drew."
    low, high = accuracy.interval
    return (
        f"{accuracy.count:,} of {accuracy.total:,} of your drawings correct · "
        f"{percent(accuracy.value)}, 95 % interval {percent(low, 0)} to {percent(high, 0)}"
    )


def seen_text(evaluation: "HandwritingEvaluation | None") -> str:
    """Return what is not counted, and a warning where the drawings are few."""
    if evaluation is None:
        return ""
    sentences = []
    unknown, seen = int((evaluation.labels < 0).sum()), evaluation.seen_accuracy
    if seen.total:
        sentences.append(
            f"{count(seen.total, 'drawing')} not counted, because this model was trained on "
            f"{'it' if seen.total == 1 else 'them'} ({seen.count:,} correct)."
        )
    if unknown:
        sentences.append(f"{count(unknown, 'drawing')} of classes that this model does not have.")
    if 0 < evaluation.accuracy.total < FEW:
        sentences.append("With so few drawings, small differences between models say nothing.")
    return " ".join(sentences)
