"""Answers to many pictures come in portions that fit into memory."""

import threading

import pytest
import torch

from studio.errors import Stopped
from studio.training.backend.threads import set_threads, use_threads
from studio.training.input.normalization import Normalizer
from studio.training.prediction import predict_logits


class Watched(torch.nn.Module):
    """Says each picture's mean, and notes how many came at a time."""

    def __init__(self):
        super().__init__()
        self.portions = []

    def forward(self, pictures):
        self.portions.append(len(pictures))
        return pictures.mean((2, 3))


@pytest.mark.parametrize(("side", "portions"), [(8, [500, 100]), (224, [20, 20, 5]), (1024, [1])])
def test_large_pictures_come_in_small_portions(side, portions):
    network, told = Watched(), []
    images = torch.arange(sum(portions)).remainder(256).to(torch.uint8)
    images = images.view(-1, 1, 1, 1).expand(-1, 1, side, side)
    normalize = Normalizer((0.0,), (1.0,), "cpu")
    logits = predict_logits(
        network, images, normalize, on_progress=lambda fraction, _: told.append(fraction)
    )
    assert network.portions == portions
    assert torch.equal(logits, images[:, :, 0, 0].float())
    assert told[-1] == 1
    with pytest.raises(Stopped):
        predict_logits(network, images, normalize, should_stop=lambda: True)


class Small(Watched):
    """Has memory for so many pictures at a time."""

    def forward(self, pictures):
        answers = super().forward(pictures)
        if len(pictures) > 70:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return answers


def test_portions_shrink_where_memory_runs_out():
    network = Small()
    images = torch.arange(150, dtype=torch.uint8).view(-1, 1, 1, 1).expand(-1, 1, 8, 8)
    logits = predict_logits(network, images, Normalizer((0.0,), (1.0,), "cpu"))
    assert network.portions == [150, 150, 125, 62, 62, 26]
    assert torch.equal(logits, images[:, :, 0, 0].float())


def test_two_threads_give_the_logits_of_one_in_the_same_order():
    torch.manual_seed(0)
    network = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(64, 3)).eval()
    images = torch.randint(0, 256, (1700, 1, 8, 8), dtype=torch.uint8)
    normalize, told = Normalizer((99.0,), (70.0,), "cpu"), []
    with use_threads(1):
        one = predict_logits(network, images, normalize)
    with use_threads(2):
        two = predict_logits(
            network, images, normalize, on_progress=lambda fraction, _: told.append(fraction)
        )
        with pytest.raises(Stopped):
            predict_logits(network, images, normalize, should_stop=lambda: bool(told))
    assert torch.equal(one, two)
    assert told[-1] == 1


def test_two_threads_also_shrink_portions_where_memory_runs_out():
    network = Small()
    images = torch.arange(150, dtype=torch.uint8).view(-1, 1, 1, 1).expand(-1, 1, 8, 8)
    with use_threads(2):
        logits = predict_logits(network, images, Normalizer((0.0,), (1.0,), "cpu"))
    assert torch.equal(logits, images[:, :, 0, 0].float())


def test_an_evaluation_goes_on_with_one_thread_when_a_training_starts():
    threads = []

    class Counting(Watched):
        def forward(self, pictures):
            threads.append(threading.current_thread().name)
            return super().forward(pictures)

    images = torch.zeros(1500, 1, 8, 8, dtype=torch.uint8)
    asked = []

    def training_starts():
        asked.append(1)
        if len(asked) == 2:
            set_threads(1)
        return False

    with use_threads(2):
        predict_logits(
            Counting(), images, Normalizer((0.0,), (1.0,), "cpu"), should_stop=training_starts
        )
    assert [name.startswith("score") for name in threads].count(True) == 1
