"""The Train page with real mouse clicks and real trainings on the real digits."""

import json

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QComboBox, QSlider

from studio.runs import RunStatus
from studio.ui.train.live.training_state import TrainingState
from tests.training.limited_memory import limit_batch_size
from tests.ui.train.conftest import child, click, type_value

LONG = 120_000


def start_with(qtbot, page, epochs: str) -> str:
    """Type the number of epochs, click Train, and wait for the run; returns its id."""
    type_value(qtbot, page, "epochs_spin", epochs)
    with qtbot.waitSignal(page.run_started, timeout=LONG) as caught:
        click(qtbot, page, "train_button")
    return caught.args[0]


def metrics(page, run_id: str, event: str) -> list[dict]:
    path = page.context.runs_dir / run_id / "metrics.jsonl"
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    return [line for line in lines if line["event"] == event]


def test_a_click_on_a_card_fills_the_form(page, qtbot) -> None:
    cards = child(page, "recipe_list")
    row = list(page.setup.recipes()).index("simple-vgg-mnist")
    place = cards.visualRect(cards.model().index(row, 0)).topLeft() + QPoint(20, 20)
    qtbot.mouseClick(cards.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert child(page, "dataset_combo").currentData() == "mnist"
    assert child(page, "variant_combo").currentData() == "simple-vgg"
    assert child(page, "epochs_spin").value() == 5
    assert child(page, "batch_spin").value() == 64
    assert child(page, "lr_spin").value() == pytest.approx(0.001)


@pytest.mark.numeric
@pytest.mark.usefixtures("each_processor")
def test_from_click_to_trained_network(page, qtbot) -> None:
    run_id = start_with(qtbot, page, "2")
    assert page.is_training
    assert not child(page, "train_button").isEnabled()
    assert child(page, "epochs_spin").isEnabled()  # for the next training
    with qtbot.waitSignal(page.run_ended, timeout=LONG) as caught:
        pass
    assert caught.args == [run_id]
    qtbot.waitUntil(lambda: not page.is_training)
    assert_curves_are_those_on_disk(page, run_id)
    assert child(page, "epoch_table").model().rowCount() == 2
    assert child(page, "train_progress").value() == child(page, "train_progress").maximum()
    ended = metrics(page, run_id, "FitEnded")[0]
    assert f"{100 * ended['test_accuracy']:.1f} % test accuracy" in page.live.figures.text()
    assert "Finished" in child(page, "status_label").text()
    assert child(page, "train_button").isEnabled()


def assert_curves_are_those_on_disk(page, run_id: str) -> None:
    steps, epochs = metrics(page, run_id, "StepEnd"), metrics(page, run_id, "EpochEnd")
    per_epoch = metrics(page, run_id, "FitStarted")[0]["steps_per_epoch"]
    loss, accuracy = child(page, "loss_plot").curves(), child(page, "accuracy_plot").curves()
    assert_curve(loss["training"], [e["step"] / per_epoch for e in steps], "loss", steps)
    numbers = [e["epoch"] for e in epochs]
    assert_curve(loss["validation"], numbers, "val_loss", epochs)
    assert_curve(accuracy["training"], numbers, "train_accuracy", epochs)
    assert_curve(accuracy["validation"], numbers, "val_accuracy", epochs)
    assert steps


def assert_curve(curve, x: list[float], field: str, events: list[dict]) -> None:
    assert np.array_equal(curve[0], x)
    assert np.array_equal(curve[1], [event[field] for event in events])


def test_the_result_leads_to_mistakes_and_drawing(page, qtbot) -> None:
    run_id = start_with(qtbot, page, "1")
    with qtbot.waitSignal(page.idle, timeout=LONG):
        pass
    with qtbot.waitSignal(page.open_mistakes) as caught:
        click(qtbot, page, "explore_mistakes")
    assert caught.args == [run_id]
    with qtbot.waitSignal(page.open_draw) as caught:
        click(qtbot, page, "draw_with_it")
    assert caught.args == [run_id]


def test_stop_keeps_the_checkpoints(page, qtbot) -> None:
    run_id = start_with(qtbot, page, "500")
    qtbot.waitUntil(lambda: len(page.session.progress.epochs) >= 1, timeout=LONG)
    with qtbot.waitSignal(page.idle, timeout=LONG):
        click(qtbot, page, "stop_button")
    run = page.context.store.open(run_id)
    assert run.best_weights.exists()
    assert run.last_weights.exists()
    assert run.status.status is RunStatus.STOPPED
    assert "Kept: the weights of epoch" in child(page, "status_label").text()
    assert child(page, "train_button").isEnabled()


def test_a_pause_holds_and_resumes(page, qtbot) -> None:
    start_with(qtbot, page, "500")
    qtbot.waitUntil(lambda: page.session.progress.step is not None, timeout=LONG)
    click(qtbot, page, "pause_button")
    assert page.session.state is TrainingState.PAUSED
    assert child(page, "pause_button").text() == "Resume"
    assert "Paused" in child(page, "status_label").text()
    click(qtbot, page, "pause_button")
    step = page.session.progress.step.step
    qtbot.waitUntil(lambda: page.session.progress.step.step > step, timeout=LONG)
    assert page.session.state is TrainingState.RUNNING


def test_a_paused_training_can_be_stopped(page, qtbot) -> None:
    start_with(qtbot, page, "500")
    page.pause_or_resume()
    with qtbot.waitSignal(page.idle, timeout=LONG):
        click(qtbot, page, "stop_button")
    assert page.session.state is TrainingState.STOPPED


def test_a_wrong_value_is_marked_while_typing_and_nothing_starts(page, qtbot) -> None:
    spin = child(page, "epochs_spin")
    type_value(qtbot, page, "epochs_spin", "0")
    assert spin.property("wrong") is True
    assert child(page, "epochs_spin_error").text() == "It must be greater than or equal to 1."
    click(qtbot, page, "train_button")
    assert not page.is_training
    assert list(page.context.store.list()) == []
    type_value(qtbot, page, "epochs_spin", "3")
    assert spin.property("wrong") is False
    assert child(page, "epochs_spin_error").text() == ""


def test_an_error_behind_more_is_unfolded(page, qtbot) -> None:
    child(page, "smooth_spin").setValue(1.0)
    assert child(page, "smooth_spin").property("wrong") is True
    assert child(page, "smooth_spin").isVisible()


@pytest.mark.numeric
@pytest.mark.usefixtures("each_processor")
def test_a_diverging_training_reports_why_and_what_to_do(page, qtbot) -> None:
    page.setup.form.learning.set_values({"optim.optimizer": "sgd", "optim.schedule": "constant"})
    type_value(qtbot, page, "lr_spin", "10")
    with qtbot.waitSignal(page.idle, timeout=LONG):
        click(qtbot, page, "train_button")
    assert page.session.state is TrainingState.DIVERGED
    assert page.live.banner.isVisible()
    assert "Lower the learning rate" in page.live.banner.text()
    assert child(page, "train_button").isEnabled()


def test_out_of_memory_is_reported_and_the_training_continues(page, qtbot, monkeypatch) -> None:
    limit_batch_size(monkeypatch, 20)
    run_id = start_with(qtbot, page, "1")
    qtbot.waitUntil(lambda: not page.is_training, timeout=LONG)
    assert page.session.state is TrainingState.FINISHED
    (split,) = metrics(page, run_id, "BatchSplit")
    assert (
        f"{split['parts']} micro-batches of {split['pictures']} images" in page.live.banner.text()
    )
    assert "Memory ran out" in child(page, "log_view").toPlainText()


def test_a_second_training_starts_with_empty_curves(page, qtbot) -> None:
    start_with(qtbot, page, "2")
    with qtbot.waitSignal(page.idle, timeout=LONG):
        pass
    run_id = start_with(qtbot, page, "2")
    with qtbot.waitSignal(page.idle, timeout=LONG):
        pass
    assert_curves_are_those_on_disk(page, run_id)
    assert child(page, "epoch_table").model().rowCount() == 2


def test_the_network_follows_every_edit(page, qtbot) -> None:
    diagram, summary = child(page, "plan_diagram"), child(page, "network_summary")
    before = summary.text()
    assert before.startswith("128k parameters")
    qtbot.keyClick(child(page, "variant_combo"), Qt.Key.Key_Down)
    assert child(page, "variant_combo").currentData() == "tiny-vgg"
    assert summary.text() != before
    assert [s.depth for s in diagram.layers() if s.kind == "conv"] == [64, 64, 128, 128, 256, 256]
    assert child(page, "dropout_spin").value() == 0
    type_value(qtbot, page, "hidden_edit", "32")
    assert [s.depth for s in diagram.layers() if s.kind == "linear"] == [32]


def test_published_figures_are_drawn_only_over_their_own_network(
    make_page, data_dir, qtbot
) -> None:
    page = make_page(data_dir)
    page.choose_recipe("mini-vgg-v2-mnist")
    for changes, drawn in (
        ({"batch_spin": "128"}, {"published validation": 0.937}),
        ({"batch_spin": "128", "hidden_edit": "64"}, {}),
    ):
        for name, text in changes.items():
            type_value(qtbot, page, name, text)
        start_with(qtbot, page, "1")
        assert child(page, "accuracy_plot").references() == drawn
        with qtbot.waitSignal(page.idle, timeout=LONG):
            click(qtbot, page, "stop_button")


def test_a_narrow_window_folds_the_form_into_a_drawer(page, qtbot) -> None:
    panel = child(page, "setup_panel")
    page.resize(1000, 700)
    qtbot.waitUntil(lambda: page.drawer.is_folded)
    assert panel.isVisible()
    click(qtbot, page, "setup_close")
    qtbot.waitUntil(lambda: not panel.isVisible())
    click(qtbot, page, "setup_button")
    qtbot.waitUntil(lambda: panel.isVisible() and panel.x() == 0)
    page.resize(1300, 800)
    qtbot.waitUntil(lambda: not page.drawer.is_folded)
    assert panel.isVisible()


def test_training_continues_while_the_page_is_hidden(page, qtbot) -> None:
    run_id = start_with(qtbot, page, "2")
    page.hide()
    with qtbot.waitSignal(page.idle, timeout=LONG):
        pass
    page.show()
    assert_curves_are_those_on_disk(page, run_id)


def test_every_control_has_a_name_and_a_tooltip(page) -> None:
    kinds = (QAbstractButton, QAbstractSpinBox, QComboBox, QSlider)
    controls = [control for kind in kinds for control in page.findChildren(kind)]
    own = [
        control for control in controls if not control.objectName().startswith(("qt_", "banner_"))
    ]
    assert len(own) > 20
    silent = [
        f"{type(control).__name__} {control.objectName()}"
        for control in own
        if not (control.objectName() and control.accessibleName() and control.toolTip())
    ]
    assert silent == []
