"""The queue in the real window: trainings wait, start by themselves, fail, stop, and come back."""

import json

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from studio.runs import RunStatus
from studio.runs.queue_file import FILE_NAME, QueueFile
from studio.runs.training_queue import QueueEntry
from studio.ui import theme
from studio.ui.page_stack import TRAIN
from studio.ui.runs.run_table import RunTable
from studio.ui.train.live.training_state import TrainingState
from studio.ui.train.live_panel import CURVES, PLAN, QUEUE
from tests.ui.train.conftest import child, click, type_value

LONG = 60_000
ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier


def states(page) -> list[str]:
    return [entry.state.value for entry in page.queue.entries]


def rates(page) -> list[float]:
    return [entry.config.optim.lr for entry in page.queue.entries]


def add(qtbot, page, rate: str) -> None:
    """Add the settings of the form with another learning rate."""
    type_value(qtbot, page, "lr_spin", rate)
    click(qtbot, page, "queue_button")


def cells(page, column: int) -> list[str]:
    model = child(page, "queue_list").model()
    return [model.index(row, column).data() for row in range(model.rowCount())]


def select(qtbot, page, row: int) -> None:
    rows = child(page, "queue_list")
    place = rows.visualRect(rows.model().index(row, 1)).center()
    qtbot.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=place)


def drop(page, row: int, before: int) -> None:
    """Drop a row above another one, as a drag with the mouse ends."""
    rows = child(page, "queue_list")
    data = rows.model().mimeData([rows.model().index(row, 1)])
    top = rows.visualRect(rows.model().index(before, 1)).topLeft() + QPoint(20, 1)
    move, left = Qt.DropAction.MoveAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    for event in (
        QDragEnterEvent(top, move, data, left, none),
        QDragMoveEvent(top, move, data, left, none),
        QDropEvent(QPointF(top), move, data, left, none),
    ):
        QApplication.sendEvent(rows.viewport(), event)


def shorten(qtbot, page, steps: str) -> None:
    """Let the form train for so many steps."""
    combo = child(page, "unit_combo")
    combo.setCurrentIndex(combo.findData("engine.max_steps"))
    type_value(qtbot, page, "steps_spin", steps)


@pytest.mark.usefixtures("fixed_engine")
def test_a_queue_from_its_first_training_to_its_last(page, qtbot, tmp_path) -> None:
    """In one window, which takes longer to open than all that is done in it."""
    order_remove_and_put_back(qtbot, page)
    train_one_after_the_other(qtbot, page, tmp_path)
    stop_and_go_on(qtbot, page)


def order_remove_and_put_back(qtbot, page) -> None:
    page.live.show_view(QUEUE)
    assert page.live.queue.empty.isVisible()
    click(qtbot, page.live.queue, "empty_action")
    page.setFocus()
    for rate in ("0.01", "0.02"):
        add(qtbot, page, rate)
    type_value(qtbot, page, "lr_spin", "0.03")
    qtbot.keyClick(page, Qt.Key.Key_T, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert rates(page) == [0.004, 0.01, 0.02, 0.03]
    assert not page.is_training  # it waits until it is started
    assert child(page, "queue_tab").text() == "Queue 4"
    assert cells(page, 1) == ["Digits quickstart"] * 4
    assert cells(page, 2)[:2] == ["As the recipe", "Learning rate 0.01"]
    assert cells(page, 4) == ["Waits"] * 4
    assert "4 trainings wait" in child(page, "queue_summary").text()

    select(qtbot, page, 3)
    rows = child(page, "queue_list")
    qtbot.keyClick(rows, Qt.Key.Key_Up, ALT)
    click(qtbot, page, "queue_up")
    assert rates(page) == [0.004, 0.03, 0.01, 0.02]
    qtbot.keyClick(rows, Qt.Key.Key_Down, ALT)
    assert rates(page) == [0.004, 0.01, 0.03, 0.02]
    drop(page, 3, before=0)
    assert rates(page) == [0.02, 0.004, 0.01, 0.03]
    drop(page, 0, before=3)
    assert rates(page) == [0.004, 0.01, 0.02, 0.03]

    select(qtbot, page, 1)
    qtbot.keyClick(rows, Qt.Key.Key_Delete)
    qtbot.keyClick(rows, Qt.Key.Key_Delete)  # the next one is selected
    assert rates(page) == [0.004, 0.03]
    click(qtbot, page, "banner_action")  # Undo
    assert rates(page) == [0.004, 0.02, 0.03]
    qtbot.keyClick(rows, Qt.Key.Key_A, CTRL)
    click(qtbot, page, "queue_remove")
    assert page.live.queue.empty.isVisible()
    assert child(page, "queue_tab").text() == "Queue"
    assert "3 trainings were removed" in page.live.banner.text()
    click(qtbot, page, "banner_action")
    assert rates(page) == [0.004, 0.02, 0.03]
    remove_all(qtbot, page)


def remove_all(qtbot, page) -> None:
    rows = child(page, "queue_list")
    select(qtbot, page, 0)
    qtbot.keyClick(rows, Qt.Key.Key_A, CTRL)
    qtbot.keyClick(rows, Qt.Key.Key_Delete)
    assert page.queue.entries == ()


def train_one_after_the_other(qtbot, page, tmp_path) -> None:
    """Also while the form describes another one, and after one that fails."""
    shorten(qtbot, page, "20")
    with qtbot.waitSignal(page.run_started, timeout=LONG):
        click(qtbot, page, "train_button")
    click(qtbot, page, "pause_button")  # or it might end before the others are added
    type_value(qtbot, page, "steps_spin", "4")
    steps = page.setup.form.config()
    missing = steps.with_values({"data.source": "folder", "data.path": str(tmp_path / "gone")})
    add(qtbot, page, "0.01")
    assert child(page, "forecast_detail").text() == "measured after this training"
    page.queue.add_all([QueueEntry("", missing, "Gone"), QueueEntry("", steps, "Last")])
    assert page.config.optim.lr == 0.01  # the form is that of the next training
    form = page.setup.form.state()
    page.live.show_view(PLAN)
    assert page.is_training
    assert states(page) == ["waiting"] * 3
    assert not page.queue.is_held
    click(qtbot, page, "pause_button")
    qtbot.waitUntil(lambda: "“Gone” failed:" in page.live.banner.text(), timeout=LONG)
    qtbot.waitUntil(lambda: states(page) == ["finished", "failed", "finished"], timeout=LONG)
    assert page.live.current_view() == PLAN  # what is looked at stays in view
    assert page.setup.form.state() == form
    store = page.context.store
    first, failed, last = page.queue.entries
    assert store.open(first.run).config.optim.lr == 0.01
    assert store.open(first.run).status.status is RunStatus.FINISHED
    assert store.open(last.run).config.optim.lr == steps.optim.lr
    assert "gone" in failed.reason
    assert cells(page, 2)[1] == failed.reason
    assert page.queue.is_held  # nothing is left

    page.live.show_view(QUEUE)
    select(qtbot, page, 2)
    with qtbot.waitSignal(page.runs_wanted) as wanted:
        qtbot.keyClick(child(page, "queue_list"), Qt.Key.Key_Return)
    assert wanted.args == [[last.run]]
    click(qtbot, page, "queue_again")
    assert states(page) == ["finished", "failed", "waiting"]
    click(qtbot, page, "queue_clear")
    assert states(page) == ["waiting"]
    click(qtbot, page, "banner_action")
    assert states(page) == ["finished", "failed", "waiting"]
    remove_all(qtbot, page)


def run_long(qtbot, page) -> None:
    """Start a queue of a long training and a short one."""
    short = page.setup.form.config().with_values({"engine.max_steps": 4})
    long = short.with_values({"engine.max_steps": 100_000, "optim.lr": 0.001})
    page.queue.add_all([QueueEntry("", long, "Long"), QueueEntry("", short, "Short")])
    qtbot.waitUntil(child(page, "banner_action").isVisible, timeout=LONG)  # the file was read
    with qtbot.waitSignal(page.run_started, timeout=LONG):
        click(qtbot, page, "banner_action")  # Start queue
    qtbot.waitUntil(lambda: page.session.progress.step is not None, timeout=LONG)


def stop_and_go_on(qtbot, page) -> None:
    run_long(qtbot, page)
    page.live.show_view(QUEUE)
    assert child(page, "plan_title").text() == "Long"
    assert child(page, "train_button").text() == "Training"
    click(qtbot, page, "queue_start")  # Hold queue
    assert page.queue.is_held
    click(qtbot, page, "queue_start")
    assert not page.queue.is_held
    select(qtbot, page, 0)
    assert not child(page, "queue_remove").isEnabled()
    with qtbot.waitSignal(page.idle, timeout=LONG):
        click(qtbot, page, "stop_button")
    assert page.session.state is TrainingState.STOPPED
    assert states(page) == ["stopped", "waiting"]
    assert page.live.banner.text() == "Stopped. 1 training waits."
    assert "Held" in child(page, "queue_summary").text()
    click(qtbot, page, "banner_action")  # Go on
    qtbot.waitUntil(lambda: states(page) == ["stopped", "finished"], timeout=LONG)

    # The one that was stopped can be resumed, and is then followed in its row.
    again = page.context.store.open(page.queue.entries[0].run)
    with qtbot.waitSignal(page.run_started, timeout=LONG):
        page.resume_run(again.id)
    assert states(page) == ["running", "finished"]
    page.live.show_view(QUEUE)
    select(qtbot, page, 0)
    qtbot.keyClick(child(page, "queue_list"), Qt.Key.Key_Return)
    assert page.live.current_view() == CURVES
    page.retrain(again.config, again.id)  # waits its turn
    entry = page.queue.entries[-1]
    assert (entry.parent, entry.title) == (again.id, "Digits quickstart")
    with qtbot.waitSignal(page.idle, timeout=LONG):
        click(qtbot, page, "stop_button")
    assert states(page) == ["stopped", "finished", "waiting"]


@pytest.mark.usefixtures("fixed_engine")
def test_closing_the_window_loses_nothing_of_the_queue(open_window, qtbot, qapp, tmp_path) -> None:
    theme.apply(qapp, "light")
    window = open_window(data_dir=tmp_path / "data")
    window.show_page(TRAIN)
    run_long(qtbot, window.train_page)
    run = window.train_page.session.run_id
    window.close()
    with qtbot.waitSignal(window.closed, timeout=LONG):
        click(qtbot, window, "question_action")
    saved = json.loads((tmp_path / "runs" / FILE_NAME).read_text())["entries"]
    found = [(entry["state"], entry["resume"]) for entry in saved]
    assert found == [("stopped", run), ("waiting", "")]

    # Another program that was faster drives the queue: here it is shown, and not changed.
    other = QueueFile(tmp_path / "runs")
    other.acquire()
    second = open_window(data_dir=tmp_path / "data")
    page = second.train_page
    second.show_page(TRAIN)
    qtbot.waitUntil(lambda: page.queue.read_only != "", timeout=LONG)
    page.live.show_view(QUEUE)
    assert "Another window" in child(page, "queue_note").text()
    assert cells(page, 1) == ["Long", "Short"]
    assert not child(page, "queue_start").isEnabled()
    click(qtbot, page, "queue_button")
    assert len(page.queue.entries) == 2
    assert "Another window" in page.live.banner.text()
    other.release()
    click(qtbot, page, "queue_retry")
    assert not child(page, "queue_note").isVisible()
    assert page.live.banner.text() == "2 trainings wait in the queue. The first one is resumed."

    assert cells(page, 4) == ["Resumes", "Waits"]
    with qtbot.waitSignal(page.run_started, timeout=LONG):
        click(qtbot, page, "queue_start")
    assert page.session.run_id == run
    assert states(page) == ["running", "waiting"]
    with qtbot.waitSignal(page.idle, timeout=LONG):
        page.stop()
    assert states(page)[0] == "stopped"

    select(qtbot, page, 0)
    qtbot.keyClick(child(page, "queue_list"), Qt.Key.Key_Return)
    table = second.findChild(RunTable)
    qtbot.waitUntil(lambda: table.isVisible() and table.selected_ids() == [run], timeout=LONG)
