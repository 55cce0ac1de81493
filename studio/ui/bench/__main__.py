"""A worker with a window: `python -m studio.ui.bench PART JOB`."""

import gc

# As the program itself does on its way to the first picture, which is measured here.
gc.disable()

import os  # noqa: E402
import sys  # noqa: E402

from studio.bench.job import Job  # noqa: E402
from studio.bench.turns import errors_said, open_pipe  # noqa: E402
from studio.errors import StudioError  # noqa: E402
from studio.openmp import share_cores  # noqa: E402


def main() -> None:
    """Measure what the command line says, in turns."""
    share_cores()
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
