"""From a training to its mistakes, their fixes, a retraining, and what it changed."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

from studio.data.overlay import (
    Overlay,
    export_csv,
    import_csv,
    load_overlay,
    overlay_path,
    save_overlay,
)
from studio.insight import evaluate
from studio.insight.comparison import compare_evaluations
from studio.insight.comparison_text import comparison_values
from studio.insight.retraining import plan_retraining
from studio.runs.test_openings import read_test_openings
from studio.training import Trainer
from studio.ui.page_stack import MISTAKES, TRAIN

WAIT = 60_000

pytestmark = [pytest.mark.numeric, pytest.mark.usefixtures("fixed_engine")]


def click(qtbot, widget):
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton, pos=widget.rect().center())


def train_one_epoch(qtbot, window):
    window.show_page(TRAIN)
    window.findChild(QWidget, "epochs_spin").setValue(1)
    with qtbot.waitSignal(window.train_page.idle, timeout=WAIT):
        window.train_page.start()
    return window.train_page.session.run_id


def relabel_as_predicted(qtbot, samples):
    """Type the predicted digit of the sample shown; the next one is shown then."""
    predicted = samples.evaluation.predicted[samples.grid.selected_position()]
    qtbot.keyClicks(samples.grid, str(predicted))


def receipt(before, after, data_dir):
    """What the comparison of two runs says, without the names of the runs."""
    evaluations = [evaluate(run.path, "test", data_dir) for run in (before, after)]
    values = comparison_values(compare_evaluations(*evaluations))
    return {name: value for name, value in values.items() if name not in ("before", "after")}


def test_from_a_training_to_the_receipt_of_its_fixes(qtbot, open_window, tmp_path):
    data_dir = tmp_path / "data"
    window = open_window(data_dir=data_dir)
    parent = train_one_epoch(qtbot, window)
    click(qtbot, window.findChild(QWidget, "explore_mistakes"))
    page, session = window.mistakes_page, window.mistakes_page.session
    qtbot.waitUntil(lambda: session.fixes.is_ready, timeout=WAIT)
    qtbot.waitUntil(lambda: page.samples_view.grid.selected_position() is not None)
    samples = page.samples_view
    assert samples.grid.selected_position() == samples.evaluation.mistakes()[0]

    samples.grid.setFocus()
    for _ in range(3):
        relabel_as_predicted(qtbot, samples)
    qtbot.keyClicks(samples.grid, "x")
    relabel_as_predicted(qtbot, samples)
    qtbot.keyClick(samples.grid, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    worst = samples.evaluation.mistakes()[:5]
    names = [samples.evaluation.sample_id(int(position)) for position in worst]
    qtbot.waitUntil(lambda: session.fixes.is_saved, timeout=WAIT)
    saved = load_overlay(session.fixes.path)
    assert sorted(saved.fixes) == sorted(names[:4])
    assert saved.fix(names[3]).excluded
    assert saved.can_redo

    click(qtbot, page.retrain_button)
    dialog = window.findChild(QDialog, "retrain_dialog")
    qtbot.waitUntil(dialog.train_button.isEnabled, timeout=WAIT)
    with qtbot.waitSignal(window.train_page.retrained, timeout=WAIT) as retrained:
        click(qtbot, dialog.train_button)
    child = retrained.args[0]
    assert window.train_page.isVisible()
    assert retrained.args == [child, parent]
    click(qtbot, window.train_page.live.banner.findChild(QWidget, "banner_action"))
    view = page.views.view("comparison")
    qtbot.waitUntil(lambda: view.comparison is not None, timeout=WAIT)
    assert window.nav_bar.pages.currentRow() == MISTAKES
    assert view.isVisible()

    store = window.context.store
    runs = store.open(parent), store.open(child)
    shown = comparison_values(view.comparison)
    assert (shown["before"], shown["after"]) == (parent, child)
    assert (shown["relabeled"], shown["excluded"], shown["samples"]) == (3, 1, 355)
    assert {row["sample"] for row in shown["relabeled_samples"]} == set(names[:3])
    assert view.summary.sentence.text() == shown["sentence"]
    opened = [opening.by for run in runs for opening in read_test_openings(run)]
    assert opened == ["train", "Mistakes page"] * 2
    assert receipt(*runs, data_dir).items() <= shown.items()

    elsewhere = import_elsewhere(saved, view.evaluation, tmp_path)
    planned = plan_retraining(parent, "finetune", "current", store)
    twin = store.create(planned.config, planned.parent)
    Trainer(planned.config, twin, elsewhere).fit()
    assert twin.config.data.overlay == runs[1].config.data.overlay == saved.content_hash
    assert receipt(runs[0], twin, elsewhere) == receipt(*runs, data_dir)

    click(qtbot, view.undo_button)
    assert dict(session.fixes.fixes) == {}
    qtbot.waitUntil(lambda: session.evaluation is not None and session.run == parent, timeout=WAIT)
    session.fixes.undo()
    assert sorted(session.fixes.fixes) == sorted(names[:4])
    qtbot.waitUntil(lambda: session.fixes.is_saved, timeout=WAIT)


def import_elsewhere(overlay, evaluation, folder):
    """Export fixes as CSV, and import them in another data folder, which is returned."""
    elsewhere, table = folder / "elsewhere", folder / "fixes.csv"
    export_csv(overlay, table)
    imported = Overlay("Digits")
    result = import_csv(imported, table, evaluation.ids, evaluation.class_names)
    assert (len(result.changed), result.skipped) == (4, 0)
    save_overlay(overlay_path(evaluation, elsewhere), imported)
    return elsewhere
