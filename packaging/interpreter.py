"""Whether this Python will do, and which one on this machine would."""

import platform
import shutil
import subprocess
import sys

from words import CannotGoOnError

OLDEST = (3, 11)
NEWEST = (3, 13)


def require_supported() -> None:
    """Raise unless the Python running this is one the studio is tested with."""
    reason = complaint(sys.version_info[:2], sys.maxsize > 2**32)
    if reason:
        raise CannotGoOnError(reason + "\n" + advice())


def complaint(version: "tuple[int, ...]", is_64_bit: bool) -> str:
    """What is wrong with a Python of this version, or nothing."""
    name = "Python " + ".".join(map(str, version))
    if version < OLDEST:
        return f"{name} is too old: VGG Studio needs Python 3.11, 3.12 or 3.13."
    if version > NEWEST:
        return (
            f"{name} is newer than VGG Studio is tested with: it needs Python 3.11, 3.12 or 3.13."
        )
    if not is_64_bit:
        return "This is a 32-bit Python: PyTorch needs a 64-bit one."
    return ""


def advice() -> str:
    """What to type instead: another Python of this machine, or where to get one."""
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        for command in candidates(minor):
            if answers(command):
                return f"This machine has one: {' '.join(command)} packaging/quickstart.py"
    return "Install one, then run this script with it: python3.12 packaging/quickstart.py"


def candidates(minor: int) -> "list[list[str]]":
    """Commands by which Python 3.minor is usually called here."""
    if platform.system() == "Windows":
        return [["py", f"-3.{minor}"]]
    return [[f"python3.{minor}"]]


def answers(command: "list[str]") -> bool:
    """Whether the command is there and is more than a placeholder."""
    if not shutil.which(command[0]):
        return False
    quiet = subprocess.DEVNULL
    return subprocess.call([*command, "-c", ""], stdout=quiet, stderr=quiet) == 0
