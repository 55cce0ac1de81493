"""Processes wait for a main one that waits for its disk, and for no other that is silent."""

import pytest
import torch
import torch.distributed as dist

from studio.callbacks import never_stop
from studio.errors import Stopped
from studio.training.distributed.collectives import Collectives, ProcessLostError
from studio.training.distributed.status_store import StatusStore


class Silent:
    """An operation of torch that times out; `events` happen before each return."""

    def __init__(self, *events):
        self._events = list(events)

    def wait(self, timeout):
        if self._events:
            self._events.pop(0)()
            raise RuntimeError("Operation timed out!")

    def is_completed(self):
        return False


def nothing():
    pass


@pytest.fixture
def statuses():
    return StatusStore(dist.HashStore())


@pytest.fixture
def collectives(statuses):
    return Collectives(1, 2, statuses, patient_group=object())


def reduce(collectives, monkeypatch, *events):
    monkeypatch.setattr(dist, "all_reduce", lambda *_, **__: Silent(*events))
    return collectives.all_reduce_sum(torch.ones(2))


def test_a_process_waits_as_long_as_the_main_one_says_so(collectives, statuses, monkeypatch):
    # After the end of the pause, the main process still has a whole timeout for its step.
    events = [statuses.write_pause, nothing, nothing, statuses.write_pause]
    assert reduce(collectives, monkeypatch, *events).tolist() == [1, 1]


def test_a_process_that_is_silent_without_a_word_is_lost(collectives, statuses, monkeypatch):
    with pytest.raises(ProcessLostError):
        reduce(collectives, monkeypatch, nothing, nothing)
    statuses.write_pause()
    statuses.write_pause()
    with pytest.raises(ProcessLostError):  # it goes on, and is silent again
        reduce(collectives, monkeypatch, nothing, nothing, nothing)


def test_who_waits_for_a_process_that_is_stopped_stops_too(collectives, statuses, monkeypatch):
    with pytest.raises(Stopped):
        reduce(collectives, monkeypatch, statuses.write_stop, nothing)
    with pytest.raises(Stopped):
        statuses.wait("never written", never_stop)
