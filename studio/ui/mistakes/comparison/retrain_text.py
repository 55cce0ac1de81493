"""The texts about training with label fixes. No Qt."""

from typing import TYPE_CHECKING

from studio.data.overlay import Fixes
from studio.errors import StudioError
from studio.formatting import count, number
from studio.insight.retraining import Retraining, RetrainMode

if TYPE_CHECKING:
    from studio.insight import Evaluation

MODES: dict[RetrainMode, str] = {
    "finetune": "Fine-tune this model",
    "retrain": "Retrain from new weights",
}
_EXPLANATIONS: dict[RetrainMode, str] = {
    "finetune": "Quick, and the model keeps what it has learned. Some of what changes comes from "
    "training longer, not from the fixes.",
    "retrain": "As long as the first training, with the same settings and seed, so that only the "
    "fixes differ.",
}


def mode_text(mode: RetrainMode, plan: Retraining | StudioError | None) -> str:
    """What a mode does and how long it is, or why it is not possible; None while not known."""
    if isinstance(plan, StudioError):
        return str(plan)
    explanation = _EXPLANATIONS[mode]
    if plan is None:
        return explanation
    shown = plan.config.length_text
    return f"{shown} at a learning rate of {number(plan.config.optim.lr)}. {explanation}"


def count_text(fixes: Fixes) -> str:
    """What was changed: "4 label fixes: 3 relabeled, 1 excluded", in all splits."""
    counts = {
        "relabeled": sum(fix.label is not None for fix in fixes.values()),
        "excluded": sum(fix.excluded for fix in fixes.values()),
        "ambiguous": sum(fix.ambiguous for fix in fixes.values()),
    }
    shown = ", ".join(f"{number:,} {word}" for word, number in counts.items() if number)
    if not shown:
        return "No label was changed and no sample excluded."
    return f"{count(sum(counts.values()), 'label fix', 'label fixes')}: {shown}."


def describe_test_fixes(fixes: Fixes, evaluation: "Evaluation | None") -> str:
    """Warn when fixes can change no training: all of them concern test samples; else empty."""
    changed = [sample for sample, fix in fixes.items() if fix.label is not None or fix.excluded]
    if evaluation is None or evaluation.split != "test" or not changed:
        return ""
    if (evaluation.find_positions(changed) < 0).any():
        return ""
    return (
        "All of them concern test samples, which no model is trained on: they change what is "
        "counted, not what is learned. Label issues finds wrong labels among training samples."
    )


def button_state(fixes: Fixes, is_trained: bool, error: str) -> tuple[bool, str]:
    """Whether the button is enabled, and its tooltip.

    `is_trained` says that the run shown was trained with exactly these fixes; `error` why they are
    not saved.
    """
    if error:
        return False, f"The fixes are not saved: {error}"
    if is_trained and fixes:
        return False, "This run was trained with these fixes."
    if is_trained:
        return False, "Relabel or exclude samples first, then train with what you changed."
    return True, "Fine-tune or retrain this run with the fixes, then see what they changed."
