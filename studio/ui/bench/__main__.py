"""A worker with a window: `python -m studio.ui.bench PART JOB`."""

import os
import sys

from studio.bench.job import Job
from studio.bench.turns import errors_said, open_pipe
from studio.errors import StudioError


def main() -> None:
    """Measure what the command line says, in turns."""
    say = open_pipe()
    part, job = sys.argv[1], Job.from_word(sys.argv[2])
    with errors_said(say):
        _ensure_platform()
        if part == "start":
            from studio.ui.bench.start import start

            start(job, say)
        else:
            from studio.ui.bench.stage import perform

            perform(part, job, say)


def _ensure_platform() -> None:
    """Without a display the window is drawn all the same, where nobody sees it."""
    from studio.ui.app import check_display

    try:
        check_display()
    except StudioError:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"


if __name__ == "__main__":
    main()
