"""Two processes train a run with real collective operations; one of them has too little memory.

    python -m tests.training.distributed.out_of_memory RUNS_DIR RUN PORT

The processes are forked, so that torch is loaded once. POSIX only.
"""

import os
import sys
import traceback
from pathlib import Path

import torch

from studio.runs import RunStore
from studio.training import Trainer, train_step
from studio.training.distributed.torchrun_group import TorchrunGroup
from studio.training.torchrun import read_torchrun_launch

LIMIT = 40  # samples of a micro-batch
POOR_RANK = 1


def main() -> int:
    """Return 0 if both processes trained to the end."""
    torch.set_num_threads(1)
    pids = [fork(rank) for rank in (0, 1)]
    return int(any(os.waitpid(pid, 0)[1] for pid in pids))


def fork(rank: int) -> int:
    """Train in a child process; return its process id."""
    pid = os.fork()
    if pid == 0:
        try:
            train(rank)
        except BaseException:  # noqa: BLE001  # reported by the exit code
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return pid


def train(rank: int) -> None:
    """Train as torchrun's process `rank` of two would."""
    runs_dir, run_id, port = sys.argv[1:]
    os.environ |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port, "TORCHELASTIC_RUN_ID": "x"}
    os.environ |= {"RANK": str(rank), "LOCAL_RANK": str(rank)}
    os.environ |= {"WORLD_SIZE": "2", "LOCAL_WORLD_SIZE": "2", "TORCHELASTIC_RESTART_COUNT": "0"}
    if rank == POOR_RANK:
        limit_memory()
    run = RunStore(Path(runs_dir)).open(run_id)
    group = TorchrunGroup(read_torchrun_launch())
    Trainer(run.config, run, process_group=group).fit()
    group.close()


def limit_memory() -> None:
    """Let the last layer, behind batch norm and dropout, run out of memory in training."""
    build_model = train_step.build_model

    def check(layer: torch.nn.Module, inputs: tuple[torch.Tensor, ...]) -> None:
        if layer.training and len(inputs[0]) > LIMIT:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")

    def build(config: object) -> torch.nn.Module:
        model = build_model(config)
        model.layers[-1].register_forward_pre_hook(check)
        return model

    train_step.build_model = build


if __name__ == "__main__":
    sys.exit(main())
