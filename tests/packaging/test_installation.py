"""A complete installation is recognized later; an interrupted one is not."""

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
    """A folder that looks like a complete environment."""
    venv = environment.Environment(root / ".venv")
    venv.scripts.mkdir(parents=True)
    venv.script("vgg-studio").touch()
    return venv


def write_stamp(venv, root, extra):
    venv.stamp.write_text(installation.fingerprint(root, extra), encoding="utf-8")


def test_without_a_stamp_nothing_is_installed(venv, root):
    assert not installation.is_installed(venv, root, "")


@pytest.mark.parametrize(
    ("installed", "wanted", "is_enough"),
    [("", "", True), ("dev", "dev", True), ("dev", "", True), ("", "dev", False)],
)
def test_an_installation_with_extras_includes_one_without(venv, root, installed, wanted, is_enough):
    write_stamp(venv, root, installed)
    assert installation.is_installed(venv, root, wanted) is is_enough


def test_a_changed_project_is_installed_again(venv, root):
    write_stamp(venv, root, "")
    (root / "pyproject.toml").write_text("[project]\nname = 'other'\n", encoding="utf-8")
    assert not installation.is_installed(venv, root, "")


def test_a_moved_project_is_installed_again(venv, root, tmp_path):
    write_stamp(venv, root, "")
    moved = tmp_path / "moved"
    shutil.move(root, moved)
    assert not installation.is_installed(environment.Environment(moved / ".venv"), moved, "")


def test_a_missing_command_is_installed_again(venv, root):
    write_stamp(venv, root, "")
    venv.script("vgg-studio").unlink()
    assert not installation.is_installed(venv, root, "")


@pytest.fixture
def free(monkeypatch):
    """Sets the free bytes that the disk reports."""
    usage = namedtuple("usage", "total used free")
    return lambda size: monkeypatch.setattr(
        installation.shutil, "disk_usage", lambda path: usage(size, 0, size)
    )


def test_a_small_disk_is_an_error_with_both_sizes(root, free):
    free(2 * installation.GB)
    with pytest.raises(SetupError, match=r"needs .* GB free.* has 2\.0 GB"):
        installation.require_disk(root, has_torch=False)


def test_a_small_disk_is_enough_if_torch_is_installed(root, free):
    free(2 * installation.GB)
    assert installation.require_disk(root, has_torch=True) == 2 * installation.GB


def test_the_likely_cause_is_a_full_disk_or_the_network(root, free):
    free(0)
    assert "disk is full" in installation.likely_cause(root)
    free(installation.GB)
    assert "network" in installation.likely_cause(root)


def test_downloads_are_cached_only_on_request(venv):
    assert "--no-cache-dir" not in installation.pip_command(venv, "", keep_downloads=True)
    assert "--no-cache-dir" in installation.pip_command(venv, "", keep_downloads=False)


def test_a_failed_installation_leaves_no_stamp(root, copy_environment, capfd):
    venv = copy_environment(root)
    (root / "pyproject.toml").write_text("this is no toml", encoding="utf-8")
    write_stamp(venv, root, "")
    with pytest.raises(SetupError, match="Installing failed"):
        installation.install(venv, root, "", keep_downloads=True)
    assert not venv.stamp.exists()


def test_a_killed_installation_is_not_usable(root, copy_environment):
    venv = copy_environment(root)
    assert environment.is_usable(venv)
    kill_itself = "import os, signal; os.kill(os.getpid(), signal.SIGTERM)"
    installation.run_pip(venv, root, [sys.executable, "-c", kill_itself])
    assert not environment.is_usable(venv)


def test_a_second_quickstart_is_refused(venv):
    venv.unfinished.write_text(str(os.getpid()), encoding="utf-8")
    with pytest.raises(SetupError, match=f"process {os.getpid()}"):
        installation.require_no_other_install(venv)


def test_a_quickstart_that_has_ended_does_not_block(venv):
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    venv.unfinished.write_text(str(ended.pid), encoding="utf-8")
    installation.require_no_other_install(venv)
