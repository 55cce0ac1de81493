"""Answers to many pictures come in portions that fit into memory."""

import pytest
import torch

from studio.errors import Stopped
from studio.training.batches import Normalizer
from studio.training.scoring import predict_logits


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
    logits = predict_logits(network, images, normalize, progress=told.append)
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
