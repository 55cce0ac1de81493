"""The wheel, installed in a separate environment without the checkout."""

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest
from environment import Environment

REPO = Path(__file__).resolve().parents[2]
SITE_PACKAGES = Path(sysconfig.get_path("purelib"))

WINDOW_PROGRAM = """
import sys
from pathlib import Path

import studio
assert Path(studio.__file__).is_relative_to(sys.prefix), studio.__file__

from PySide6.QtWidgets import QApplication
app = QApplication([])

from studio.ui.app import create_main_window
window = create_main_window(runs_dir=Path("runs"), data_dir=Path("data"))
window.show()
assert window.isVisible()

from studio.ui.icons import icon
assert not icon("train").pixmap(20, 20).isNull()

from studio.recipes import load_recipe
assert load_recipe("digits-quickstart").config.recipe == "digits-quickstart"

from studio.inference import Predictor
assert len(Predictor.load("bundled").class_names) == 10

from PySide6.QtCore import QTimer
window.closed.connect(app.quit)
QTimer.singleShot(0, window.close)
app.exec()
print("complete")
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    run([*build, str(REPO)])
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """A new environment with the wheel, which also finds the packages of this one."""
    venv = Environment(tmp_path_factory.mktemp("installed") / "venv")
    run([sys.executable, "-m", "venv", "--without-pip", str(venv.folder)])
    python = str(venv.script("python"))
    packages = Path(run([python, "-c", "import site; print(site.getsitepackages()[-1])"]).strip())
    # A .pth line appends the folder, so packages of the new environment come first; .pth files in
    # that folder, such as those of an editable installation, are not read.
    (packages / "dependencies.pth").write_text(f"{SITE_PACKAGES}\n", encoding="utf-8")
    run([sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", str(wheel)])
    return venv


def run(command, **options):
    # A checkout on PYTHONPATH would be imported instead of the installed wheel.
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    env["QT_QPA_PLATFORM"] = "offscreen"
    done = subprocess.run(command, capture_output=True, text=True, env=env, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_wheel_contains_the_package_and_its_resources_only(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0].split("-")[0] for name in names} == {"studio", "vgg_studio"}
    in_checkout = {path.relative_to(REPO).as_posix() for path in (REPO / "resources").rglob("*.*")}
    expected = {
        f"studio/{name}" for name in in_checkout if not name.startswith("resources/screenshots/")
    }
    assert expected == {name for name in names if name.startswith("studio/resources/")}
    assert not [name for name in names if "__pycache__" in name]


def test_the_installed_wheel_opens_the_window_and_finds_its_resources(installed, tmp_path):
    output = run([str(installed.script("python")), "-c", WINDOW_PROGRAM], cwd=tmp_path)
    assert output.splitlines()[-1] == "complete"


def test_the_command_is_installed_and_lists_the_recipes(installed, tmp_path):
    output = run([str(installed.script("vgg-studio")), "recipes"], cwd=tmp_path)
    assert "digits-quickstart" in output
