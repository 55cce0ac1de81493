"""Threads with a bounded look-ahead: ordered results, and no thread left at the end."""

import threading
from contextlib import closing

import pytest

from studio.data.ordered_map import map_ordered


def test_results_come_in_order_and_work_runs_at_the_same_time():
    meeting = threading.Barrier(2, timeout=10)

    def work(number):
        if number < 2:
            meeting.wait()
        return number * number

    assert list(map_ordered(work, range(50))) == [number * number for number in range(50)]


def test_items_are_consumed_only_as_results_are_read():
    taken = []
    with closing(map_ordered(str, (taken.append(n) or n for n in range(10_000)))) as results:
        for _ in range(5):
            next(results)
        assert len(taken) < 100
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("ordered-map")]


def test_an_error_in_the_work_comes_out():
    with (
        pytest.raises(ZeroDivisionError),
        closing(map_ordered(lambda n: 1 // n, [1, 0])) as results,
    ):
        list(results)
