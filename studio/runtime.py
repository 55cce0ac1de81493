"""Every switch that changes the whole process, each with its reason and how to turn it off.

- OpenMP: `limit_openmp_spinning`, called by `studio.cli` and the benchmarks' worker processes.
- malloc: `keep_freed_memory` at the start of a training, `release_memory` at its end.
- Warning filters: `suppress_warnings`, while `studio.data.image_files` decodes an image.
- Thread priority: `lower_thread_priority`, in the training thread of `studio.ui.tasks`.
- Process priority: `lower_process_priority`, in child processes that measure beside the window.
- Garbage collection: `pause_garbage_collection` when the window starts, `collect_garbage` by the
  timer of `studio.ui.frame.garbage_collector`, `resume_garbage_collection` when the window ends.
- Imports: `preserve_import_function`, around the import of PySide6 in `studio.ui`.
- Shared libraries: `preload_torch_libraries`, in `studio.ui.context`.

To turn off a switch that has no setting of its own, delete its call. This module imports neither
Qt nor torch; their own switches are where they are used: threads and cuDNN in `studio.training`,
the style sheet in `studio.ui`, handlers of exceptions and of Ctrl-C in `studio.ui.frame`.
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
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path

_WAIT_POLICY = "OMP_WAIT_POLICY"
_SPIN_COUNT = "GOMP_SPINCOUNT"  # of GNU OpenMP, which torch ships on Linux
_BRIEF_SPIN = "3000"  # iterations: 0.2 ms of processor time where it was measured


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
    changed = (_WAIT_POLICY, _SPIN_COUNT)
    return {name: value for name, value in environ.items() if name not in changed}


# Parameters of mallopt, from glibc's malloc.h.
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
_NEVER = 2**31 - 1
# The limit up to which glibc itself raises the threshold when large blocks are freed.
_DEFAULT_MAX_THRESHOLD = 32 << 20


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
    if libc := find_glibc():
        _set_malloc_thresholds(_NEVER, 0)
        bytearray(1 << 20)
        libc.malloc_trim(0)
        _set_malloc_thresholds(_DEFAULT_MAX_THRESHOLD, 2 * _DEFAULT_MAX_THRESHOLD)


def _set_malloc_thresholds(mmap_bytes: int, trim_bytes: int) -> None:
    if libc := find_glibc():
        # Older versions of glibc refuse more than their own limit.
        if not libc.mallopt(_MMAP_THRESHOLD, mmap_bytes):
            libc.mallopt(_MMAP_THRESHOLD, min(mmap_bytes, _DEFAULT_MAX_THRESHOLD))
        libc.mallopt(_TRIM_THRESHOLD, trim_bytes)


@cache
def find_glibc() -> ctypes.CDLL | None:
    """Return the C library of the process if it is glibc, which has these settings."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)
    return libc if hasattr(libc, "mallopt") and hasattr(libc, "malloc_trim") else None


_warnings_lock = threading.Lock()
_saved_filters = ExitStack()
_suppressing_threads = 0


@contextmanager
def suppress_warnings() -> Iterator[None]:
    """Ignore all Python warnings while any thread is inside the block.

    Image decoders warn about damaged files, which the program reports itself. Warning filters
    belong to the process: with `warnings.catch_warnings` alone, overlapping threads restore them
    in the wrong order. So the first thread saves them, and the last one restores them.
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


NICE_LEVEL = 5


def lower_thread_priority() -> None:
    """Raise the nice level of the calling thread and of the threads it starts, on Linux only.

    The GUI thread then gets a core at once while a training uses all of them. Where the system
    forbids it, this does nothing. Other systems have priorities of their own, which Qt sets.
    """
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE_LEVEL)


def lower_process_priority(level: int = NICE_LEVEL) -> None:
    """Let this process compute only where others leave processor time.

    `level` is the nice level on Linux and macOS; Windows has a class of its own for it. Where the
    system forbids it, this does nothing. To turn it off, delete its calls.
    """
    if os.name == "posix":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, 0, level)
        return
    import psutil

    with suppress(OSError, psutil.Error):
        psutil.Process().nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)


# A collection visits every tracked object: a million objects take a second.
MAX_YOUNG_OBJECTS = 2_000
MAX_COLLECTION_S = 0.01
_OLDEST = 2  # generation of the garbage collector


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
    million that stay. So are all objects if visiting those in use takes more than 10 ms.
    """
    if new_modules and gc.get_count()[0] > MAX_YOUNG_OBJECTS:
        gc.freeze()
    counts, thresholds = gc.get_count(), gc.get_threshold()
    due = [age for age in (0, 1, 2) if counts[age] > thresholds[age]]
    if due and _collect_s(max(due)) > MAX_COLLECTION_S:
        _freeze_what_stays()


def _freeze_what_stays() -> None:
    """Freeze all objects, unless the last collection took long because of garbage.

    What is frozen is never freed if it becomes part of a cycle later, such as the widgets of an
    open dialog. So this is only done when it saves time.
    """
    gc.collect()
    if _collect_s(_OLDEST) > MAX_COLLECTION_S:
        gc.freeze()


def _collect_s(generation: int) -> float:
    """Collect a generation; return the seconds that this thread computed."""
    started = time.thread_time()
    gc.collect(generation)
    return time.thread_time() - started


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
