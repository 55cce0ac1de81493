"""Set up VGG Studio and open it.

python3 packaging/quickstart.py              install into .venv, then open the window
python3 packaging/quickstart.py test         install, then run every check and test
python3 packaging/quickstart.py WORDS...     install, then run: vgg-studio WORDS...

Needs Python 3.11 to 3.13 and nothing else. Safe to run again: the second time takes seconds.
"""
# The files here also load on older Pythons, to tell them that they are too old:
# annotations which those cannot evaluate are quoted.

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import checks
import installation
import interpreter
import qt_libraries
from words import CannotGoOnError, complain, say

ROOT = Path(__file__).resolve().parents[1]
NO_DISPLAY = f"""There is no display to open a window on: DISPLAY and WAYLAND_DISPLAY are not set.
{qt_libraries.WITHOUT_A_WINDOW}"""


def main(words: "list[str]") -> int:
    """Do what the words ask for and return the exit status."""
    if words in (["-h"], ["--help"]):
        say((__doc__ or "").strip())
        return 0
    try:
        return _go(words)
    except CannotGoOnError as error:
        complain(str(error))
        return 1
    except KeyboardInterrupt:
        complain("Stopped. Run the same command again to go on.")
        return 130


def _go(words: "list[str]") -> int:
    interpreter.require_supported()
    testing = words == ["test"]
    venv = installation.prepare(ROOT, "dev" if testing else "")
    if testing:
        qt_libraries.require(venv, dict(os.environ, QT_QPA_PLATFORM="offscreen"))
        return checks.run_all(venv, ROOT)
    if not words:
        require_display(sys.platform, os.environ)
        qt_libraries.require(venv, dict(os.environ))
    return hand_over([str(venv.script("vgg-studio")), *words])


def require_display(platform: str, env: "Mapping[str, str]") -> None:
    """Raise when a window could not be shown anywhere."""
    wanted = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    if platform.startswith("linux") and not any(env.get(name) for name in wanted):
        raise CannotGoOnError(NO_DISPLAY)


def hand_over(command: "list[str]") -> int:
    """Become the command, so that its Ctrl-C, its signals and its exit status are its own."""
    sys.stdout.flush()
    if os.name == "posix":
        os.execv(command[0], command)
    # Windows has no exec: wait, and leave Ctrl-C to the child.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return subprocess.call(command)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
