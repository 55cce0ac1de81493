"""How much of a device's memory pictures may take."""

import os

import psutil
import torch

# Of what is free; the rest is for the network, its activations and whatever else runs.
_SHARE = 0.5


def room_for_rows(device: str) -> int:
    """Bytes that a part of a set may take on a device when it is placed there."""
    if device.startswith("cuda"):
        return int(_SHARE * torch.cuda.mem_get_info(device)[0])
    # The processes of one training share the memory of their machine.
    sharers = int(os.environ.get("LOCAL_WORLD_SIZE", "1"))
    return int(_SHARE * psutil.virtual_memory().available) // sharers
