"""A worker that trains: `python -m studio.bench.rivals NAME JOB`."""

import sys
from importlib import import_module

from studio.bench.job import Job
from studio.bench.turns import errors_said, open_pipe
from studio.openmp import share_cores

# Only the module of the one that runs is imported: the others leave nothing in its process.
RIVALS = {
    "ours": ("ours", "train"),
    "ours-whole": ("ours", "train_whole"),
    "ours-evaluation": ("evaluation", "evaluate"),
    "ours-evaluation-beside": ("evaluation", "evaluate_beside_training"),
    "plain": ("plain", "train"),
    "plain-epochs": ("plain", "train_epochs"),
    "keras-float32": ("keras_loop", "train_float32"),
    "keras-bfloat16": ("keras_loop", "train_bfloat16"),
}


def main() -> None:
    """Train what the command line says, in turns."""
    say = open_pipe()
    with errors_said(say):
        module, function = RIVALS[sys.argv[1]]
        if module in ("ours", "evaluation"):
            share_cores()  # as the program itself does
        train = getattr(import_module(f"studio.bench.rivals.{module}"), function)
        train(Job.from_word(sys.argv[2]), say)


if __name__ == "__main__":
    main()
