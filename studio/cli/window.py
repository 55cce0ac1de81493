"""Opens the window without importing what only commands need."""

from studio.runtime import pause_garbage_collection


def open_window(is_program: bool = False) -> int:
    """Run the window until it is closed, and return the exit code; a program ends instead.

    Automatic garbage collection is off: the start creates no garbage, and later the window collects
    in its own thread. Raises StudioError without a display.
    """
    pause_garbage_collection()
    from studio.ui.app import run

    return run(is_program=is_program)
