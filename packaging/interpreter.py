"""Checks the Python version, and finds a supported one on this machine."""

import platform
import shutil
import subprocess
import sys

from terminal import SetupError

OLDEST = (3, 11)
NEWEST = (3, 13)


def require_supported() -> None:
    """Raise SetupError unless this Python is one that VGG Studio is tested with."""
    reason = unsupported_reason(sys.version_info[:2], sys.maxsize > 2**32)
    if reason:
        raise SetupError(reason + "\n" + advice())


def unsupported_reason(version: "tuple[int, ...]", is_64_bit: bool) -> str:
    """Why a Python of this version is not supported; empty if it is."""
    name = "Python " + ".".join(map(str, version))
    if version < OLDEST:
        return f"{name} is too old: VGG Studio needs Python 3.11, 3.12 or 3.13."
    if version > NEWEST:
        return (
            f"{name} is newer than VGG Studio is tested with: it needs Python 3.11, 3.12 or 3.13."
        )
    if not is_64_bit:
        return "This is a 32-bit Python, but PyTorch needs a 64-bit one."
    return ""


def advice() -> str:
    """A command with a supported Python of this machine, or advice to install one."""
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        for command in candidates(minor):
            if runs(command):
                return f"Run this instead: {' '.join(command)} packaging/quickstart.py"
    return "Install one, then run this script with it: python3.12 packaging/quickstart.py"


def candidates(minor: int) -> "list[list[str]]":
    """Usual commands for Python 3.`minor` on this system."""
    if platform.system() == "Windows":
        return [["py", f"-3.{minor}"]]
    return [[f"python3.{minor}"]]


def runs(command: "list[str]") -> bool:
    """Whether the command exists and runs; Windows has placeholders that do not."""
    if not shutil.which(command[0]):
        return False
    quiet = subprocess.DEVNULL
    return subprocess.call([*command, "-c", ""], stdout=quiet, stderr=quiet) == 0
