"""The training engine. Importing `Trainer` imports torch; the events alone do not."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from studio.training.trainer import Trainer

__all__ = ["Trainer"]


def __getattr__(name: str) -> Any:
    # The window knows the events and the schedules long before torch is loaded behind it.
    if name == "Trainer":
        from studio.training.trainer import Trainer

        return Trainer
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
