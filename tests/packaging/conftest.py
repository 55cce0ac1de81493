"""An environment with pip, which takes seconds to create."""

import shutil

import environment
import pytest


@pytest.fixture(scope="session")
def created_environment(tmp_path_factory):
    """A new environment, created once."""
    venv = environment.Environment(tmp_path_factory.mktemp("created") / ".venv")
    environment.create(venv)
    return venv


@pytest.fixture
def copy_environment(created_environment):
    """Returns a function that puts a copy of the new environment into a project."""

    def copy(root):
        folder = shutil.copytree(created_environment.folder, root / ".venv", symlinks=True)
        return environment.Environment(folder)

    return copy
