"""Installs the project into its environment, once, and again when pyproject.toml changes."""

import hashlib
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

from environment import Environment, create, is_usable
from terminal import SetupError, say

GB = 10**9
# Bytes. Measured on Linux with the CUDA build of PyTorch: 6.4 GB afterwards, 9.1 GB at the peak,
# 12 GB with pip's download cache. Windows and macOS get a build without CUDA.
NEEDED = 9.5 * GB if platform.system() == "Linux" else 3.5 * GB
CACHED = 3 * GB
TOP_UP = 1 * GB  # when PyTorch is already installed


def prepare(root: Path, extra: str) -> Environment:
    """Return the environment with the project and the extra installed; install what is missing.

    Raises SetupError when the disk is too small, Python has no venv module, or pip fails.
    """
    venv = Environment(root / ".venv")
    require_no_other_install(venv)
    if not is_usable(venv):
        create(venv)
    elif is_installed(venv, root, extra):
        return venv
    free = require_disk(root, venv.has_torch())
    install(venv, root, extra, keep_downloads=free > NEEDED + CACHED)
    return venv


def require_no_other_install(venv: Environment) -> None:
    """Raise SetupError while another quickstart installs into the same environment."""
    if os.name != "posix" or not venv.unfinished.is_file():
        return
    number = venv.unfinished.read_text(encoding="utf-8").strip()
    if number.isdigit() and is_running(int(number)):
        raise SetupError(
            f"Another quickstart (process {number}) is installing into {venv.folder}. "
            "Wait until it has finished."
        )


def is_running(process_id: int) -> bool:
    """Whether a process with this id exists."""
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def fingerprint(root: Path, extra: str) -> str:
    """Content of the stamp file after an install; it changes when a new install is needed."""
    requirements = (root / "pyproject.toml").read_bytes()
    location = f"{root}\n{sys.version_info[:2]}\n".encode()
    return f"{hashlib.sha256(location + requirements).hexdigest()} [{extra}]\n"


def is_installed(venv: Environment, root: Path, extra: str) -> bool:
    """Whether the stamp covers the extra; the `dev` install also covers the plain one."""
    if not venv.stamp.is_file() or not venv.script("vgg-studio").is_file():
        return False
    stamped = venv.stamp.read_text(encoding="utf-8")
    return stamped in {fingerprint(root, extra), fingerprint(root, "dev")}


def require_disk(root: Path, has_torch: bool) -> int:
    """Return the free bytes at `root`. Raises SetupError when there are too few."""
    free = shutil.disk_usage(root).free
    needed = TOP_UP if has_torch else NEEDED
    if free < needed:
        raise SetupError(
            f"The disk is too small: the installation needs {needed / GB:.1f} GB free, "
            f"and {root} has {free / GB:.1f} GB.\nFree some space and run this again."
        )
    return free


def install(venv: Environment, root: Path, extra: str, keep_downloads: bool) -> None:
    """Install the project in editable mode; the stamp is written last, only after success."""
    if not venv.has_torch():
        say("Installing into .venv. This takes some minutes and, on Linux, downloads about 3 GB.")
    if venv.stamp.exists():
        venv.stamp.unlink()
    status = run_pip(venv, root, pip_command(venv, extra, keep_downloads))
    if status != 0:
        raise SetupError(f"Installing failed; see pip's output above.\n{likely_cause(root)}")
    venv.stamp.write_text(fingerprint(root, extra), encoding="utf-8")


def run_pip(venv: Environment, root: Path, command: "list[str]") -> int:
    """Run pip and return its status; an interrupted install leaves the environment marked."""
    # pip takes half-unpacked packages for complete ones, so only a new environment repairs them.
    venv.unfinished.write_text(str(os.getpid()), encoding="utf-8")
    status = subprocess.call(command, cwd=str(root), env=pip_environment(venv))
    shutil.rmtree(str(venv.folder / "tmp"), ignore_errors=True)
    if status == 0 or (status > 0 and not is_full(root)):
        venv.unfinished.unlink()
    return status


def is_full(root: Path) -> bool:
    """Whether less than 100 MB of disk space is left."""
    return shutil.disk_usage(root).free < GB / 10


def likely_cause(root: Path) -> str:
    """Describe the likely cause when pip has failed."""
    if is_full(root):
        return "The disk is full: free some space and run the same command again."
    return "Often the network is the cause: check the connection and run the same command again."


def pip_command(venv: Environment, extra: str, keep_downloads: bool) -> "list[str]":
    """The pip command. One call installs everything, so that pip resolves versions together."""
    command = [str(venv.script("python")), "-m", "pip", "install", "--disable-pip-version-check"]
    if not keep_downloads:
        command.append("--no-cache-dir")
    return [*command, "--editable", f".[{extra}]" if extra else "."]


def pip_environment(venv: Environment) -> "dict[str, str]":
    """Environment that unpacks downloads next to their target: /tmp is often a small disk."""
    folder = venv.folder / "tmp"
    folder.mkdir(exist_ok=True)
    return dict(os.environ, TMPDIR=str(folder), TEMP=str(folder), TMP=str(folder))
