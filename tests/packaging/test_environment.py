"""Whether a .venv is usable depends on its content."""

import sys
from pathlib import Path

import environment
import pytest


@pytest.fixture
def venv(tmp_path):
    """An environment without any files."""
    venv = environment.Environment(tmp_path / ".venv")
    venv.scripts.mkdir(parents=True)
    return venv


def test_this_environment_is_usable():
    assert environment.is_usable(environment.Environment(Path(sys.prefix)))


def test_an_empty_folder_is_not_usable(venv):
    assert not environment.is_usable(venv)


def test_an_installed_torch_is_found(venv):
    assert not venv.has_torch()
    torch = venv.folder / "lib" / "python3.11" / "site-packages" / "torch"
    torch.mkdir(parents=True)
    assert venv.has_torch()


def test_if_python_lacks_venv_its_package_is_installed(monkeypatch):
    requests = []
    monkeypatch.setattr(environment.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(
        environment.debian, "install", lambda *arguments: requests.append(arguments)
    )
    environment.require_venv_module()
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    assert requests == [([package], "This Python has no venv module.")]
