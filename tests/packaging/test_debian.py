"""Root installs system packages; other users are told the command."""

import os

import debian
import pytest
from terminal import SetupError

pytestmark = pytest.mark.skipif(os.name != "posix", reason="apt-get is a Linux program")


@pytest.fixture
def apt(tmp_path, monkeypatch):
    """Replaces apt-get by a script that logs its arguments; returns the log."""
    log = tmp_path / "log"
    program = tmp_path / "bin" / "apt-get"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\necho "$@" >> "{log}"\n', encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)
    return log


def test_root_installs_after_an_update(apt, monkeypatch):
    monkeypatch.setattr(debian, "is_root", lambda: True)
    debian.install(["libegl1", "libgl1"], "Something is missing.")
    update, install = apt.read_text(encoding="utf-8").splitlines()
    assert update == "update"
    assert install == "install -y --no-install-recommends libegl1 libgl1"


def test_other_users_are_told_the_command(apt, monkeypatch):
    monkeypatch.setattr(debian, "is_root", lambda: False)
    with pytest.raises(SetupError, match="sudo apt-get install libegl1 libgl1"):
        debian.install(["libegl1", "libgl1"], "Something is missing.")
    assert not apt.exists()


def test_a_failure_of_apt_is_reported(apt, monkeypatch):
    monkeypatch.setattr(debian, "is_root", lambda: True)
    (apt.parent / "bin" / "apt-get").write_text("#!/bin/sh\nexit 100\n", encoding="utf-8")
    with pytest.raises(SetupError, match="apt-get update failed"):
        debian.install(["libegl1"], "Something is missing.")


def test_other_systems_are_told_the_names_of_the_debian_packages(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SetupError, match="On Debian the packages are: libegl1"):
        debian.install(["libegl1"], "Something is missing.")
