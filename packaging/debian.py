"""System packages on Debian and its derivatives: installed as root, otherwise only named."""

import os
import shutil
import subprocess

from terminal import SetupError, say


def install(packages: "list[str]", reason: str) -> None:
    """Install the packages. Raises SetupError with the command to type when that is impossible."""
    if not shutil.which("apt-get"):
        raise SetupError(f"{reason}\n{manual_install(packages)}")
    if not is_root():
        raise SetupError(
            f"{reason}\nInstall what is missing, then run this again:\n  {hint(packages)}"
        )
    say(f"{reason} Installing {' '.join(packages)}.")
    quiet = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    for command in (["apt-get", "update"], apt_install(packages)):
        if subprocess.call(command, env=quiet) != 0:
            raise SetupError(f"{' '.join(command)} failed; see its output above.")


def is_root() -> bool:
    """Whether this process may install system packages."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def apt_install(packages: "list[str]") -> "list[str]":
    """The command that installs the packages without recommended ones."""
    return ["apt-get", "install", "-y", "--no-install-recommends", *packages]


def hint(packages: "list[str]") -> str:
    """The command for the user to type."""
    return f"sudo apt-get install {' '.join(packages)}"


def manual_install(packages: "list[str]") -> str:
    """Advice for systems whose package names are unknown."""
    return (
        "Install what is missing with your system's package manager, then run this again.\n"
        f"On Debian the packages are: {' '.join(packages)}"
    )
