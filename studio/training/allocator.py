"""How glibc treats freed memory while a network trains on the processor."""

import ctypes
import sys
from contextlib import suppress
from functools import cache

import torch

# Of mallopt in glibc's malloc.h.
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
_NEVER = 2**31 - 1
# What glibc itself rises to when large blocks come and go; from there it rises no further.
_USUAL = 32 << 20


def keep_pages() -> None:
    """Keep freed memory in the process, as the next step asks for as much again.

    Otherwise large tensors go back to the system, which clears their pages each time they return:
    a third to three quarters of a validation's time. Does nothing where there is no glibc.
    """
    _set_thresholds(_NEVER, _NEVER)


def give_back() -> None:
    """Return what is free to the system and to the GPU, and treat later blocks as usual.

    Called by the thread that trained: it has a heap of its own, looked through when it frees.
    """
    if libc := _glibc():
        _set_thresholds(_NEVER, 0)
        bytearray(1 << 20)
        libc.malloc_trim(0)
        _set_thresholds(_USUAL, 2 * _USUAL)
    if torch.cuda.is_initialized():  # type: ignore[no-untyped-call]
        with suppress(RuntimeError):  # after a failure of the device, which says more
            torch.cuda.empty_cache()


def _set_thresholds(map_from: int, trim_from: int) -> None:
    if libc := _glibc():
        # Older ones take no more than their own limit.
        if not libc.mallopt(_MMAP_THRESHOLD, map_from):
            libc.mallopt(_MMAP_THRESHOLD, min(map_from, _USUAL))
        libc.mallopt(_TRIM_THRESHOLD, trim_from)


@cache
def _glibc() -> ctypes.CDLL | None:
    """The C library of the process if it has these settings: musl and other systems' have not."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)
    return libc if hasattr(libc, "mallopt") and hasattr(libc, "malloc_trim") else None
