"""The process of one part: `python -m studio.bench.gpu TASK`, or `probe` for the device."""

import faulthandler
import sys
import time
import traceback
from importlib import import_module

from studio.bench.gpu.context import Task
from studio.bench.gpu.plan import select_gpu_benchmarks
from studio.bench.gpu.reporter import Reporter, SkippedError
from studio.bench.workers.protocol import open_pipe
from studio.errors import StudioError
from studio.runtime import limit_openmp_spinning


def main() -> None:
    """Run the part and say how it ended."""
    limit_openmp_spinning()
    say = open_pipe()
    if sys.argv[1] == "probe":
        from studio.bench.gpu.probe import probe_cuda

        say(probe_cuda())
        return
    task = Task.from_json(sys.argv[1])
    reporter = Reporter(say, task.rehearsal)
    # When it hangs, the log says where.
    faulthandler.dump_traceback_later(max(1.0, task.ends - time.time() - 1))
    try:
        _run(task, reporter)
        reporter.end("done")
    except SkippedError as error:
        reporter.end("skipped", str(error))
    except StudioError as error:
        reporter.end("failed", str(error))
    except Exception as error:  # noqa: BLE001  # what it is belongs into the results
        traceback.print_exc()
        reporter.end("failed", f"{type(error).__name__}: {error}"[:2000])
    finally:
        faulthandler.cancel_dump_traceback_later()


def _run(task: Task, reporter: Reporter) -> None:
    (part,) = select_gpu_benchmarks([task.part])
    import_module(f"studio.bench.gpu.{part.module}").measure(task, reporter)


if __name__ == "__main__":
    main()
