"""What an adaptation changed, as two figures and a note. No Qt here."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from studio.formatting import count, percent

if TYPE_CHECKING:
    from studio.insight.adaptation_receipt import AdaptationReceipt


@dataclass(frozen=True)
class ReceiptFigure:
    """A figure before and after: what it is of, its change, and details."""

    title: str
    change: str
    details: str


def receipt_figures(receipt: "AdaptationReceipt") -> tuple[ReceiptFigure, ReceiptFigure]:
    """The figures of the user's drawings and of the model's own test split."""
    before, after = receipt.test_before.proportion, receipt.test_after.proportion
    test = ReceiptFigure(
        f"{receipt.dataset} test split",
        f"{percent(before.value, 2)} → {percent(after.value, 2)}",
        f"{receipt.test_change * 100:+.2f} points · {count(after.total, 'sample')}",
    )
    return _drawings(receipt), test


def receipt_note(receipt: "AdaptationReceipt") -> str:
    """What the figures can tell, and what to do next."""
    before, after = receipt.drawings_before, receipt.drawings_after
    if not after.total:
        return "Draw new ones to test the new run."
    method = "Each drawing was predicted by a model adapted without it."
    if after.correct <= before.correct < before.total:
        return f"{method} It reads you no better than before: keep the old model, or draw more."
    return f"{method} The new run is trained on all of them: draw new ones to test it."


def _drawings(receipt: "AdaptationReceipt") -> ReceiptFigure:
    title, after = "Your drawings", receipt.drawings_after
    if not after.total:
        return ReceiptFigure(title, "–", "The model was trained on all of them before")
    low, high = after.proportion.interval
    details = [
        f"{receipt.fixed} fixed, {receipt.broken} broken",
        f"95 % interval {percent(low, 0)} to {percent(high, 0)}",
    ]
    if other := receipt.drawings - after.total:
        details.append(f"{other} not counted, trained on before")
    change = f"{receipt.drawings_before.correct} → {after.correct} of {after.total} correct"
    return ReceiptFigure(title, change, " · ".join(details))
