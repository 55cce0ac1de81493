"""The one walk a new user takes: recipe, trained run, drawn digit, opened mistake; all by mouse."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget

from studio.runs import RunStatus, RunStore
from studio.runs.checkpoints import read_card
from studio.ui import theme

LONG = 60_000
EPOCHS = 6


@pytest.fixture
def window(open_window, qapp, tmp_path):
    theme.apply(qapp, "light")
    window = open_window(data_dir=tmp_path / "data")
    window.resize(1280, 800)
    return window


def find(window, name):
    (widget,) = (w for w in window.findChildren(QWidget, name) if w.isVisible())
    return widget


def click(widget, spot=None):
    target = widget.viewport() if hasattr(widget, "viewport") else widget
    QTest.mouseClick(target, Qt.MouseButton.LeftButton, pos=spot or target.rect().center())


def click_row(view, row):
    click(view, view.visualRect(view.model().index(row, 0)).center())


def go_to(window, row):
    click_row(find(window, "nav"), row)


def draw_one(canvas):
    """A vertical stroke down the middle."""
    x, h = canvas.width() // 2, canvas.height()
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(x, h // 6))
    for step in range(2, 6):
        QTest.mouseMove(canvas, QPoint(x + step % 2, h * step // 6))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(x, h * 5 // 6))


@pytest.mark.numeric
@pytest.mark.usefixtures("fixed_engine")
def test_from_a_recipe_to_an_opened_mistake(qtbot, window, tmp_path):
    # Pick the first card, make it short, train.
    go_to(window, 0)
    click_row(find(window, "recipe_list"), 0)
    find(window, "epochs_spin").setValue(EPOCHS)
    with qtbot.waitSignal(window.train_page.run_ended, timeout=LONG) as ended:
        click(find(window, "train_button"))
    run_id = ended.args[0]
    run = RunStore(tmp_path / "runs").open(run_id)
    assert run.status.observed is RunStatus.FINISHED
    validation = [e["val_loss"] for e in run.metrics() if e["event"] == "EpochEnd"]
    qtbot.waitUntil(lambda: len(find(window, "loss_plot").curves()["validation"][1]) == EPOCHS)
    assert list(find(window, "loss_plot").curves()["validation"][1]) == pytest.approx(validation)
    assert find(window, "epoch_table").model().rowCount() == EPOCHS

    # Draw a one: the bundled network answers, then the run just trained.
    window.open_draw("bundled")
    bars, canvas = window.findChild(QWidget, "prediction_bars"), find(window, "digit_canvas")
    assert bars.values() == []
    draw_one(canvas)
    qtbot.waitUntil(lambda: len(bars.values()) == 10, timeout=LONG)
    assert max(bars.values(), key=lambda bar: bar[1])[0] == "1"
    assert "1" in find(window, "prediction_label").text()
    assert find(window, "network_view").image().shape == (28, 28)
    window.open_draw(run_id)
    seen = window.findChild(QWidget, "network_view")
    qtbot.waitUntil(lambda: seen.image() is not None and seen.image().shape == (8, 8), timeout=LONG)
    click(find(window, "clear_button"))
    qtbot.waitUntil(lambda: bars.values() == [], timeout=LONG)

    # Open its worst confusion, then a sample of it.
    go_to(window, 2)
    window.open_mistakes(run_id)
    page = window.mistakes_page
    qtbot.waitUntil(lambda: page.stack.currentWidget() is page.views, timeout=LONG)
    evaluation = page.samples_view.evaluation
    assert evaluation.run == run_id
    assert evaluation.accuracy == pytest.approx(run.status.test_accuracy)
    true, read, count = evaluation.most_confused(1)[0]
    confusion, grid = find(window, "confusion_view"), find(window, "mistake_grid")
    assert confusion.matrix()[true, read] == count
    click(confusion, confusion.cell_center(true, read))
    qtbot.waitUntil(lambda: grid.model().rowCount() == count)
    click_row(grid, 0)
    facts = page.samples_view.detail.facts
    names = evaluation.class_names
    assert (facts.true, facts.predicted) == (names[true], names[read])

    # It is in the list of runs.
    go_to(window, 3)
    table = find(window, "runs_table")
    qtbot.waitUntil(lambda: table.model().rowCount() == 1, timeout=LONG)


@pytest.mark.numeric
@pytest.mark.usefixtures("fixed_engine")
def test_the_same_seed_learns_the_same_from_the_command_line(qtbot, window, tmp_path):
    """Same configuration and seed without the window: the same weights, bit for bit."""
    from studio.training import Trainer

    window.train_page.choose_recipe("digits-quickstart")
    go_to(window, 0)
    find(window, "epochs_spin").setValue(2)
    with qtbot.waitSignal(window.train_page.run_ended, timeout=LONG) as ended:
        click(find(window, "train_button"))
    store = RunStore(tmp_path / "runs")
    run = store.open(ended.args[0])
    again = store.create(run.config)
    Trainer(run.config, again).fit()
    assert read_card(run.last_weights) == read_card(again.last_weights)
    assert run.last_weights.read_bytes() == again.last_weights.read_bytes()


def test_closing_while_training_asks_and_then_saves(qtbot, window, tmp_path):
    go_to(window, 0)
    find(window, "epochs_spin").setValue(500)
    with qtbot.waitSignal(window.train_page.run_started, timeout=LONG) as started:
        click(find(window, "train_button"))
    run = RunStore(tmp_path / "runs").open(started.args[0])
    qtbot.waitUntil(run.best_weights.is_file, timeout=LONG)
    window.close()
    assert window.isVisible()
    with qtbot.waitSignal(window.closed, timeout=LONG):
        click(window.findChild(QWidget, "question_action"))
    assert run.status.observed is RunStatus.STOPPED
    assert run.state.is_file()


def test_a_stopped_run_goes_on_from_the_list_of_runs(qtbot, window, tmp_path):
    go_to(window, 0)
    find(window, "epochs_spin").setValue(15)
    with qtbot.waitSignal(window.train_page.run_started, timeout=LONG) as started:
        click(find(window, "train_button"))
    run = RunStore(tmp_path / "runs").open(started.args[0])
    qtbot.waitUntil(run.best_weights.is_file, timeout=LONG)
    click(find(window, "stop_button"))
    with qtbot.waitSignal(window.train_page.idle, timeout=LONG):
        click(find(window, "question_action"))
    assert run.status.observed is RunStatus.STOPPED
    go_to(window, 3)
    qtbot.waitUntil(lambda: window.findChild(QWidget, "run_resume").isVisible(), timeout=LONG)
    with qtbot.waitSignal(window.train_page.idle, timeout=LONG):
        click(find(window, "run_resume"))
    assert run.status.observed is RunStatus.FINISHED
    assert find(window, "epoch_table").model().rowCount() == 15
    validation = [e["val_loss"] for e in run.metrics() if e["event"] == "EpochEnd"]
    curve = find(window, "loss_plot").curves()["validation"]
    assert list(curve[1]) == pytest.approx(validation)
    assert list(curve[0]) == list(range(1, 16))


def test_the_focus_of_the_locked_form_goes_to_no_other_button(qtbot, window):
    go_to(window, 0)
    find(window, "epochs_spin").setValue(1)
    with qtbot.waitSignal(window.train_page.idle, timeout=LONG):
        click(find(window, "train_button"))
    assert not isinstance(window.focusWidget(), QAbstractButton)
