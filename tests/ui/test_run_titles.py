"""A run has one title, wherever it is named."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QTableView

from studio.recipes import load_recipe
from studio.runs import RunStore, run_title
from studio.training import Trainer
from studio.ui.page_stack import MISTAKES, RUNS, TRAIN
from tests.ui.test_opened_runs import SMALL

LONG = 60_000


@pytest.fixture
def run(tmp_path):
    config = load_recipe("digits-quickstart").config.with_values(SMALL)
    run = RunStore(tmp_path / "runs").create(config)
    Trainer(config, run, tmp_path / "data").fit()
    return run


def texts(combo):
    return [combo.itemText(row) for row in range(combo.count())]


def test_one_run_has_one_title_on_every_page(qtbot, open_window, tmp_path, run):
    window = open_window(tmp_path / "runs", tmp_path / "data")
    title = f"Digits quickstart {run.id[-4:]}"
    models = window.findChild(QComboBox, "model_combo")
    qtbot.waitUntil(lambda: title in texts(models), timeout=LONG)
    window.show_page(MISTAKES)
    picker = window.findChild(QComboBox, "mistakes_run_combo")
    qtbot.waitUntil(lambda: picker.currentText() == title, timeout=LONG)
    assert "test accuracy" in picker.itemData(0, Qt.ItemDataRole.ToolTipRole)
    window.show_page(RUNS)
    table = window.findChild(QTableView, "runs_table")
    qtbot.waitUntil(lambda: table.model().rowCount() == 1)
    assert table.model().index(0, 1).data() == title
    headings = window.runs_page.findChildren(QLabel)
    qtbot.waitUntil(lambda: any(label.text() == title and label.isVisible() for label in headings))


def test_the_status_of_a_training_names_its_run(qtbot, open_window, tmp_path):
    window = open_window(tmp_path / "runs", tmp_path / "data")
    window.show_page(TRAIN)
    window.findChild(QComboBox, "variant_combo")
    window.train_page.setup.form.learning.set_values({"optim.epochs": 1, "engine.device": "cpu"})
    with qtbot.waitSignal(window.train_page.run_ended, timeout=LONG) as ended:
        window.train_page.start()
    status = window.findChild(QLabel, "status_label")
    qtbot.waitUntil(lambda: status.text().startswith(f"{run_title(ended.args[0])}: Finished"))
    window.show_page(RUNS)
    table = window.findChild(QTableView, "runs_table")
    qtbot.waitUntil(lambda: table.selected_ids() == ended.args)
