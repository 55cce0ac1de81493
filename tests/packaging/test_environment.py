"""The .venv is made, judged and mended by what is really in it."""

import shutil
import sys
from collections import namedtuple

import environment
import pytest
from words import CannotGoOnError


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
    venv.stamp.write_text(environment.fingerprint(root, extra), encoding="utf-8")


def test_without_a_stamp_nothing_counts_as_installed(venv, root):
    assert not environment.is_installed(venv, root, "")


@pytest.mark.parametrize(
    ("installed", "wanted", "enough"),
    [("", "", True), ("dev", "dev", True), ("dev", "", True), ("", "dev", False)],
)
def test_the_larger_install_covers_the_smaller(venv, root, installed, wanted, enough):
    stamp(venv, root, installed)
    assert environment.is_installed(venv, root, wanted) is enough


def test_a_changed_project_calls_for_an_install(venv, root):
    stamp(venv, root, "")
    (root / "pyproject.toml").write_text("[project]\nname = 'other'\n", encoding="utf-8")
    assert not environment.is_installed(venv, root, "")


def test_a_project_that_moved_calls_for_an_install(venv, root, tmp_path):
    stamp(venv, root, "")
    moved = tmp_path / "moved"
    shutil.move(root, moved)
    assert not environment.is_installed(environment.Environment(moved / ".venv"), moved, "")


def test_a_missing_command_calls_for_an_install(venv, root):
    stamp(venv, root, "")
    venv.script("vgg-studio").unlink()
    assert not environment.is_installed(venv, root, "")


def test_this_environment_is_usable():
    assert environment.is_usable(environment.Environment(environment.Path(sys.prefix)))


def test_an_empty_folder_is_not_usable(venv):
    assert not environment.is_usable(venv)


def test_torch_is_seen_where_it_is(venv):
    assert not venv.has_torch()
    torch = venv.folder / "lib" / "python3.11" / "site-packages" / "torch"
    torch.mkdir(parents=True)
    assert venv.has_torch()


@pytest.fixture
def free(monkeypatch):
    """Sets how many bytes the disk says are free."""
    usage = namedtuple("usage", "total used free")
    return lambda size: monkeypatch.setattr(
        environment.shutil, "disk_usage", lambda path: usage(size, 0, size)
    )


def test_a_small_disk_is_told_with_both_sizes(root, free):
    free(2 * environment.GB)
    with pytest.raises(CannotGoOnError, match=r"needs .* GB free.* has 2\.0 GB"):
        environment.require_disk(root, has_torch=False)


def test_a_small_disk_will_do_once_torch_is_there(root, free):
    free(2 * environment.GB)
    assert environment.require_disk(root, has_torch=True) == 2 * environment.GB


def test_a_full_disk_is_the_likely_cause(root, free):
    free(0)
    assert "disk is full" in environment.likely_cause(root)
    free(environment.GB)
    assert "network" in environment.likely_cause(root)


def test_downloads_are_kept_only_where_there_is_room(venv):
    assert "--no-cache-dir" not in environment.pip_command(venv, "", keep_downloads=True)
    assert "--no-cache-dir" in environment.pip_command(venv, "", keep_downloads=False)


def test_an_install_that_fails_leaves_no_stamp(root, capfd):
    venv = environment.Environment(root / ".venv")
    environment.create(venv)
    (root / "pyproject.toml").write_text("this is no toml", encoding="utf-8")
    stamp(venv, root, "")
    with pytest.raises(CannotGoOnError, match="Installing failed"):
        environment.install(venv, root, "", keep_downloads=True)
    assert not venv.stamp.exists()


def test_a_python_without_venv_leads_to_its_package(monkeypatch):
    asked = []
    monkeypatch.setattr(environment.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(environment.debian, "install", lambda *words: asked.append(words))
    environment.require_venv_module()
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    assert asked == [([package], "This Python lacks the venv module.")]
