"""Evaluation of a model: mistakes, calibration and saliency. Importing `evaluate` imports torch."""

from typing import TYPE_CHECKING, Any

from studio.insight.mistake_list import mistake_rows, write_mistakes

if TYPE_CHECKING:
    from studio.insight.evaluation import ClassScore, Evaluation, evaluate

__all__ = ["ClassScore", "Evaluation", "evaluate", "mistake_rows", "write_mistakes"]


def __getattr__(name: str) -> Any:
    # The Mistakes page exports lists without torch; only an evaluation needs it.
    if name in {"ClassScore", "Evaluation", "evaluate"}:
        from studio.insight import evaluation

        return getattr(evaluation, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
