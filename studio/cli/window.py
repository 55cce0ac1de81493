"""Opens the window, past everything that only commands need."""

import gc


def open_window() -> int:
    """Stay until the window is closed. Returns the exit code; raises StudioError without a display.

    Nothing made on the way to the first picture is garbage, so none is looked for until the
    window's own collector does.
    """
    gc.disable()
    from studio.ui.app import run

    return run()
