"""The queue of trainings: its order, its file, and what a restart or a second window finds."""

import json
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from studio.config import TrainConfig
from studio.errors import QueueError
from studio.runs import RunStatus, RunStore
from studio.runs.queue_file import DAMAGED_NAME, FILE_NAME, QueueFile
from studio.runs.training_queue import MAX_ENTRIES, EntryState, QueueEntry, TrainingQueue

CONFIG = TrainConfig().with_values({"optim.epochs": 1})
ENDS = [EntryState.FINISHED, EntryState.FAILED, EntryState.DIVERGED, EntryState.STOPPED]


def entry(name: str = "", **values: object) -> QueueEntry:
    return replace(QueueEntry(name, CONFIG, f"Training {name}"), **values)


def ids(queue: TrainingQueue) -> list[str]:
    return [each.id for each in queue.entries]


def test_trainings_have_their_turn_in_order_whatever_became_of_the_one_before() -> None:
    queue = TrainingQueue()
    queue.add_all([entry("a"), entry("b"), entry("c")])
    for name, end in (("a", EntryState.FAILED), ("b", EntryState.DIVERGED)):
        first = queue.next_waiting()
        assert first.id == name
        queue.start(first.id)
        assert queue.next_waiting().id != name
        queue.start(first.id, f"run-{name}")
        queue.end(first.id, end, "why", f"run-{name}")
        assert (queue.find(name).state, queue.find(name).reason) == (end, "why")
    assert [each.id for each in queue.entries if each.is_waiting] == ["c"]
    assert [place for place, _ in queue.clear_ended()] == [0, 1]
    assert ids(queue) == ["c"]


def test_added_entries_get_ids_and_none_is_added_twice() -> None:
    queue = TrainingQueue()
    first, second = queue.add_all([entry(), entry()])
    assert first.id
    assert first.id != second.id
    with pytest.raises(QueueError, match="in the queue already"):
        queue.add_all([entry("new"), first])
    assert ids(queue) == [first.id, second.id]  # all or none
    with pytest.raises(QueueError, match="at most"):
        queue.add_all([entry()] * MAX_ENTRIES)


def test_the_training_that_runs_keeps_its_place() -> None:
    queue = TrainingQueue([entry("done", state=EntryState.FINISHED)])
    queue.add_all([entry("a"), entry("b"), entry("c")])
    queue.start("a")
    assert queue.move("c", 0) == 2
    assert ids(queue) == ["done", "a", "c", "b"]
    assert queue.move("a", 3) == 1
    with pytest.raises(QueueError, match="is training"):
        queue.remove("a")
    with pytest.raises(QueueError, match="is training"):
        queue.start("b")
    with pytest.raises(QueueError, match="no longer"):
        queue.remove("gone")


def test_what_ended_can_wait_again_at_the_end() -> None:
    queue = TrainingQueue([entry("a", state=EntryState.FAILED, run="r", reason="why"), entry("b")])
    again = queue.add_again("a", resume="r")
    assert (again.is_waiting, again.resume, again.reason) == (True, "r", "")
    assert ids(queue) == ["b", "a"]
    assert queue.add_again("b").id == "b"
    assert ids(queue) == ["b", "a"]  # it waits already


class QueueMachine(RuleBasedStateMachine):
    """Any operations in any order: no training is lost or doubled, and one runs at most."""

    def __init__(self) -> None:
        super().__init__()
        self.queue, self.expected = TrainingQueue(), set()

    def some(self, which: int) -> str:
        known = ids(self.queue)
        return known[which % len(known)]

    @rule(place=st.integers(0, 12))
    def add(self, place) -> None:
        self.expected.add(self.queue.add(entry(), place).id)

    @precondition(lambda self: self.expected)
    @rule(which=st.integers(0, 9))
    def remove(self, which) -> None:
        name = self.some(which)
        if not self.queue.find(name).is_running:
            self.queue.remove(name)
            self.expected.discard(name)

    @precondition(lambda self: self.expected)
    @rule(which=st.integers(0, 9), place=st.integers(-3, 12))
    def move(self, which, place) -> None:
        name = self.some(which)
        assert self.queue.move(name, place) == self.queue.position(name)

    @precondition(lambda self: self.queue.running is None and self.queue.waiting_count)
    @rule()
    def start(self) -> None:
        first = self.queue.next_waiting()
        assert self.queue.start(first.id, first.resume).is_running

    @precondition(lambda self: self.queue.running is not None)
    @rule(state=st.sampled_from(ENDS))
    def end(self, state) -> None:
        assert self.queue.end(self.queue.running.id, state, run="r").has_ended

    @precondition(lambda self: self.queue.running is not None)
    @rule(run=st.sampled_from(["", "r"]))
    def interrupt(self, run) -> None:
        assert self.queue.interrupt(self.queue.running.id, run).is_waiting

    @precondition(lambda self: self.expected)
    @rule(which=st.integers(0, 9))
    def add_again(self, which) -> None:
        self.queue.add_again(self.some(which))

    @rule()
    def clear_ended(self) -> None:
        self.expected -= {each.id for _, each in self.queue.clear_ended()}

    @invariant()
    def nothing_is_lost(self) -> None:
        assert sorted(ids(self.queue)) == sorted(self.expected)
        assert sum(each.is_running for each in self.queue.entries) <= 1
        waiting = [each for each in self.queue.entries if each.is_waiting]
        assert self.queue.waiting_count == len(waiting)
        assert self.queue.next_waiting() == (waiting[0] if waiting else None)


TestQueueMachine = QueueMachine.TestCase
TestQueueMachine.settings = settings(max_examples=40, stateful_step_count=30)


# The file


def saved(runs_dir, *entries: QueueEntry) -> None:
    file = QueueFile(runs_dir)
    file.acquire()
    file.write(entries, 1)
    file.release()


def test_the_queue_is_read_as_it_was_written(tmp_path) -> None:
    config = CONFIG.with_values({"data.source": "folder", "data.path": "/my/Bilder ü"})
    entries = (
        entry("a", config=config, sweep="s/3", parent="p", state=EntryState.FINISHED, run="r"),
        entry("b", resume="r2", state=EntryState.STOPPED, reason="“why”"),
    )
    saved(tmp_path, *entries)
    file = QueueFile(tmp_path)
    stored = file.open()
    assert (stored.entries, stored.read_only, stored.damage) == (entries, "", "")
    file.write(entries[:1], 2)
    file.write(entries, 1)  # an older version arrives late from another thread
    file.release()
    assert QueueFile(tmp_path).open().entries == entries[:1]


def test_without_a_queue_nothing_is_created(tmp_path) -> None:
    assert not QueueFile(tmp_path / "runs").exists
    assert not (tmp_path / "runs").exists()


@settings(max_examples=40)
@given(data=st.data())
def test_a_damaged_queue_is_kept_aside_and_said(tmp_path_factory, data) -> None:
    folder = tmp_path_factory.mktemp("queue")
    saved(folder, entry("a"), entry("b"))
    content = bytearray((folder / FILE_NAME).read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = content[: data.draw(st.integers(0, len(content)))]
    (folder / FILE_NAME).write_bytes(cut)
    file = QueueFile(folder)
    stored = file.open()
    assert len(stored.entries) <= 2
    assert not stored.damage or (folder / DAMAGED_NAME).read_bytes() == cut
    file.release()


@pytest.mark.parametrize(
    "content",
    ["", "[]", "null", '{"version": 1}', '{"version": 0, "entries": []}', "{" * 200_000],
)
def test_what_is_no_queue_is_set_aside(tmp_path, content) -> None:
    (tmp_path / FILE_NAME).write_text(content)
    file = QueueFile(tmp_path)
    stored = file.open()
    assert (stored.entries, stored.read_only) == ((), "")
    assert "damaged" in stored.damage
    assert not (tmp_path / FILE_NAME).exists()
    file.release()


def test_one_damaged_training_does_not_lose_the_others(tmp_path) -> None:
    saved(tmp_path, entry("a"), entry("b"), entry("c"))
    values = json.loads((tmp_path / FILE_NAME).read_text())
    values["entries"][1]["config"]["optim"]["lr"] = "fast"
    (tmp_path / FILE_NAME).write_text(json.dumps(values))
    file = QueueFile(tmp_path)
    stored = file.open()
    assert [each.id for each in stored.entries] == ["a", "c"]
    assert stored.damage.startswith("1 training of the queue could not be read.")
    file.release()


def test_the_queue_of_a_later_version_is_left_alone(tmp_path) -> None:
    (tmp_path / FILE_NAME).write_text('{"version": 2, "entries": {}}')
    stored = QueueFile(tmp_path).open()
    assert "later version" in stored.read_only
    assert (tmp_path / FILE_NAME).exists()


def test_only_one_window_drives_the_queue(tmp_path) -> None:
    saved(tmp_path, entry("a", state=EntryState.RUNNING, run="r"))
    first, second = QueueFile(tmp_path), QueueFile(tmp_path)
    first.open()
    stored = second.open()
    assert "Another window" in stored.read_only
    assert stored.entries[0].is_running  # it is shown as it is
    with pytest.raises(QueueError, match="Another window"):
        second.acquire()
    first.release()
    assert second.open().read_only == ""
    second.release()


def test_the_lock_of_a_killed_program_is_free(tmp_path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from studio.runs.queue_file import QueueFile\n"
        "QueueFile(Path(sys.argv[1])).acquire(); os._exit(1)"
    )
    subprocess.run([sys.executable, "-c", code, tmp_path], check=False)
    file = QueueFile(tmp_path)
    file.acquire()
    file.release()


def test_a_folder_that_cannot_be_written_is_said(tmp_path) -> None:
    (tmp_path / "file").touch()
    stored = QueueFile(tmp_path / "file").open()
    assert "cannot be saved" in stored.read_only


# A restart


@pytest.fixture
def store(tmp_path) -> RunStore:
    return RunStore(tmp_path)


def restarted(store, run: str) -> QueueEntry:
    saved(store.runs_dir, entry("a", state=EntryState.RUNNING, run=run), entry("b"))
    file = QueueFile(store.runs_dir)
    first, second = file.open().entries
    file.release()
    assert second.is_waiting
    return first


def killed(store):
    """A run whose process is gone."""
    run = store.create(CONFIG)
    run.write_status(run.status.with_values(pid=2**22 + 1))
    return run


def test_the_training_that_was_running_is_resumed_in_its_turn(store) -> None:
    run = killed(store)
    first = restarted(store, run.id)
    assert (first.state, first.resume, first.run) == (EntryState.STOPPED, run.id, run.id)
    assert first.is_waiting


def test_without_a_run_that_can_be_resumed_it_begins_anew(store) -> None:
    failed = killed(store)
    failed.write_status(failed.status.with_values(status=RunStatus.FAILED))
    for run in (failed.id, "deleted", ""):
        first = restarted(store, run)
        assert (first.state, first.resume, first.run) == (EntryState.WAITING, "", "")


def test_a_run_that_finished_before_the_program_ended_is_not_repeated(store) -> None:
    run = store.create(CONFIG)
    run.write_status(run.status.with_values(status=RunStatus.FINISHED))
    assert restarted(store, run.id).state is EntryState.FINISHED
