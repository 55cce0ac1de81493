"""Packages of a Debian-like system: installed when this is root, named when it is not."""

import os
import shutil
import subprocess

from words import CannotGoOnError, say


def install(packages: "list[str]", reason: str) -> None:
    """Install the packages, or raise with the command that would."""
    if not shutil.which("apt-get"):
        raise CannotGoOnError(f"{reason}\n{elsewhere(packages)}")
    if not is_root():
        raise CannotGoOnError(
            f"{reason}\nInstall what is missing, then run this again:\n  {hint(packages)}"
        )
    say(f"{reason} Installing {' '.join(packages)}.")
    quiet = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    for command in (["apt-get", "update"], apt_install(packages)):
        if subprocess.call(command, env=quiet) != 0:
            raise CannotGoOnError(f"{' '.join(command)} failed; its own words stand above.")


def is_root() -> bool:
    """Whether system packages may be installed without asking anybody."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def apt_install(packages: "list[str]") -> "list[str]":
    """The command that installs the packages and nothing they merely recommend."""
    return ["apt-get", "install", "-y", "--no-install-recommends", *packages]


def hint(packages: "list[str]") -> str:
    """The line a person types."""
    return f"sudo apt-get install {' '.join(packages)}"


def elsewhere(packages: "list[str]") -> str:
    """What to say on systems whose package names are not known here."""
    return (
        "Install what is missing with your system's package manager, then run this again.\n"
        f"On Debian it is called: {' '.join(packages)}"
    )
