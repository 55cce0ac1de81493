"""What CUDA is there, as torch sees it."""

from typing import Any

import torch


def probe_cuda() -> dict[str, Any]:
    """`available`, and what there is; else the `reason` why there is nothing."""
    facts: dict[str, Any] = {"torch": str(torch.__version__), "cuda": torch.version.cuda}
    if torch.version.cuda is None:
        return facts | {"available": False, "reason": "this torch was built without CUDA"}
    try:
        torch.cuda.init()  # type: ignore[no-untyped-call]
        return facts | {"available": True, "reason": "", "devices": _devices()} | _libraries()
    except (RuntimeError, AssertionError) as error:
        return facts | {"available": False, "reason": str(error).strip().splitlines()[0]}


def _devices() -> list[dict[str, Any]]:
    found = (torch.cuda.get_device_properties(i) for i in range(torch.cuda.device_count()))
    return [
        {
            "name": device.name,
            "memory_bytes": device.total_memory,
            "capability": f"{device.major}.{device.minor}",
            "multiprocessors": device.multi_processor_count,
        }
        for device in found
    ]


def _libraries() -> dict[str, Any]:
    nccl = torch.distributed.is_available() and torch.distributed.is_nccl_available()
    cudnn = torch.backends.cudnn.version()  # type: ignore[no-untyped-call]
    return {"cudnn": cudnn, "nccl": nccl}
