"""Threads end in exactly one terminal signal, whatever happens inside them."""

import json
import sys
import threading
import time
import weakref
from dataclasses import dataclass

import pytest
import torch
from PySide6.QtCore import QObject, QThread
from PySide6.QtWidgets import QApplication
from shiboken6 import Shiboken

from studio.config import TrainConfig
from studio.errors import Stopped
from studio.runs import RunStore
from studio.training.events import CheckpointSaved, FitStarted, StepEnd, to_dict
from studio.ui import tasks
from studio.ui.tasks import FitThread, LatestWorker, NewestTask, Task, TaskHost


class Log(QObject):
    """Hears a task's signals in the thread it was made in, and notes that thread."""

    def __init__(self):
        super().__init__()
        self.heard = []
        self.threads = set()

    def note(self, *said):
        self.heard.append(said)
        self.threads.add(threading.get_ident())

    def note_stop(self):
        self.note("stopped")


def ended(qtbot, task):
    """Run the task to its end and return its terminal signals as (name, arguments)."""
    log = Log()
    said = []
    succeeded, failed = Log(), Log()
    task.succeeded.connect(succeeded.note)
    task.stopped.connect(log.note_stop)
    task.failed.connect(failed.note)
    with qtbot.waitSignal(task.finished):
        task.start()
    task.wait()
    QApplication.sendPostedEvents()
    said += [("succeeded", *words) for words in succeeded.heard]
    said += [("stopped",) for _ in log.heard]
    said += [("failed", *words) for words in failed.heard]
    for heard in (log, succeeded, failed):
        assert heard.threads <= {threading.get_ident()}
    return said


def test_a_task_that_returns_succeeds_with_its_result(qtbot):
    assert ended(qtbot, Task(lambda on_progress, should_stop: 42)) == [("succeeded", 42)]


def test_a_task_may_return_nothing(qtbot):
    assert ended(qtbot, Task(lambda on_progress, should_stop: None)) == [("succeeded", None)]


@pytest.mark.parametrize(
    "error",
    [RuntimeError("out of memory"), KeyboardInterrupt(), SystemExit(3), ValueError("x")],
    ids=lambda error: type(error).__name__,
)
def test_whatever_a_task_raises_is_a_failure_with_its_traceback(qtbot, error):
    def work(on_progress, should_stop):
        raise error

    ((name, said, text),) = ended(qtbot, Task(work))
    assert (name, said) == ("failed", error)
    assert "in work" in text
    assert type(error).__name__ in text


def test_a_failure_keeps_nothing_of_the_functions_it_passed(qtbot):
    held = []

    def work(on_progress, should_stop):
        array = torch.zeros(3)
        held.append(weakref.ref(array))
        try:
            raise KeyError("cause")
        except KeyError as cause:
            raise ValueError("x") from cause

    ((_, error, text),) = ended(qtbot, Task(work))
    assert held[0]() is None
    assert (error.__traceback__, error.__cause__.__traceback__) == (None, None)
    assert "in work" in text


@pytest.mark.parametrize("is_stopped", [False, True])
def test_a_failure_that_no_slot_hears_of_counts_as_uncaught(qtbot, monkeypatch, is_stopped):
    uncaught = []
    monkeypatch.setattr(sys, "excepthook", lambda *found: uncaught.append(found[0]))
    task = Task(fail)
    if is_stopped:  # its result is not wanted
        task.request_stop()
    with qtbot.waitSignal(task.finished):
        task.start()
    task.wait()
    assert len(uncaught) == (not is_stopped)


def test_stopped_is_neither_success_nor_failure(qtbot):
    def work(on_progress, should_stop):
        raise Stopped

    assert ended(qtbot, Task(work)) == [("stopped",)]


def test_work_sees_the_wish_to_stop(qtbot):
    begun = threading.Event()

    def work(on_progress, should_stop):
        begun.set()
        while not should_stop():
            threading.Event().wait(0.001)
        raise Stopped

    task = Task(work)
    log = Log()
    task.stopped.connect(log.note_stop)
    with qtbot.waitSignal(task.stopped):
        task.start()
        assert begun.wait(10)
        task.request_stop()
    task.wait()
    assert len(log.heard) == 1


def test_every_word_of_progress_arrives_in_order_in_the_gui_thread(qtbot):
    def work(on_progress, should_stop):
        for number in range(2000):
            on_progress(number / 2000, str(number))
        return True

    task = Task(work)
    log = Log()
    task.progressed.connect(log.note)
    assert ended(qtbot, task) == [("succeeded", True)]
    assert [text for _, text in log.heard] == [str(number) for number in range(2000)]
    assert log.threads == {threading.get_ident()}


def test_the_host_starts_a_task_only_after_its_caller_could_connect(qtbot):
    host = TaskHost()
    log = Log()
    task = host.start(lambda on_progress, should_stop: "done")
    assert not task.isRunning()
    assert host.is_busy
    task.succeeded.connect(log.note)
    with qtbot.waitSignal(host.idle):
        pass
    assert log.heard == [("done",)]
    assert not host.is_busy


def test_the_host_says_idle_once_when_the_last_task_has_ended(qtbot):
    host = TaskHost()
    log = Log()
    host.idle.connect(log.note)
    gate = threading.Event()
    host.start(lambda on_progress, should_stop: gate.wait(10))
    quick = host.start(lambda on_progress, should_stop: None)
    with qtbot.waitSignal(quick.finished):
        pass
    assert log.heard == []
    with qtbot.waitSignal(host.idle):
        gate.set()
    assert len(log.heard) == 1


def test_waiting_for_all_leaves_no_thread(qtbot):
    host = TaskHost()
    begun = threading.Event()

    def work(on_progress, should_stop):
        begun.set()
        while not should_stop():
            threading.Event().wait(0.001)

    running = host.start(work)
    qtbot.waitUntil(begun.is_set)
    never = host.start(work)
    host.wait_all()
    assert running.isFinished()
    assert not never.isRunning()
    assert not host.is_busy


class RecordingHost(TaskHost):
    """Also keeps the task started last."""

    def start(self, work):
        self.last = super().start(work)
        return self.last


@pytest.fixture
def newest(qtbot):
    """A NewestTask with a host of its own, and logs of its results and signals."""
    newest = NewestTask(RecordingHost())
    newest.host, newest.results, newest.others = newest._tasks, Log(), Log()
    newest.cancelled.connect(newest.others.note_stop)
    newest.failed.connect(newest.others.note)
    newest.progressed.connect(newest.others.note)
    yield newest
    newest.host.wait_all()


def run_and_hold_back_its_signals(qtbot, newest, work):
    """Let `newest` run `work` to its end while no event is processed: its signals are queued."""
    begun, gate = threading.Event(), threading.Event()

    def begin(on_progress, should_stop):
        begun.set()
        gate.wait(10)
        on_progress(0.5, "half")
        return work(on_progress, should_stop)

    newest.start(begin, newest.results.note)
    qtbot.waitUntil(begun.is_set)
    gate.set()
    newest.host.last.wait()


def fail(_on_progress, _should_stop):
    raise ValueError("late")


def be_stopped(_on_progress, _should_stop):
    raise Stopped


@pytest.mark.parametrize("work", [lambda _p, _s: "late", fail, be_stopped])
@pytest.mark.parametrize("is_deleted", [False, True], ids=["kept", "deleted"])
def test_late_signals_of_a_stopped_task_are_dropped(qtbot, newest, work, is_deleted):
    run_and_hold_back_its_signals(qtbot, newest, work)
    newest.stop()
    if is_deleted:
        newest.host.last = None
        newest.host.wait_all()
    QApplication.processEvents()
    assert (newest.results.heard, newest.others.heard) == ([], [])
    assert not newest.is_running


@pytest.mark.parametrize("work", [lambda _p, _s: "late", fail, be_stopped])
def test_late_signals_of_a_deleted_task_are_not_those_of_a_task_at_its_address(qtbot, newest, work):
    for number in range(20):
        run_and_hold_back_its_signals(qtbot, newest, work)
        newest.stop()
        newest.host.last = None
        newest.host.wait_all()
        newest.start(lambda _p, _s, number=number: number, newest.results.note)
        with qtbot.waitSignal(newest.host.idle):
            pass
    assert newest.results.heard == [(number,) for number in range(20)]
    assert newest.others.heard == []


def test_the_newest_task_may_start_another_when_it_ends(qtbot, newest):
    def on_first(result):
        newest.results.note(result)
        newest.start(lambda _p, _s: result + 1, newest.results.note)
        assert newest.is_running

    newest.start(lambda _p, _s: 1, on_first)
    qtbot.waitUntil(lambda: len(newest.results.heard) == 2)
    assert newest.results.heard == [(1,), (2,)]
    assert not newest.is_running


def test_an_ended_task_keeps_nothing_of_its_owner(qtbot, newest):
    """Otherwise an owner would be part of a cycle, and live until the next collection."""

    class Owner(QObject):
        def __init__(self):
            super().__init__()
            self.newest = NewestTask(newest.host, self)
            self.result = None

        def set_result(self, result):
            self.result = result

    owner = Owner()
    gone = weakref.ref(owner)
    owner.newest.start(lambda _p, _s: 1, owner.set_result)
    with qtbot.waitSignal(newest.host.idle):
        pass
    assert owner.result == 1
    del owner
    assert gone() is None


def test_an_owner_can_be_deleted_while_its_task_runs(qtbot, newest):
    begun, gate = threading.Event(), threading.Event()

    def work(_on_progress, _should_stop):
        begun.set()
        gate.wait(10)
        return "late"

    owner = QObject()
    inner = NewestTask(newest.host, owner)
    inner.start(work, newest.results.note)
    qtbot.waitUntil(begun.is_set)
    Shiboken.delete(owner)
    with qtbot.waitSignal(newest.host.idle):
        gate.set()
    assert newest.results.heard == []


def test_a_latest_worker_answers_the_newest_question_only(qtbot):
    begun, gate = threading.Event(), threading.Event()

    def answer(payload):
        begun.set()
        gate.wait(10)
        return payload * 2

    worker = LatestWorker(answer)
    log = Log()
    worker.completed.connect(log.note)
    worker.submit(1)
    assert begun.wait(10)
    for payload in range(2, 50):
        worker.submit(payload)
    gate.set()
    qtbot.waitUntil(lambda: len(log.heard) == 2)
    assert log.heard == [(1, 2), (49, 98)]
    worker.close()
    assert worker.isFinished()


def test_a_latest_worker_goes_on_after_a_question_it_cannot_answer(qtbot):
    worker = LatestWorker(lambda payload: 1 / payload)
    answered, failed = Log(), Log()
    worker.completed.connect(answered.note)
    worker.failed.connect(failed.note)
    worker.submit(0)
    qtbot.waitUntil(lambda: len(failed.heard) == 1)
    worker.submit(2)
    qtbot.waitUntil(lambda: len(answered.heard) == 1)
    assert isinstance(failed.heard[0][0], ZeroDivisionError)
    assert answered.heard == [(2, 0.5)]
    worker.close()


def test_a_closed_latest_worker_stays_closed(qtbot):
    worker = LatestWorker(str)
    worker.close()
    worker.submit(1)
    assert not worker.isRunning()


@dataclass
class Ended:
    """Stands for the trainer's FitEnded."""

    status: str


class FakeRun:
    id = "20260101-000000-fake-abcd"


class FakeStore:
    def create(self, config, parent, sweep):
        return FakeRun()


@pytest.fixture
def set_trainer(monkeypatch):
    """Replaces the trainer by a function of `on_event` and `should_stop`."""

    def set_fit(fit):
        class FakeTrainer:
            def __init__(self, config, run, data_dir, snapshots, settings):
                pass

            def fit(self, on_event, should_stop, on_progress):
                return fit(on_event, should_stop)

        monkeypatch.setattr("studio.training.Trainer", FakeTrainer)

    return set_fit


@pytest.fixture
def fit_thread(set_trainer):
    """Makes a FitThread whose trainer is the function given."""
    made = []

    def make(fit):
        set_trainer(fit)
        thread = FitThread(None, FakeStore())
        made.append(thread)
        return thread

    yield make
    for thread in made:
        thread.request_stop()
        thread.wait()


def steps_until_told(on_event, should_stop):
    while not should_stop():
        on_event("step")
        threading.Event().wait(0.001)
    return Ended("stopped")


def test_a_finished_training_succeeds(qtbot, fit_thread):
    thread = fit_thread(lambda on_event, should_stop: Ended("finished"))
    assert ended_fit(qtbot, thread) == [("succeeded", Ended("finished"))]


def test_a_stopped_training_says_stopped(qtbot, fit_thread):
    thread = fit_thread(lambda on_event, should_stop: Ended("stopped"))
    assert ended_fit(qtbot, thread) == [("stopped", Ended("stopped"))]


def test_an_error_of_torch_is_a_failure(qtbot, fit_thread):
    def fit(on_event, should_stop):
        raise RuntimeError("CUDA out of memory")

    ((name, error, text),) = ended_fit(qtbot, fit_thread(fit))
    assert name == "failed"
    assert str(error) == "CUDA out of memory"
    assert "RuntimeError" in text


def step(number):
    return StepEnd(number, 1, 0.5, 0.1, 100.0, number / 100)


CHECKPOINT = CheckpointSaved(3, 1, "weights/last.safetensors", False)


def test_steps_are_emitted_together_and_everything_else_at_once(qtbot, fit_thread, monkeypatch):
    clock = Clock()
    monkeypatch.setattr(tasks, "time", clock)

    def fit(on_event, should_stop):
        clock.now = 1.0
        for number in (1, 2, 3):
            on_event(step(number))
        on_event(CHECKPOINT)
        on_event(step(4))
        clock.now += 2 * tasks.EVENT_INTERVAL_S
        on_event(step(5))
        return Ended("finished")

    thread, log = fit_thread(fit), Log()
    thread.fit_events.connect(log.note)
    ended_fit(qtbot, thread)
    assert log.heard == [
        ([step(1)],),
        ([step(2), step(3), CHECKPOINT],),
        ([step(4), step(5)],),
    ]


class Clock:
    """Stands in for the time module: it moves only when told."""

    def __init__(self):
        self.now, self.slept = 0.0, 0

    def perf_counter(self):
        return self.now

    def sleep(self, seconds):
        self.slept += 1


@pytest.mark.parametrize("way", ["paused", "ended", "failed"])
def test_no_step_is_held_back_when_a_training_rests(qtbot, fit_thread, way):
    def fit(on_event, should_stop):
        on_event(step(1))
        on_event(step(2))
        if way == "failed":
            raise RuntimeError
        if way == "paused":
            thread.pause()
            should_stop()
        return Ended("finished")

    thread, log, failures = fit_thread(fit), Log(), Log()
    thread.fit_events.connect(log.note)
    thread.failed.connect(failures.note)  # else the failure would count as uncaught
    thread.start()
    qtbot.waitUntil(lambda: sum(len(events) for (events,) in log.heard) == 2)
    assert thread.paused == (way == "paused")
    thread.request_stop()
    qtbot.waitUntil(thread.isFinished)


def test_a_long_history_is_replayed_in_batches_with_pauses(
    qtbot, set_trainer, tmp_path, monkeypatch
):
    store, clock = RunStore(tmp_path / "runs"), Clock()
    monkeypatch.setattr(tasks, "time", clock)
    run = store.create(TrainConfig())
    began = FitStarted(run.id, "x", 1, 9, 9, 9, "cpu", "", "float32", 1, 9, 9, 9)
    past = [step(number) for number in range(2 * tasks.REPLAY_BATCH + 50)]
    lines = [json.dumps(to_dict(event)) + "\n" for event in (*past, began)]
    run.metrics_path.write_text("".join(lines), encoding="utf-8")

    def fit(on_event, should_stop):
        on_event(began)
        return Ended("finished")

    set_trainer(fit)
    thread, log = FitThread(None, store, resume=run.id), Log()
    thread.fit_events.connect(log.note)
    ended_fit(qtbot, thread)
    assert [len(events) for (events,) in log.heard] == [200, 200, 51]
    assert [event for (events,) in log.heard for event in events] == [*past, began]
    assert clock.slept == 2


def test_work_with_spare_threads_steps_back_when_a_training_begins(qtbot, fit_thread, monkeypatch):
    monkeypatch.setattr("studio.training.backend.threads.count_cores", lambda: 2)
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        with tasks.spare_threads(lambda: False) as asked:
            assert not asked()
            assert torch.get_num_threads() == 2
            thread = fit_thread(steps_until_told)
            log = Log()
            thread.fit_events.connect(log.note)
            thread.start()
            qtbot.waitUntil(lambda: bool(log.heard))
            assert not asked()
            assert torch.get_num_threads() == 1
            with qtbot.waitSignal(thread.stopped):
                thread.request_stop()
            thread.wait()
        assert torch.get_num_threads() == 2
        with tasks.spare_threads(lambda: True) as asked:
            assert asked()
            assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def test_work_that_trains_models_waits_for_a_training(qtbot, fit_thread, monkeypatch):
    thread = fit_thread(steps_until_told)
    log = Log()
    thread.fit_events.connect(log.note)
    thread.start()
    qtbot.waitUntil(lambda: bool(log.heard))
    waits, sleep = threading.Event(), time.sleep
    state = torch.get_rng_state()

    def sleep_and_report(seconds):
        waits.set()
        sleep(seconds)

    def work(_on_progress, _should_stop):
        return tasks.wait_for_trainings(lambda: False)()

    monkeypatch.setattr(tasks.time, "sleep", sleep_and_report)
    task = tasks.Task(work)
    with qtbot.waitSignal(task.succeeded) as ended:
        task.start()
        assert waits.wait(5)
        torch.rand(1)  # the training draws a number
        assert task.isRunning()
        with qtbot.waitSignal(thread.stopped):
            thread.request_stop()
    assert ended.args == [False]
    task.wait()
    thread.wait()
    assert torch.equal(torch.get_rng_state(), state)
    torch.set_rng_state(state)


def test_work_that_waits_for_a_training_can_be_stopped(qtbot, fit_thread):
    thread = fit_thread(steps_until_told)
    log = Log()
    thread.fit_events.connect(log.note)
    thread.start()
    qtbot.waitUntil(lambda: bool(log.heard))
    assert tasks.wait_for_trainings(lambda: True)()
    with qtbot.waitSignal(thread.stopped):
        thread.request_stop()
    thread.wait()


def test_a_paused_training_makes_no_step_until_it_goes_on(qtbot, fit_thread):
    thread = fit_thread(steps_until_told)
    log = Log()
    thread.fit_events.connect(log.note)
    thread.pause()
    with qtbot.waitSignal(thread.started):
        thread.start()
    assert thread.paused
    QThread.yieldCurrentThread()
    assert log.heard == []
    thread.resume()
    qtbot.waitUntil(lambda: bool(log.heard))
    assert not thread.paused
    with qtbot.waitSignal(thread.stopped):
        thread.request_stop()


def test_stop_wakes_a_paused_training(qtbot, fit_thread):
    thread = fit_thread(steps_until_told)
    thread.pause()
    with qtbot.waitSignal(thread.started):
        thread.start()
    with qtbot.waitSignal(thread.stopped):
        thread.request_stop()


def test_a_training_thread_lowers_its_priority(qtbot, fit_thread, monkeypatch):
    threads = []
    monkeypatch.setattr(
        tasks, "lower_thread_priority", lambda: threads.append(threading.get_ident())
    )
    thread = fit_thread(lambda on_event, should_stop: Ended("finished"))
    assert ended_fit(qtbot, thread) == [("succeeded", Ended("finished"))]
    assert len(threads) == 1
    assert threads[0] != threading.get_ident()


def test_a_resumed_run_keeps_its_own_configuration(qtbot, tmp_path, monkeypatch):
    store = RunStore(tmp_path / "runs")
    run = store.create(TrainConfig(seed=5))
    asked = []

    class FakeTrainer:
        def __init__(self, config, run, data_dir, snapshots, settings):
            asked.append((config.seed, run.id, data_dir))

        def fit(self, on_event, should_stop, on_progress):
            on_progress(0.5, "Reading")
            return Ended("finished")

    monkeypatch.setattr("studio.training.Trainer", FakeTrainer)
    resumed = FitThread(TrainConfig(seed=9), store, tmp_path, resume=run.id)
    log = Log()
    resumed.progressed.connect(log.note)
    assert ended_fit(qtbot, resumed) == [("succeeded", Ended("finished"))]
    assert log.heard == [(0.5, "Reading")]
    fresh = FitThread(TrainConfig(seed=9), store)
    assert ended_fit(qtbot, fresh) == [("succeeded", Ended("finished"))]
    assert asked == [(5, run.id, tmp_path), (9, fresh.run_id, None)]
    assert fresh.run_id != run.id


def ended_fit(qtbot, thread):
    said = Log(), Log(), Log()
    names = ("succeeded", "stopped", "failed")
    for name, log in zip(names, said, strict=True):
        getattr(thread, name).connect(log.note)
    with qtbot.waitSignal(thread.finished):
        thread.start()
    thread.wait()
    QApplication.sendPostedEvents()
    return [(name, *words) for name, log in zip(names, said, strict=True) for words in log.heard]
