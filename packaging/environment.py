"""The project's own .venv: made, filled, mended, and left alone when it is as it should be."""

import hashlib
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

import debian
from words import CannotGoOnError, say

GB = 10**9
# Measured on Linux with the CUDA build of PyTorch: 6.4 GB when done, 9.1 GB at the worst moment,
# with pip's download cache 12 GB. Windows and macOS get a build without CUDA.
NEEDED = 9.5 * GB if platform.system() == "Linux" else 3.5 * GB
CACHED = 3 * GB
TOP_UP = 1 * GB  # when PyTorch is already there


class Environment:
    """One virtual environment and the stamp that says what is installed in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.scripts = folder / ("Scripts" if os.name == "nt" else "bin")
        self.stamp = folder / "vgg-studio-installed.txt"

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


def prepare(root: Path, extra: str) -> Environment:
    """Return the environment with the project and the extra installed, doing only what is missing.

    Raises CannotGoOnError when the disk is too small, Python lacks its venv module, or pip fails.
    """
    venv = Environment(root / ".venv")
    usable = is_usable(venv)
    if usable and is_installed(venv, root, extra):
        return venv
    free = require_disk(root, venv.has_torch() if usable else False)
    if not usable:
        create(venv)
    install(venv, root, extra, keep_downloads=free > NEEDED + CACHED)
    return venv


def is_usable(venv: Environment) -> bool:
    """Whether the environment runs, on the same Python as this script."""
    return venv.version() == str(sys.version_info[:2])


def fingerprint(root: Path, extra: str) -> str:
    """What the stamp says after an install: changes with anything that calls for a new one."""
    wanted = (root / "pyproject.toml").read_bytes()
    where = f"{root}\n{sys.version_info[:2]}\n".encode()
    return f"{hashlib.sha256(where + wanted).hexdigest()} [{extra}]\n"


def is_installed(venv: Environment, root: Path, extra: str) -> bool:
    """Whether the stamp covers the extra; the developer's install covers the plain one."""
    if not venv.stamp.is_file() or not venv.script("vgg-studio").is_file():
        return False
    stamped = venv.stamp.read_text(encoding="utf-8")
    return stamped in {fingerprint(root, extra), fingerprint(root, "dev")}


def require_disk(root: Path, has_torch: bool) -> int:
    """Bytes free where the environment goes; raises when they will not do."""
    free = shutil.disk_usage(root).free
    needed = TOP_UP if has_torch else NEEDED
    if free < needed:
        raise CannotGoOnError(
            f"The disk is too small: installing needs {needed / GB:.1f} GB free, "
            f"and {root} has {free / GB:.1f} GB.\nMake room there and run this again."
        )
    return free


def create(venv: Environment) -> None:
    """Make the environment anew, throwing away what is left of a broken one."""
    require_venv_module()
    if venv.folder.exists():
        say(f"{venv.folder} is broken or of another Python: making it anew.")
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


def install(venv: Environment, root: Path, extra: str, keep_downloads: bool) -> None:
    """Install the project editable; the stamp is written last, so a broken install has none."""
    if not venv.has_torch():
        say("Installing into .venv, once: some minutes, and on Linux a download of about 3 GB.")
    if venv.stamp.exists():
        venv.stamp.unlink()
    if subprocess.call(
        pip_command(venv, extra, keep_downloads), cwd=str(root), env=pip_environment(venv)
    ):
        raise CannotGoOnError(
            f"Installing failed; pip's own words stand above.\n{likely_cause(root)}"
        )
    shutil.rmtree(str(venv.folder / "tmp"), ignore_errors=True)
    venv.stamp.write_text(fingerprint(root, extra), encoding="utf-8")


def likely_cause(root: Path) -> str:
    """What to look at when pip has failed."""
    if shutil.disk_usage(root).free < GB / 10:
        return "The disk is full: make room and run the same command again."
    return "Often it is the network: look at the connection and run the same command again."


def pip_command(venv: Environment, extra: str, keep_downloads: bool) -> "list[str]":
    """The one pip call: everything in one step, so that the versions fit each other."""
    command = [str(venv.script("python")), "-m", "pip", "install", "--disable-pip-version-check"]
    if not keep_downloads:
        command.append("--no-cache-dir")
    return [*command, "--editable", f".[{extra}]" if extra else "."]


def pip_environment(venv: Environment) -> "dict[str, str]":
    """Downloads are unpacked beside their goal: /tmp is often a small disk of its own."""
    folder = venv.folder / "tmp"
    folder.mkdir(exist_ok=True)
    return dict(os.environ, TMPDIR=str(folder), TEMP=str(folder), TMP=str(folder))
