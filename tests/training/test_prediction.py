"""Many images are predicted in chunks that fit into memory."""

import threading

import pytest
import torch

from studio.errors import Stopped
from studio.training.backend.threads import set_threads, use_threads
from studio.training.input.normalization import Normalizer
from studio.training.prediction import predict_logits


class RecordingModel(torch.nn.Module):
    """Outputs the mean of each image, and records the sizes of the chunks."""

    def __init__(self):
        super().__init__()
        self.chunk_sizes = []

    def forward(self, images):
        self.chunk_sizes.append(len(images))
        return images.mean((2, 3))


@pytest.mark.parametrize(
    ("side", "chunk_sizes"), [(8, [500, 100]), (224, [20, 20, 5]), (1024, [1])]
)
def test_large_images_are_predicted_in_small_chunks(side, chunk_sizes):
    model, fractions = RecordingModel(), []
    images = torch.arange(sum(chunk_sizes)).remainder(256).to(torch.uint8)
    images = images.view(-1, 1, 1, 1).expand(-1, 1, side, side)
    normalize = Normalizer((0.0,), (1.0,), "cpu")
    logits = predict_logits(
        model, images, normalize, on_progress=lambda fraction, _: fractions.append(fraction)
    )
    assert model.chunk_sizes == chunk_sizes
    assert torch.equal(logits, images[:, :, 0, 0].float())
    assert fractions[-1] == 1
    with pytest.raises(Stopped):
        predict_logits(model, images, normalize, should_stop=lambda: True)


class LimitedModel(RecordingModel):
    """Runs out of memory with more than 70 images."""

    def forward(self, images):
        logits = super().forward(images)
        if len(images) > 70:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return logits


def test_chunks_become_smaller_if_memory_runs_out():
    model = LimitedModel()
    images = torch.arange(150, dtype=torch.uint8).view(-1, 1, 1, 1).expand(-1, 1, 8, 8)
    logits = predict_logits(model, images, Normalizer((0.0,), (1.0,), "cpu"))
    assert model.chunk_sizes == [150, 150, 125, 62, 62, 26]
    assert torch.equal(logits, images[:, :, 0, 0].float())


def test_two_threads_give_the_same_logits_as_one():
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(64, 3)).eval()
    images = torch.randint(0, 256, (1700, 1, 8, 8), dtype=torch.uint8)
    normalize, fractions = Normalizer((99.0,), (70.0,), "cpu"), []
    with use_threads(1):
        one_thread = predict_logits(model, images, normalize)
    with use_threads(2):
        two_threads = predict_logits(
            model, images, normalize, on_progress=lambda fraction, _: fractions.append(fraction)
        )
        with pytest.raises(Stopped):
            predict_logits(model, images, normalize, should_stop=lambda: bool(fractions))
    assert torch.equal(one_thread, two_threads)
    assert fractions[-1] == 1


def test_chunks_of_two_threads_become_smaller_if_memory_runs_out():
    model = LimitedModel()
    images = torch.arange(150, dtype=torch.uint8).view(-1, 1, 1, 1).expand(-1, 1, 8, 8)
    with use_threads(2):
        logits = predict_logits(model, images, Normalizer((0.0,), (1.0,), "cpu"))
    assert torch.equal(logits, images[:, :, 0, 0].float())


def test_an_evaluation_continues_with_one_thread_when_a_training_starts():
    threads = []

    class Counting(RecordingModel):
        def forward(self, images):
            threads.append(threading.current_thread().name)
            return super().forward(images)

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


class SlowLayer(torch.nn.Module):
    """Waits in every call for as long as predictions ask during a chunk."""

    def __init__(self, released):
        super().__init__()
        self.calls, self._released = 0, released

    def forward(self, images):
        self.calls += 1
        assert self._released.wait(30)
        return images


@pytest.mark.parametrize("threads", [1, 2])
def test_a_request_to_stop_is_heard_between_the_layers_of_a_chunk(monkeypatch, threads):
    monkeypatch.setattr("studio.training.prediction._ASK_INTERVAL_S", 0.0)
    asked, released = [], threading.Event()

    def should_stop():
        asked.append(threading.current_thread())
        if threads == 1 or len(asked) > 3:  # by then both threads are within a chunk
            released.set()
        return len(asked) > 3

    model = torch.nn.Sequential(*(SlowLayer(released) for _ in range(9)))
    images = torch.zeros(1500, 1, 8, 8, dtype=torch.uint8)
    with use_threads(threads), pytest.raises(Stopped):
        predict_logits(model, images, Normalizer((0.0,), (1.0,), "cpu"), should_stop=should_stop)
    assert set(asked) == {threading.current_thread()}
    assert model[-1].calls == 0
    assert not any(layer._forward_pre_hooks for layer in model)
