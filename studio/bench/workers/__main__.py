"""A worker process that measures without a window: `python -m studio.bench.workers NAME WORKLOAD`.

Only the module that is needed is imported, so that no other one influences the measurement.
"""

import sys
from importlib import import_module

from studio.bench.workers.protocol import open_pipe, report_errors
from studio.bench.workload import Workload
from studio.runtime import limit_openmp_spinning

# Module and function of each worker.
WORKERS = {
    "training": ("workers.training", "train"),
    "complete-run": ("workers.training", "train_completely"),
    "timed-run": ("workers.training", "train_timed"),
    "evaluation": ("workers.evaluation", "evaluate"),
    "evaluation-and-training": ("workers.evaluation", "evaluate_while_training"),
    "adaptation": ("workers.adaptation", "adapt"),
    "label-issues": ("workers.label_issues", "search"),
    "nearest": ("workers.nearest", "search"),
    "plain": ("baselines.plain_training", "train"),
    "plain-epochs": ("baselines.plain_training", "train_epochs"),
    "keras-float32": ("baselines.keras_training", "train_float32"),
    "keras-bfloat16": ("baselines.keras_training", "train_bfloat16"),
}


def main() -> None:
    """Run the worker that the command line names, until no further measurement is requested."""
    send = open_pipe()
    with report_errors(send):
        module, function = WORKERS[sys.argv[1]]
        if module.startswith("workers."):
            limit_openmp_spinning()  # as the program itself does
        run = getattr(import_module(f"studio.bench.{module}"), function)
        run(Workload.from_json(sys.argv[2]), send)


if __name__ == "__main__":
    main()
