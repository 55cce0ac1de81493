"""What is installed is remembered; what was cut short is not trusted."""

import os
import shutil
import subprocess
import sys
from collections import namedtuple

import environment
import installation
import pytest
from terminal import SetupError


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "pyproject.toml").write_text("[project]\n", encoding="utf-8")
    return folder


@pytest.fixture
def venv(root):
    """An environment that looks filled, without being one."""
    venv = environment.Environment(root / ".venv")
    venv.scripts.mkdir(parents=True)
    venv.script("vgg-studio").touch()
    return venv


def stamp(venv, root, extra):
    venv.stamp.write_text(installation.fingerprint(root, extra), encoding="utf-8")


def test_without_a_stamp_nothing_counts_as_installed(venv, root):
    assert not installation.is_installed(venv, root, "")


@pytest.mark.parametrize(
    ("installed", "wanted", "enough"),
    [("", "", True), ("dev", "dev", True), ("dev", "", True), ("", "dev", False)],
)
def test_the_larger_install_covers_the_smaller(venv, root, installed, wanted, enough):
    stamp(venv, root, installed)
    assert installation.is_installed(venv, root, wanted) is enough


def test_a_changed_project_calls_for_an_install(venv, root):
    stamp(venv, root, "")
    (root / "pyproject.toml").write_text("[project]\nname = 'other'\n", encoding="utf-8")
    assert not installation.is_installed(venv, root, "")


def test_a_project_that_moved_calls_for_an_install(venv, root, tmp_path):
    stamp(venv, root, "")
    moved = tmp_path / "moved"
    shutil.move(root, moved)
    assert not installation.is_installed(environment.Environment(moved / ".venv"), moved, "")


def test_a_missing_command_calls_for_an_install(venv, root):
    stamp(venv, root, "")
    venv.script("vgg-studio").unlink()
    assert not installation.is_installed(venv, root, "")


@pytest.fixture
def free(monkeypatch):
    """Sets how many bytes the disk says are free."""
    usage = namedtuple("usage", "total used free")
    return lambda size: monkeypatch.setattr(
        installation.shutil, "disk_usage", lambda path: usage(size, 0, size)
    )


def test_a_small_disk_is_told_with_both_sizes(root, free):
    free(2 * installation.GB)
    with pytest.raises(SetupError, match=r"needs .* GB free.* has 2\.0 GB"):
        installation.require_disk(root, has_torch=False)


def test_a_small_disk_will_do_once_torch_is_there(root, free):
    free(2 * installation.GB)
    assert installation.require_disk(root, has_torch=True) == 2 * installation.GB


def test_a_full_disk_is_the_likely_cause(root, free):
    free(0)
    assert "disk is full" in installation.likely_cause(root)
    free(installation.GB)
    assert "network" in installation.likely_cause(root)


def test_downloads_are_kept_only_where_there_is_room(venv):
    assert "--no-cache-dir" not in installation.pip_command(venv, "", keep_downloads=True)
    assert "--no-cache-dir" in installation.pip_command(venv, "", keep_downloads=False)


def test_an_install_that_fails_leaves_no_stamp(root, capfd):
    venv = environment.Environment(root / ".venv")
    environment.create(venv)
    (root / "pyproject.toml").write_text("this is no toml", encoding="utf-8")
    stamp(venv, root, "")
    with pytest.raises(SetupError, match="Installing failed"):
        installation.install(venv, root, "", keep_downloads=True)
    assert not venv.stamp.exists()


def test_an_install_that_is_killed_is_not_trusted(root):
    venv = environment.Environment(root / ".venv")
    environment.create(venv)
    kill_itself = "import os, signal; os.kill(os.getpid(), signal.SIGTERM)"
    installation.run_pip(venv, root, [sys.executable, "-c", kill_itself])
    assert not environment.is_usable(venv)


def test_one_quickstart_waits_for_the_other(venv):
    venv.unfinished.write_text(str(os.getpid()), encoding="utf-8")
    with pytest.raises(SetupError, match=f"process {os.getpid()}"):
        installation.require_no_other_install(venv)


def test_nobody_waits_for_a_quickstart_that_has_ended(venv):
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    venv.unfinished.write_text(str(ended.pid), encoding="utf-8")
    installation.require_no_other_install(venv)
