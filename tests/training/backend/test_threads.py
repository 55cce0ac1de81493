"""The number of threads of a training and of an evaluation, and the setting per thread."""

import threading

import pytest
import torch

from studio.config import EngineConfig, TrainConfig
from studio.training.backend import threads as threads_module
from studio.training.backend.threads import (
    choose_threads,
    evaluation_threads,
    set_threads,
    use_threads,
)

pytestmark = pytest.mark.numeric


@pytest.fixture(autouse=True)
def one_thread():
    set_threads(1)
    yield
    set_threads(1)


def test_the_chosen_number_is_used():
    assert choose_threads(TrainConfig(engine=EngineConfig(threads=3))) == 3


@pytest.mark.parametrize(
    ("cores", "filters", "processes", "threads"),
    [
        (1, ((64, 64),), 1, 1),
        (2, ((64, 64),), 1, 2),
        (3, ((64, 64),), 1, 2),  # from three cores on, one is for the window and other programs
        (8, ((64, 64),), 1, 7),
        (8, ((64, 64),), 2, 4),
        (8, ((2,),), 1, 1),  # nothing to share
    ],
)
def test_the_number_of_threads_depends_on_cores_and_work(
    monkeypatch, cores, filters, processes, threads
):
    monkeypatch.setattr(threads_module, "count_cores", lambda: cores)
    config = TrainConfig().with_values(
        {"model.variant": "custom", "model.filters": filters, "model.image_size": 64}
    )
    assert choose_threads(config, processes) == threads


def test_an_evaluation_uses_one_thread_beside_a_training(monkeypatch):
    monkeypatch.setattr(threads_module, "count_cores", lambda: 8)
    assert evaluation_threads(beside_training=False) == 7
    assert evaluation_threads(beside_training=True) == 1


def test_threads_are_set_for_the_calling_thread():
    set_threads(1)
    counts = []

    def elsewhere():
        set_threads(2)
        counts.append(torch.get_num_threads())

    other = threading.Thread(target=elsewhere)
    other.start()
    other.join()
    assert counts == [2]
    assert torch.get_num_threads() == 1
    with use_threads(2):
        assert torch.get_num_threads() == 2
    assert torch.get_num_threads() == 1
