"""Set up VGG Studio and open it.

python3 packaging/quickstart.py              install into .venv, then open the window
python3 packaging/quickstart.py test         install, then run all checks and tests
python3 packaging/quickstart.py ARGUMENTS... install, then run: vgg-studio ARGUMENTS...

Needs only Python 3.11 to 3.13. It can be run again; the second time it takes seconds.
"""
# These files must also load on older Pythons, to report that they are too old: annotations that
# those cannot evaluate are quoted.

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
from terminal import SetupError, say, say_error

ROOT = Path(__file__).resolve().parents[1]
NO_DISPLAY = f"""There is no display for the window: neither DISPLAY nor WAYLAND_DISPLAY is set.
{qt_libraries.WITHOUT_A_WINDOW}"""


def main(arguments: "list[str]") -> int:
    """Run the command line and return the exit status."""
    if arguments in (["-h"], ["--help"]):
        say((__doc__ or "").strip())
        return 0
    try:
        return _run(arguments)
    except SetupError as error:
        say_error(str(error))
        return 1
    except KeyboardInterrupt:
        say_error("Interrupted. Run the same command again to continue.")
        return 130


def _run(arguments: "list[str]") -> int:
    interpreter.require_supported()
    testing = arguments == ["test"]
    venv = installation.prepare(ROOT, "dev" if testing else "")
    if testing:
        qt_libraries.require(venv, dict(os.environ, QT_QPA_PLATFORM="offscreen"))
        return checks.run_all(venv, ROOT)
    if not arguments:
        require_display(sys.platform, os.environ)
        qt_libraries.require(venv, dict(os.environ))
    return replace_process([str(venv.script("vgg-studio")), *arguments])


def require_display(platform: str, env: "Mapping[str, str]") -> None:
    """Raise SetupError when there is no display for a window."""
    wanted = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    if platform.startswith("linux") and not any(env.get(name) for name in wanted):
        raise SetupError(NO_DISPLAY)


def replace_process(command: "list[str]") -> int:
    """Replace this process by the command, which then receives signals and Ctrl-C itself."""
    sys.stdout.flush()
    if os.name == "posix":
        os.execv(command[0], command)
    # Windows has no exec: wait for the child and leave Ctrl-C to it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return subprocess.call(command)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
