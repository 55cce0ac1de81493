"""A worker process with a window: `python -m studio.ui.bench NAME WORKLOAD`."""

from studio.runtime import pause_garbage_collection

# As in the program itself: its time to the first painted window is measured here.
pause_garbage_collection()

import os  # noqa: E402
import sys  # noqa: E402

from studio.bench.workers.protocol import open_pipe, report_errors  # noqa: E402
from studio.bench.workload import Workload  # noqa: E402
from studio.errors import StudioError  # noqa: E402
from studio.runtime import limit_openmp_spinning  # noqa: E402


def main() -> None:
    """Run the benchmark that the command line names, until no further one is requested."""
    limit_openmp_spinning()
    send = open_pipe()
    name, workload = sys.argv[1], Workload.from_json(sys.argv[2])
    with report_errors(send):
        _ensure_platform()
        if name == "start":
            from studio.ui.bench.startup import run_program

            run_program(workload, send)
        else:
            from studio.ui.bench.runner import run_window_benchmark
            from studio.ui.context import StudioContext

            StudioContext.measures_speed = False  # it would disturb what is measured here
            run_window_benchmark(name, workload, send)


def _ensure_platform() -> None:
    """Draw the window offscreen if there is no display."""
    from studio.ui.app import check_display

    try:
        check_display()
    except StudioError:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"


if __name__ == "__main__":
    main()
