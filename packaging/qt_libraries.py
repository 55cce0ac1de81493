"""Finds system libraries that Qt needs on Linux and names their Debian packages."""

import re
import subprocess
from typing import NamedTuple

import debian
from environment import Environment
from terminal import SetupError

# Library -> Debian package. Qt itself links to the first table, its X11 and Wayland plugins to the
# others. They are searched only after Qt has failed to start.
QT = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libzstd.so.1": "libzstd1",
}
X11 = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
WAYLAND = {
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
}

WITHOUT_A_WINDOW = """Without a window, train from the command line:
  python3 packaging/quickstart.py train digits-quickstart"""

START = "from PySide6.QtWidgets import QApplication; QApplication([])"
FIND = """
import ctypes, sys
for name in sys.argv[1:]:
    try:
        ctypes.CDLL(name)
    except OSError:
        print(name)
"""


class Start(NamedTuple):
    """Result of starting Qt, with its error output."""

    succeeded: bool
    stderr: str


def require(venv: Environment, env: "dict[str, str]") -> None:
    """Make sure that Qt starts on the platform of `env`, installing packages where possible.

    Raises SetupError when it does not start.
    """
    start = start_qt(venv, env)
    if start.succeeded:
        return
    packages = missing_packages(venv, env, start.stderr)
    if packages:
        debian.install(packages, "A system library that Qt needs is missing.")
        start = start_qt(venv, env)
    if not start.succeeded:
        raise SetupError(failure_reason(start.stderr))


def start_qt(venv: Environment, env: "dict[str, str]") -> Start:
    """Start Qt in a child process: Qt aborts the process when it finds no platform."""
    command = [str(venv.script("python")), "-c", START]
    done = subprocess.run(command, env=env, capture_output=True)
    return Start(done.returncode == 0, done.stderr.decode(errors="replace"))


def missing_packages(venv: Environment, env: "dict[str, str]", stderr: str) -> "list[str]":
    """Packages of all missing libraries; Qt itself names only the first."""
    if not lacks_library(stderr):
        return []
    known = libraries_for(env)
    command = [str(venv.script("python")), "-c", FIND, *known]
    absent = subprocess.run(command, env=env, stdout=subprocess.PIPE).stdout.decode().split()
    return sorted({known[name] for name in absent})


def lacks_library(stderr: str) -> bool:
    """Whether Qt or its platform plugin could not be loaded."""
    plugin = "even though it was found" in stderr and not is_unreachable(stderr)
    return plugin or "cannot open shared object" in stderr


def libraries_for(env: "dict[str, str]") -> "dict[str, str]":
    """The libraries needed on the platform that `env` selects."""
    if env.get("QT_QPA_PLATFORM") in ("offscreen", "minimal"):
        return QT
    return {**QT, **X11, **(WAYLAND if env.get("WAYLAND_DISPLAY") else {})}


def is_unreachable(stderr: str) -> bool:
    """Whether Qt's plugin was loaded but could not connect to the display."""
    return "could not connect to display" in stderr


def failure_reason(stderr: str) -> str:
    """One line that says why Qt does not start."""
    if is_unreachable(stderr):
        return f"The display cannot be reached: DISPLAY may be wrong.\n{WITHOUT_A_WINDOW}"
    library = re.search(r"(\S+\.so[.\d]*): cannot open shared object", stderr)
    if library:
        return f"Qt needs the system library {library.group(1)}; install the package that holds it."
    lines = stderr.strip().splitlines() or ["it ended without an error message"]
    return f"Qt does not start: {lines[-1]}"
