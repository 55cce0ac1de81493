"""The .venv is judged by what is really in it."""

import sys
from pathlib import Path

import environment
import pytest


@pytest.fixture
def venv(tmp_path):
    """The folders of an environment with nothing in them."""
    venv = environment.Environment(tmp_path / ".venv")
    venv.scripts.mkdir(parents=True)
    return venv


def test_this_environment_is_usable():
    assert environment.is_usable(environment.Environment(Path(sys.prefix)))


def test_an_empty_folder_is_not_usable(venv):
    assert not environment.is_usable(venv)


def test_torch_is_seen_where_it_is(venv):
    assert not venv.has_torch()
    torch = venv.folder / "lib" / "python3.11" / "site-packages" / "torch"
    torch.mkdir(parents=True)
    assert venv.has_torch()


def test_a_python_without_venv_leads_to_its_package(monkeypatch):
    asked = []
    monkeypatch.setattr(environment.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(environment.debian, "install", lambda *words: asked.append(words))
    environment.require_venv_module()
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    assert asked == [([package], "This Python has no venv module.")]
