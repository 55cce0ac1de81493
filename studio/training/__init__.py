"""Training of a run, from its configuration to its checkpoints.

Importing `Trainer` imports torch; importing events and schedules does not.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from studio.training.trainer import Trainer

__all__ = ["Trainer"]


def __getattr__(name: str) -> Any:
    # The window uses events and schedules before torch is loaded in the background.
    if name == "Trainer":
        from studio.training.trainer import Trainer

        return Trainer
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
