"""The project in its environment: installed once, and again only when something calls for it."""

import hashlib
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

from environment import Environment, create, is_usable
from words import CannotGoOnError, say

GB = 10**9
# Measured on Linux with the CUDA build of PyTorch: 6.4 GB when done, 9.1 GB at the worst moment,
# with pip's download cache 12 GB. Windows and macOS get a build without CUDA.
NEEDED = 9.5 * GB if platform.system() == "Linux" else 3.5 * GB
CACHED = 3 * GB
TOP_UP = 1 * GB  # when PyTorch is already there


def prepare(root: Path, extra: str) -> Environment:
    """Return the environment with the project and the extra installed, doing only what is missing.

    Raises CannotGoOnError when the disk is too small, Python lacks its venv module, or pip fails.
    """
    venv = Environment(root / ".venv")
    require_alone(venv)
    if not is_usable(venv):
        create(venv)
    elif is_installed(venv, root, extra):
        return venv
    free = require_disk(root, venv.has_torch())
    install(venv, root, extra, keep_downloads=free > NEEDED + CACHED)
    return venv


def require_alone(venv: Environment) -> None:
    """Raise while another quickstart installs into the same environment."""
    if os.name != "posix" or not venv.unfinished.is_file():
        return
    number = venv.unfinished.read_text(encoding="utf-8").strip()
    if number.isdigit() and is_running(int(number)):
        raise CannotGoOnError(
            f"Another quickstart (process {number}) is installing into {venv.folder}: wait for it."
        )


def is_running(process: int) -> bool:
    """Whether a process of this number exists."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


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


def install(venv: Environment, root: Path, extra: str, keep_downloads: bool) -> None:
    """Install the project editable; the stamp is written last, so a broken install has none."""
    if not venv.has_torch():
        say("Installing into .venv, once: some minutes, and on Linux a download of about 3 GB.")
    if venv.stamp.exists():
        venv.stamp.unlink()
    status = run_pip(venv, root, pip_command(venv, extra, keep_downloads))
    if status != 0:
        raise CannotGoOnError(
            f"Installing failed; pip's own words stand above.\n{likely_cause(root)}"
        )
    venv.stamp.write_text(fingerprint(root, extra), encoding="utf-8")


def run_pip(venv: Environment, root: Path, command: "list[str]") -> int:
    """Run pip and return its status; an environment where it was cut short stays marked."""
    # Packages half unpacked look whole to pip, so only a new beginning mends them.
    venv.unfinished.write_text(str(os.getpid()), encoding="utf-8")
    status = subprocess.call(command, cwd=str(root), env=pip_environment(venv))
    shutil.rmtree(str(venv.folder / "tmp"), ignore_errors=True)
    if status == 0 or (status > 0 and not is_full(root)):
        venv.unfinished.unlink()
    return status


def is_full(root: Path) -> bool:
    """Whether the disk has nothing worth mentioning left."""
    return shutil.disk_usage(root).free < GB / 10


def likely_cause(root: Path) -> str:
    """What to look at when pip has failed."""
    if is_full(root):
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
