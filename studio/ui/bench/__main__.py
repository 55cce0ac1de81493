"""A worker with a window: `python -m studio.ui.bench PART JOB`."""

import gc

# As the program itself does on its way to the first picture, which is measured here.
gc.disable()

import os  # noqa: E402
import sys  # noqa: E402

from studio.bench.workers.protocol import open_pipe, report_errors  # noqa: E402
from studio.bench.workload import Workload  # noqa: E402
from studio.errors import StudioError  # noqa: E402
from studio.runtime import limit_openmp_spinning  # noqa: E402


def main() -> None:
    """Measure what the command line says, in turns."""
    limit_openmp_spinning()
    say = open_pipe()
    part, workload = sys.argv[1], Workload.from_json(sys.argv[2])
    with report_errors(say):
        _ensure_platform()
        if part == "start":
            from studio.ui.bench.start import start

            start(workload, say)
        else:
            from studio.ui.bench.stage import perform

            perform(part, workload, say)


def _ensure_platform() -> None:
    """Without a display the window is drawn all the same, where nobody sees it."""
    from studio.ui.app import check_display

    try:
        check_display()
    except StudioError:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"


if __name__ == "__main__":
    main()
