"""The virtual environment of the project: checks and creation."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import debian
from terminal import SetupError, say


class Environment:
    """A virtual environment and the stamp file that records what is installed in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.scripts = folder / ("Scripts" if os.name == "nt" else "bin")
        self.stamp = folder / "vgg-studio-installed.txt"
        self.unfinished = folder / "vgg-studio-installing.txt"

    def script(self, name: str) -> Path:
        """Path of an installed command, such as python or vgg-studio."""
        return self.scripts / (name + ".exe" if os.name == "nt" else name)

    def version(self) -> str:
        """Version of its Python; empty when the environment is broken, incomplete or has no pip."""
        code = "import pip, sys; print(sys.version_info[:2])"
        command = [str(self.script("python")), "-I", "-c", code]
        try:
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        except OSError:
            return ""
        return done.stdout.decode().strip() if done.returncode == 0 else ""

    def has_torch(self) -> bool:
        """Whether torch, by far the largest download, is installed."""
        inside = ("lib/python*/site-packages/torch", "Lib/site-packages/torch")
        return any(found for pattern in inside for found in self.folder.glob(pattern))


def is_usable(venv: Environment) -> bool:
    """Whether the environment works, has this Python version, and no install was interrupted."""
    return venv.version() == str(sys.version_info[:2]) and not venv.unfinished.exists()


def create(venv: Environment) -> None:
    """Create the environment, replacing a broken one."""
    require_venv_module()
    if venv.folder.exists():
        say(f"{venv.folder} is broken or made by another Python version. Creating it again.")
    command = [sys.executable, "-m", "venv", "--clear", str(venv.folder)]
    if subprocess.call(command) != 0:
        raise SetupError(f"Python could not create {venv.folder}; see its output above.")


def require_venv_module() -> None:
    """Install Python's venv package if it is missing. Raises SetupError where that fails."""
    if not lacks_venv():
        return
    package = "python{}.{}-venv".format(*sys.version_info[:2])
    debian.install([package], "This Python has no venv module.")
    if subprocess.call([sys.executable, "-c", "import ensurepip, venv"]) != 0:
        raise SetupError(f"{package} is installed, but Python still has no venv module.")


def lacks_venv() -> bool:
    """Whether venv or ensurepip is missing; some distributions package them separately."""
    return not all(importlib.util.find_spec(name) for name in ("venv", "ensurepip"))
