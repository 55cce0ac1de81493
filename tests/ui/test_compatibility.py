"""The window opens with the settings and the runs that version 0.1.0 wrote."""

import json
import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QWidget

FILES = Path(__file__).parents[1] / "fixtures" / "version_0_1"


def open_file():
    """The settings of the window, as Qt reads them."""
    scope = QSettings.Scope.UserScope
    return QSettings(QSettings.Format.IniFormat, scope, "vgg-studio", "window")


def read_keys():
    settings = open_file()
    return {key: settings.value(key) for key in settings.allKeys()}


@pytest.fixture
def settings_file():
    path = Path(open_file().fileName())
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(FILES / "window.ini", path)
    return path


def test_the_window_remembers_what_it_was_told(qtbot, open_window, tmp_path, settings_file):
    before = read_keys()
    shutil.copytree(FILES / "runs", tmp_path / "runs")
    window = open_window(tmp_path / "runs")

    def widget(name):
        return window.findChild(QWidget, name)

    assert widget("nav").currentRow() == int(before["page"])
    table = widget("runs_table")
    qtbot.waitUntil(lambda: table.model() is not None and table.model().rowCount() == 6)
    form = json.loads(before["train/config"])
    assert widget("epochs_spin").value() == form["optim"]["epochs"] == 7
    assert widget("batch_spin").value() == form["optim"]["batch_size"] == 48
    assert widget("lr_spin").value() == pytest.approx(form["optim"]["lr"])
    with qtbot.waitSignal(window.closed, timeout=60_000):
        window.close()
    after = read_keys()
    assert before.keys() <= after.keys()
    remembered = json.loads(after["train/config"])
    for name, value in form.items():  # this version has more settings
        if isinstance(value, dict):
            assert remembered[name].items() >= value.items()
        else:
            assert remembered[name] == value
    kept = ("theme", "page", "opened_folders", "train/run")
    assert [str(after[key]) for key in kept] == [str(before[key]) for key in kept]
    assert list(settings_file.parent.glob("*.damaged-*")) == []
