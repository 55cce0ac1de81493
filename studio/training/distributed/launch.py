"""What torchrun tells a process about itself and the others."""

import os
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Launch:
    """This is process `rank` of `size`, and `local_rank` of `local_size` on its machine.

    `id` stays the same when torchrun starts all processes again, as it has done `restarts` times.
    """

    id: str
    rank: int
    size: int
    local_rank: int
    local_size: int
    restarts: int = 0


def find_launch(environ: Mapping[str, str] = os.environ) -> Launch | None:
    """See https://docs.pytorch.org/docs/stable/elastic/run.html#environment-variables.

    None for a process that trains alone.
    """
    if "TORCHELASTIC_RUN_ID" not in environ or environ["WORLD_SIZE"] == "1":
        return None
    return Launch(
        # Some ways to start give every job the id “none”: the parent is torchrun itself.
        f"{environ['TORCHELASTIC_RUN_ID']} {environ['MASTER_ADDR']} {os.getppid()}",
        rank=int(environ["RANK"]),
        size=int(environ["WORLD_SIZE"]),
        local_rank=int(environ["LOCAL_RANK"]),
        local_size=int(environ["LOCAL_WORLD_SIZE"]),
        restarts=int(environ["TORCHELASTIC_RESTART_COUNT"]),
    )
