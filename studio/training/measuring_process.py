"""Run a measurement with torch in a child process, which can be ended at any moment.

The random generators, the threads and the memory of this process stay as they are. No torch here.
"""

from collections.abc import Mapping
from typing import Any

from studio.callbacks import OnProgress, ShouldStop
from studio.errors import IsolationError, StudioError
from studio.isolation import Limits, run_isolated


def run_measurement(
    function: str,
    arguments: Mapping[str, Any],
    on_progress: OnProgress,
    should_stop: ShouldStop,
    limits: Limits = Limits(),  # noqa: B008 - it is frozen
) -> Any:
    """Call `function`, “package.module:name”, in a child process, as `run_isolated` does.

    Raises the StudioError that it raises, StudioError when the child crashes or is killed, and
    Stopped within half a second.
    """
    try:
        return run_isolated(function, arguments, limits, on_progress, should_stop)
    except IsolationError as error:
        hints = {
            "memory": "Use a smaller batch size, model or image size.",
            "time": "Use a smaller model or image size.",
        }
        failed = StudioError(
            "The measurement ended before it had a result.",
            hints.get(error.reason, "Try again, with a smaller batch size if it repeats."),
        )
        for note in getattr(error, "__notes__", ()):
            failed.add_note(note)
        raise failed from error
