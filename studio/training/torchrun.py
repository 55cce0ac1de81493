"""The environment variables by which torchrun describes a process and its world."""

import os
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class TorchrunLaunch:
    """Process `rank` of `world_size`, and `local_rank` of `local_world_size` on its machine.

    `id` stays the same when torchrun restarts all processes, which it has done `restarts` times.
    """

    id: str
    rank: int
    world_size: int
    local_rank: int
    local_world_size: int
    restarts: int = 0


def read_torchrun_launch(environ: Mapping[str, str] = os.environ) -> TorchrunLaunch | None:
    """Return the launch that the environment describes; None for a process that trains alone.

    See https://docs.pytorch.org/docs/stable/elastic/run.html#environment-variables.
    """
    if "TORCHELASTIC_RUN_ID" not in environ or environ["WORLD_SIZE"] == "1":
        return None
    return TorchrunLaunch(
        # Some launchers give every job the id “none”; the parent process is torchrun itself.
        f"{environ['TORCHELASTIC_RUN_ID']} {environ['MASTER_ADDR']} {os.getppid()}",
        rank=int(environ["RANK"]),
        world_size=int(environ["WORLD_SIZE"]),
        local_rank=int(environ["LOCAL_RANK"]),
        local_world_size=int(environ["LOCAL_WORLD_SIZE"]),
        restarts=int(environ["TORCHELASTIC_RESTART_COUNT"]),
    )
