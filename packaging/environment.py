"""The project's own .venv: whether it is whole, and how it is made."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import debian
from words import CannotGoOnError, say


class Environment:
    """One virtual environment and the stamp that says what is installed in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.scripts = folder / ("Scripts" if os.name == "nt" else "bin")
        self.stamp = folder / "vgg-studio-installed.txt"
        self.unfinished = folder / "vgg-studio-installing.txt"

    def script(self, name: str) -> Path:
        """Path of a command installed here, such as python or vgg-studio."""
        return self.scripts / (name + ".exe" if os.name == "nt" else name)

    def version(self) -> str:
        """Version of the Python in here; empty when it is broken, half made or lacks pip."""
        code = "import pip, sys; print(sys.version_info[:2])"
        command = [str(self.script("python")), "-I", "-c", code]
        try:
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        except OSError:
            return ""
        return done.stdout.decode().strip() if done.returncode == 0 else ""

    def has_torch(self) -> bool:
        """Whether the largest part is already here."""
        inside = ("lib/python*/site-packages/torch", "Lib/site-packages/torch")
        return any(found for pattern in inside for found in self.folder.glob(pattern))


def is_usable(venv: Environment) -> bool:
    """Whether the environment runs, on the same Python as this script, and was never cut short."""
    return venv.version() == str(sys.version_info[:2]) and not venv.unfinished.exists()


def create(venv: Environment) -> None:
    """Make the environment anew, throwing away what is left of a broken one."""
    require_venv_module()
    if venv.folder.exists():
        say(f"{venv.folder} is unfinished, broken or of another Python: making it anew.")
    command = [sys.executable, "-m", "venv", "--clear", str(venv.folder)]
    if subprocess.call(command) != 0:
        raise CannotGoOnError(f"Python could not make {venv.folder}; its own words stand above.")


def require_venv_module() -> None:
    """Raise, or on Debian as root mend it, when this Python came without venv or ensurepip."""
    if not lacks_venv():
        return
    package = "python{}.{}-venv".format(*sys.version_info[:2])
    debian.install([package], "This Python lacks the venv module.")
    if subprocess.call([sys.executable, "-c", "import ensurepip, venv"]) != 0:
        raise CannotGoOnError(f"{package} is installed, and Python still lacks venv.")


def lacks_venv() -> bool:
    """Whether a part is missing that some distributions package apart."""
    return not all(importlib.util.find_spec(name) for name in ("venv", "ensurepip"))
