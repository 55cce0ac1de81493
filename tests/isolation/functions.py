"""What the tests let a child process do."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from studio.callbacks import OnProgress, ShouldStop
from studio.errors import ConfigError, DiskFullError, LayoutError, Stopped

ERRORS = {
    "config": ConfigError("optim.lr", "The learning rate is wrong.", "Choose another."),
    "layout": LayoutError("There are no classes.", "Make folders.", ("images: 3", "folders: 1")),
    "disk": DiskFullError("The disk is full.", "Make room.", 10**12, 5),
    "program": KeyError("a mistake of the program"),
}


def echo(*, on_progress: OnProgress, should_stop: ShouldStop, **arguments):
    return arguments


def fail(name: str, on_progress: OnProgress, should_stop: ShouldStop):
    raise ERRORS[name]


def hash_forever(on_progress: OnProgress, should_stop: ShouldStop):
    """Hold the interpreter lock for 2^60 steps, as a crafted pickle can."""
    value: tuple = ()
    for _ in range(60):
        value = value, value
    on_progress(0.5, str(os.getpid()))
    return hash(value)


def crash(on_progress: OnProgress, should_stop: ShouldStop):
    ctypes.string_at(0)


def end_by_signal(number: int, on_progress: OnProgress, should_stop: ShouldStop):
    os.kill(os.getpid(), number)
    signal.pause()


def allocate(size: int, on_progress: OnProgress, should_stop: ShouldStop):
    return len(bytearray(size))


def return_bytes(size: int, on_progress: OnProgress, should_stop: ShouldStop):
    return bytes(size)


def write_to_every_stream(on_progress: OnProgress, should_stop: ShouldStop):
    sys.stdout.write("Python's stdout\n")
    sys.stdout.flush()
    os.write(1, b"stdout\n" * 100_000)
    os.write(2, b"stderr\n" * 100_000)
    return sys.stdin.read()


def work_until_stopped(folder: str, on_progress: OnProgress, should_stop: ShouldStop):
    """Leave a file that says that it was told to stop, and then never end."""
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    on_progress(0.25, "started")
    while not should_stop():
        time.sleep(0.01)
    (Path(folder) / "stopped").touch()
    raise Stopped


def sleep_for_ever(on_progress: OnProgress, should_stop: ShouldStop):
    on_progress(0.5, str(os.getpid()))
    time.sleep(60)


def process_id(on_progress: OnProgress, should_stop: ShouldStop):
    return os.getpid()


def environment(name: str, on_progress: OnProgress, should_stop: ShouldStop):
    return os.environ.get(name), str(Path.cwd())


def imported_modules(on_progress: OnProgress, should_stop: ShouldStop):
    return sorted(sys.modules)
