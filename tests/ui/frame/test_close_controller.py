"""CloseController asks once, saves, waits for threads, and only then is done."""

import threading

import pytest
from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QDialog, QPushButton

from studio.ui.frame.close_controller import CloseController
from studio.ui.tasks import TaskHost


class Steps(QObject):
    """Notes what the closing says, in order."""

    def __init__(self, closing):
        super().__init__()
        self.said = []
        closing.saving.connect(self.on_saving)
        closing.ending.connect(self.on_ending)
        closing.done.connect(self.on_done)

    def on_saving(self):
        self.said.append("saving")

    def on_ending(self):
        self.said.append("ending")

    def on_done(self):
        self.said.append("done")


@pytest.fixture
def tasks():
    host = TaskHost()
    yield host
    host.wait_all()


@pytest.fixture
def closing(window, training, tasks):
    controller = CloseController(window, tasks)
    controller.set_training_page(training)
    return controller


@pytest.fixture
def steps(closing):
    return Steps(closing)


def answer(qtbot, window, name):
    question = window.findChild(QDialog, "close_question")
    with qtbot.waitSignal(question.finished):
        qtbot.mouseClick(question.findChild(QPushButton, name), Qt.MouseButton.LeftButton)


def questions(window):
    return [each for each in window.findChildren(QDialog, "close_question") if each.isVisible()]


def test_with_nothing_running_it_is_done_at_once(closing, steps):
    closing.begin()
    assert steps.said == ["ending", "done"]
    assert closing.is_done


def test_during_a_training_it_asks_once(window, training, closing, steps):
    training.is_training = True
    closing.begin()
    closing.begin()
    assert len(questions(window)) == 1
    assert steps.said == []
    questions(window)[0].close()


def test_keep_training_leaves_all_as_it_is(qtbot, window, training, closing, steps):
    training.is_training = True
    closing.begin()
    answer(qtbot, window, "question_stay")
    assert (training.stops, steps.said) == (0, [])
    closing.begin()
    assert len(questions(window)) == 1
    questions(window)[0].close()


def test_stop_and_save_waits_for_the_training_to_end(qtbot, window, training, closing, steps):
    training.is_training = True
    closing.begin()
    answer(qtbot, window, "question_action")
    assert training.stops == 1
    assert steps.said == ["saving"]
    closing.begin()
    assert questions(window) == []
    training.end()
    assert steps.said == ["saving", "ending", "done"]


def test_a_training_that_ends_under_the_question_needs_no_stop(
    qtbot, window, training, closing, steps
):
    training.is_training = True
    closing.begin()
    training.end()
    answer(qtbot, window, "question_action")
    assert training.stops == 0
    assert steps.said == ["ending", "done"]


def test_the_end_of_a_training_alone_closes_nothing(training, closing, steps):
    training.is_training = True
    training.end()
    assert steps.said == []


def test_it_waits_for_tasks_without_blocking(qtbot, tasks, closing, steps):
    begun = threading.Event()

    def work(on_progress, should_stop):
        begun.set()
        while not should_stop():
            threading.Event().wait(0.001)

    tasks.start(work)
    qtbot.waitUntil(begun.is_set)
    closing.begin()
    assert steps.said == ["ending"]
    with qtbot.waitSignal(closing.done):
        pass
    assert steps.said == ["ending", "done"]


def test_nobody_is_asked_where_nobody_is_there(window, training, closing, steps):
    training.is_training = True
    closing.save_and_end()
    assert questions(window) == []
    assert training.stops == 1
    training.end()
    assert closing.is_done


def test_an_open_question_does_not_hold_up_a_signal(window, training, closing, steps):
    training.is_training = True
    closing.begin()
    closing.save_and_end()
    closing.save_and_end()
    assert training.stops == 1
    questions(window)[0].reject()
    training.end()
    assert closing.is_done


@pytest.fixture
def waiting_limits(closing, monkeypatch):
    """Let the process end soon after the window, as the program does."""
    closing.patience_s, limits = 0.01, []
    monkeypatch.setattr("studio.ui.frame.close_controller.limit_waiting", limits.append)
    return limits


def test_a_program_gives_up_what_loses_nothing(
    qtbot, training, tasks, closing, steps, waiting_limits
):
    training.is_training = True  # but still loads its data, and does not hear the request
    released = threading.Event()
    task = tasks.start(lambda _on_progress, _should_stop: released.wait(30))
    with qtbot.waitSignal(closing.done):
        closing.save_and_end()
    assert training.stops == 1
    assert steps.said == ["saving", "ending", "done"]
    assert waiting_limits == [0.01]
    with qtbot.waitSignal(task.finished):
        released.set()
    assert steps.said == ["saving", "ending", "done"]


@pytest.mark.usefixtures("waiting_limits")
def test_a_program_waits_for_a_training_that_has_begun(qtbot, training, closing, steps):
    training.is_training = training.has_begun = True
    with qtbot.waitCallback() as late:
        closing.save_and_end()
        QTimer.singleShot(50, late)
    assert steps.said == ["saving"]
    training.end()
    assert closing.is_done
