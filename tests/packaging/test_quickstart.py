"""The quickstart, from an empty folder to a running command, for a small project."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import quickstart
from terminal import SetupError

PYPROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "vgg-studio"
version = "1"
"""
# Installs a command that prints its arguments, without using the network.
BACKEND = """
import zipfile

METADATA = "Metadata-Version: 2.1\\nName: vgg-studio\\nVersion: 1\\n"

def build_editable(folder, config_settings=None, metadata_directory=None):
    info = "vgg_studio-1.dist-info/"
    name = "vgg_studio-1-py3-none-any.whl"
    with zipfile.ZipFile(f"{folder}/{name}", "w") as wheel:
        wheel.writestr("echo.py", "import sys\\ndef main():\\n    print('ran', sys.argv[1:])")
        wheel.writestr(info + "METADATA", METADATA)
        wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nTag: py3-none-any\\n")
        wheel.writestr(info + "entry_points.txt", "[console_scripts]\\nvgg-studio = echo:main\\n")
        wheel.writestr(info + "RECORD", "")
    return name
"""
# The real script, but a small project needs no large disk.
DRIVER = """
import sys
sys.path.insert(0, sys.argv.pop(1))
import installation, quickstart
installation.NEEDED = 0
sys.exit(quickstart.main(sys.argv[1:]))
"""


def create_project(root):
    scripts = Path(quickstart.__file__).parent
    shutil.copytree(scripts, root / "packaging", ignore=shutil.ignore_patterns("__pycache__"))
    (root / "pyproject.toml").write_text(PYPROJECT, encoding="utf-8")
    (root / "backend.py").write_text(BACKEND, encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A project after its first start, and what this start printed."""
    project = create_project(tmp_path_factory.mktemp("installed") / "project")
    return project, start(project, "train", "digits-quickstart")


def start(project, *arguments):
    env = dict(os.environ, PIP_NO_INDEX="1")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        env.pop(name, None)
    command = [sys.executable, "-c", DRIVER, str(project / "packaging"), *arguments]
    return subprocess.run(command, env=env, capture_output=True, text=True)


def test_it_installs_once_and_repairs_a_broken_environment(installed):
    project, first = installed
    assert first.returncode == 0, first.stderr
    assert "Installing into .venv" in first.stdout
    assert first.stdout.endswith("ran ['train', 'digits-quickstart']\n")

    second = start(project, "recipes")
    assert second.stdout == "ran ['recipes']\n"

    remove_interpreters(project / ".venv")
    third = start(project, "recipes")
    assert "Creating it again" in third.stdout
    assert third.stdout.endswith("ran ['recipes']\n")


def remove_interpreters(venv):
    for python in [*venv.glob("bin/python*"), *venv.glob("Scripts/python*")]:
        python.unlink()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a display")
def test_without_a_display_the_headless_command_is_suggested(installed):
    done = start(installed[0])
    assert done.returncode == 1
    assert "There is no display" in done.stderr
    assert "python3 packaging/quickstart.py train digits-quickstart" in done.stderr
    assert "ran" not in done.stdout.split()


def test_a_failed_installation_prints_one_clear_line(tmp_path, copy_environment):
    project = create_project(tmp_path / "project")
    copy_environment(project)
    (project / "backend.py").write_text("raise RuntimeError('broken')", encoding="utf-8")
    done = start(project, "recipes")
    assert done.returncode == 1
    assert "Installing failed" in done.stderr
    assert "quickstart.py" not in done.stderr  # no traceback of the script


@pytest.mark.parametrize(
    "env", [{"DISPLAY": ":0"}, {"WAYLAND_DISPLAY": "wayland-0"}, {"QT_QPA_PLATFORM": "offscreen"}]
)
def test_any_display_is_accepted(env):
    quickstart.require_display("linux", env)


def test_a_display_is_required_on_linux_only():
    quickstart.require_display("darwin", {})
    quickstart.require_display("win32", {})
    with pytest.raises(SetupError, match="no display"):
        quickstart.require_display("linux", {})


def test_help_installs_nothing(capsys):
    assert quickstart.main(["--help"]) == 0
    assert "run all checks and tests" in capsys.readouterr().out
