"""Every switch that changes the whole process, each with its reason and how to turn it off.

===========================  ================================  ===================================
Function                     What it changes                   Called by
===========================  ================================  ===================================
limit_openmp_spinning        how threads of torch wait         `studio.cli`, benchmark workers
keep_freed_memory            malloc keeps freed pages          start of a training
release_memory               malloc as before                  end of a training
suppress_warnings            warning filters                   `studio.data.image_files`
lower_thread_priority        nice level of a thread            `studio.ui.tasks`
pause_garbage_collection     automatic garbage collection      `studio.cli.window`, `studio.ui`
collect_garbage              collection in the GUI thread      `studio.ui.frame`
resume_garbage_collection    automatic garbage collection      end of the window
preserve_import_function     `builtins.__import__`             `studio.ui`
preload_torch_libraries      shared libraries of the process   `studio.ui.context`
===========================  ================================  ===================================

This module imports neither Qt nor torch. Switches of theirs are where they are used: threads and
cuDNN in `studio.training.backend`, the style sheet in `studio.ui.theme`, handlers of exceptions
and of Ctrl-C in `studio.ui.frame`.
"""

import builtins
import ctypes
import gc
import os
import sys
import threading
import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path

_WAIT_POLICY = "OMP_WAIT_POLICY"
_SPIN_COUNT = "GOMP_SPINCOUNT"  # of GNU OpenMP, which torch ships on Linux
_BRIEF_SPIN = "3000"  # iterations: 0.2 ms of processor time where it was measured

# Parameters of mallopt, from glibc's malloc.h.
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
_NEVER = 2**31 - 1
# The limit up to which glibc itself raises the threshold when large blocks are freed.
_DEFAULT_MAX_THRESHOLD = 32 << 20

_warnings_lock = threading.Lock()
_saved_filters = ExitStack()
_suppressing_threads = 0

NICE_LEVEL = 5

# A collection visits every tracked object: a million objects take a second.
MAX_YOUNG_OBJECTS = 2_000
MAX_COLLECTION_S = 0.01


def limit_openmp_spinning() -> None:
    """Let waiting threads of torch sleep soon. Call it before torch is loaded.

    By default they spin for milliseconds. As soon as another process computes, each of them waits
    for a thread that has no core. Sleeping at once costs a wake-up after every gap between two
    operations. Measured on 2 cores with 2 threads, as a multiple of the speed of sleeping at once,
    for Tiny VGG and Simple VGG: brief spinning 1.12 and 1.19 with both cores free, 0.95 and 0.88
    beside one busy process; ten times as long 1.16 and 1.55, and 0.63 and 0.39; the default 1.16
    and 1.77, and 0.52 and 0.47.

    To turn it off, set the environment variable OMP_WAIT_POLICY: it takes precedence.
    """
    if _WAIT_POLICY not in os.environ:
        os.environ[_WAIT_POLICY] = "passive"
        os.environ.setdefault(_SPIN_COUNT, _BRIEF_SPIN)


def default_openmp_environment(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return an environment without the OpenMP settings, for a process with the defaults."""
    return {
        name: value for name, value in environ.items() if name not in (_WAIT_POLICY, _SPIN_COUNT)
    }


def keep_freed_memory() -> None:
    """Let glibc keep freed memory in the process, because the next step needs as much again.

    Otherwise large tensors return to the system, which clears their pages each time they are
    allocated: a third to three quarters of the time of a validation. Without glibc this does
    nothing. `release_memory` undoes it.
    """
    _set_malloc_thresholds(_NEVER, _NEVER)


def release_memory() -> None:
    """Return free memory to the system, and restore the thresholds of glibc.

    Call it in the thread that trained: its heap is only trimmed when that thread frees a block.
    """
    if libc := _glibc():
        _set_malloc_thresholds(_NEVER, 0)
        bytearray(1 << 20)
        libc.malloc_trim(0)
        _set_malloc_thresholds(_DEFAULT_MAX_THRESHOLD, 2 * _DEFAULT_MAX_THRESHOLD)


def _set_malloc_thresholds(mmap_bytes: int, trim_bytes: int) -> None:
    if libc := _glibc():
        # Older versions of glibc refuse more than their own limit.
        if not libc.mallopt(_MMAP_THRESHOLD, mmap_bytes):
            libc.mallopt(_MMAP_THRESHOLD, min(mmap_bytes, _DEFAULT_MAX_THRESHOLD))
        libc.mallopt(_TRIM_THRESHOLD, trim_bytes)


@cache
def _glibc() -> ctypes.CDLL | None:
    """Return the C library of the process if it is glibc, which has these settings."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)
    return libc if hasattr(libc, "mallopt") and hasattr(libc, "malloc_trim") else None


@contextmanager
def suppress_warnings() -> Iterator[None]:
    """Ignore all Python warnings while any thread is inside the block.

    Image decoders warn about damaged files, which the program reports itself. Warning filters
    belong to the process, so the first thread saves them and the last one restores them:
    `warnings.catch_warnings` alone restores them in the wrong order when threads overlap.
    """
    global _suppressing_threads
    with _warnings_lock:
        if _suppressing_threads == 0:
            _saved_filters.enter_context(warnings.catch_warnings())
            warnings.simplefilter("ignore")
        _suppressing_threads += 1
    try:
        yield
    finally:
        with _warnings_lock:
            _suppressing_threads -= 1
            if _suppressing_threads == 0:
                _saved_filters.close()


def lower_thread_priority() -> bool:
    """Lower the priority of the calling thread and of the threads it starts, on Linux.

    The GUI thread then gets a core at once while a training uses all of them. Returns whether it
    was done: other systems have no such priority per thread, and some containers forbid it.
    """
    if sys.platform != "linux":
        return False
    try:
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE_LEVEL)
    except OSError:
        return False
    return True


def pause_garbage_collection() -> None:
    """Stop automatic collection of reference cycles, in all threads.

    Automatic collection runs in whichever thread allocates. In a worker thread it would destroy
    widgets that are part of a cycle, and Qt crashes when a widget is destroyed outside the GUI
    thread. `resume_garbage_collection` undoes it.
    """
    gc.disable()


def collect_garbage(new_modules: bool = False) -> None:
    """Collect the oldest generation that is due, as the automatic collection would.

    Objects that came with `new_modules` are frozen, never visited again: torch alone has half a
    million that stay. So is everything that survives a collection of more than 10 ms.
    """
    if new_modules and gc.get_count()[0] > MAX_YOUNG_OBJECTS:
        gc.freeze()
    counts, thresholds = gc.get_count(), gc.get_threshold()
    due = [age for age in (0, 1, 2) if counts[age] > thresholds[age]]
    started = time.perf_counter()
    if due:
        gc.collect(max(due))
    if time.perf_counter() - started > MAX_COLLECTION_S:
        gc.freeze()


def resume_garbage_collection() -> None:
    """Start automatic collection again, also of frozen objects."""
    gc.unfreeze()
    gc.enable()


@contextmanager
def preserve_import_function() -> Iterator[None]:
    """Restore Python's import function after the block, in which PySide6 is imported.

    PySide6 replaces it to support `from __feature__ import …`, which this program does not use.
    Its replacement makes each of thousands of import statements some 15 µs slower.
    """
    original = builtins.__import__
    try:
        yield
    finally:
        builtins.__import__ = original


def preload_torch_libraries() -> None:
    """Load the shared libraries of torch without the interpreter lock.

    `import torch` holds the lock while it loads them, and so stops the window: for more than a
    second on a slow disk. A foreign call releases it. None of the libraries calls Python while it
    is loaded. If one is missing, `import torch` reports it. On Windows this does nothing: there
    torch itself loads its libraries with foreign calls.
    """
    torch = None if sys.platform == "win32" else find_spec("torch")
    if torch is None or torch.origin is None:
        return
    dlopen = ctypes.CDLL(None).dlopen
    dlopen.argtypes, dlopen.restype = [ctypes.c_char_p, ctypes.c_int], ctypes.c_void_p
    folder = Path(torch.origin).parent / "lib"
    suffix = "dylib" if sys.platform == "darwin" else "so"
    # In the order and with the scopes of torch's own import.
    dlopen(os.fsencode(folder / f"libtorch_global_deps.{suffix}"), os.RTLD_NOW | os.RTLD_GLOBAL)
    dlopen(os.fsencode(folder / f"libtorch_python.{suffix}"), os.RTLD_NOW)
