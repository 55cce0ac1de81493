"""The process of one GPU benchmark: `python -m studio.bench.gpu CONTEXT`, or `probe`."""

import faulthandler
import sys
import time
import traceback
from importlib import import_module
from typing import Any

from studio.bench.gpu.context import Reporter, RunContext, SkippedError
from studio.bench.gpu.plan import select_gpu_benchmarks
from studio.bench.workers.protocol import open_pipe
from studio.errors import StudioError
from studio.runtime import limit_openmp_spinning


def main() -> None:
    """Run the benchmark of the command line and report how it ended."""
    limit_openmp_spinning()
    send = open_pipe()
    if sys.argv[1] == "probe":
        send(probe_cuda())
        return
    context = RunContext.from_json(sys.argv[1])
    reporter = Reporter(send, context.rehearsal)
    # If the benchmark hangs, the log shows where.
    faulthandler.dump_traceback_later(max(1.0, context.deadline - time.time() - 1))
    try:
        (benchmark,) = select_gpu_benchmarks([context.benchmark])
        import_module(f"studio.bench.gpu.{benchmark.module}").measure(context, reporter)
        reporter.finish("done")
    except SkippedError as error:
        reporter.finish("skipped", str(error))
    except StudioError as error:
        reporter.finish("failed", str(error))
    except Exception as error:  # noqa: BLE001  # any failure belongs in the results
        traceback.print_exc()
        reporter.finish("failed", f"{type(error).__name__}: {error}"[:2000])
    finally:
        faulthandler.cancel_dump_traceback_later()


def probe_cuda() -> dict[str, Any]:
    """Return whether CUDA is `available`, and its devices, or the `reason` why it is not."""
    import torch

    facts: dict[str, Any] = {"torch": str(torch.__version__), "cuda": torch.version.cuda}
    if torch.version.cuda is None:
        return facts | {"available": False, "reason": "this torch was built without CUDA"}
    try:
        torch.cuda.init()  # type: ignore[no-untyped-call]
        devices = [
            torch.cuda.get_device_properties(index) for index in range(torch.cuda.device_count())
        ]
        nccl = torch.distributed.is_available() and torch.distributed.is_nccl_available()
        cudnn = torch.backends.cudnn.version()  # type: ignore[no-untyped-call]
    except (RuntimeError, AssertionError) as error:
        return facts | {"available": False, "reason": str(error).strip().splitlines()[0]}
    described = [
        {
            "name": device.name,
            "memory_bytes": device.total_memory,
            "capability": f"{device.major}.{device.minor}",
            "multiprocessors": device.multi_processor_count,
        }
        for device in devices
    ]
    available = {"available": True, "reason": "", "devices": described}
    return facts | available | {"cudnn": cudnn, "nccl": nccl}


if __name__ == "__main__":
    main()
