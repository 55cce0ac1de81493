"""Shares of batches: threads that stand for processes learn what one learner does."""

import copy
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from studio.config import TrainConfig
from studio.errors import ConfigError, DeviceError
from studio.models import scratch
from studio.training.backend.devices import DeviceChoice
from studio.training.distributed.cut import Cut
from studio.training.distributed.launch import Launch, find_launch
from studio.training.distributed.placing import place_process, require_shares
from studio.training.distributed.rank_share import RankShare
from studio.training.distributed.stopping import Stopper
from studio.training.distributed.sync_layers import WholeDropout
from studio.training.input.batches import Normalizer
from studio.training.train_step import Learner

SIZE = 3
COUNTS = (7, 2, 6)  # uneven, fewer pictures than processes, even


class Threads:
    """What threads leave for each other; all come before any goes on."""

    def __init__(self):
        self._barrier = threading.Barrier(SIZE, timeout=30)
        self._left = [None] * SIZE

    def meet(self, rank, values):
        self._left[rank] = values.clone()
        self._barrier.wait()
        everyone = torch.stack(self._left)
        self._barrier.wait()
        return everyone


class ThreadExchange:
    """`Exchange` between threads."""

    def __init__(self, threads, rank):
        self._threads, self.rank, self.size = threads, rank, SIZE

    def gather(self, values):
        return self._threads.meet(self.rank, values)

    def add(self, values):
        return values.copy_(self.gather(values).sum(0))

    def copy_first(self, values):
        """Nothing: learners of one seed are made one after the other."""


def learner(config, share=None):
    return Learner(config, Normalizer((99.0,), (70.0,), "cpu"), "cpu", torch.float32, None, share)


def learn(learner, batches):
    """Loss and hits of each step, and the weights after the last."""
    learner.train()
    figures = []
    for images, labels in batches:
        learner.share.begin(len(labels))
        figures.append(learner.step(learner.share.own(images), learner.share.own(labels)))
    losses, hits = (torch.stack(values).double() for values in zip(*figures, strict=True))
    return losses, hits, learner.kept.state_dict()


@pytest.mark.parametrize("layers", ["native", "scratch"])
def test_shares_together_learn_what_one_learner_does(layers):
    config = TrainConfig().with_values(
        {
            "model.variant": "custom",
            "model.layers": layers,
            "model.filters": [[4], [6]],
            "model.hidden": [8],
            "model.norm": "batch",
            "model.flat_norm": "batch",
            "model.dropout": 0.0,  # the threads have only one generator between them
            "model.image_size": 8,
            "augment.rotate": 20,
            "augment.noise": 0.2,
            "augment.erase": 0.5,
            "optim.optimizer": "sgd",
            "optim.lr": 0.1,
            "optim.label_smoothing": 0.1,
            "optim.ema": 0.5,
        }
    )
    draws = torch.Generator().manual_seed(3)
    batches = [
        (
            torch.randint(256, (count, 1, 8, 8), generator=draws, dtype=torch.uint8),
            torch.randint(10, (count,), generator=draws),
        )
        for count in COUNTS
    ]
    losses, hits, weights = learn(learner(config), batches)
    threads = Threads()
    shares = [RankShare(ThreadExchange(threads, rank)) for rank in range(SIZE)]
    learners = [learner(config, share) for share in shares]
    with ThreadPoolExecutor(SIZE) as pool:
        results = list(pool.map(lambda one: learn(one, batches), learners))
    for own_losses, own_hits, own_weights in results:
        torch.testing.assert_close(own_losses, losses, rtol=1e-4, atol=1e-5)
        torch.testing.assert_close(own_hits, hits)
        assert own_weights.keys() == weights.keys()
        for name, values in weights.items():
            torch.testing.assert_close(own_weights[name], values, rtol=1e-4, atol=1e-5)
            # Not only alike: they would drift apart.
            assert torch.equal(own_weights[name], results[0][2][name])


@pytest.mark.parametrize("layer", [nn.Dropout(0.4), scratch.Dropout(0.4)])
def test_dropout_keeps_the_rows_of_the_mask_of_a_whole_batch(layer):
    values = torch.rand(11, 6) + 1
    torch.manual_seed(5)
    whole = layer(values)
    parts = []
    for rank in range(SIZE):
        share = RankShare(ThreadExchange(None, rank))
        share.begin(len(values))
        torch.manual_seed(5)
        parts.append(WholeDropout(layer, share)(share.own(values)))
    torch.testing.assert_close(torch.cat(parts), whole)
    resting = WholeDropout(copy.deepcopy(layer), share).eval()
    assert resting(values) is values


@given(st.integers(0, 500), st.integers(1, 40))
def test_every_picture_counts_once_and_nobody_is_without(count, size):
    cuts = [Cut(count, rank, size) for rank in range(size)]
    counted = [row for cut in cuts if cut.own for row in range(count)[cut.rows]]
    assert counted == list(range(count))
    assert max(cuts[0].counts) - min(cuts[0].counts) <= 1
    if count:
        assert all(len(range(count)[cut.rows]) == max(cut.own, 1) for cut in cuts)


def test_predictions_of_all_shares_are_those_of_the_whole():
    rows = torch.arange(2.0).unsqueeze(1)  # one of three processes has nothing to do
    threads = Threads()
    with ThreadPoolExecutor(SIZE) as pool:

        def run(rank):
            share = RankShare(ThreadExchange(threads, rank))
            return share.gather(lambda part: part * 2 + 1, rows)

        for whole in pool.map(run, range(SIZE)):
            assert whole.tolist() == [[1.0], [3.0]]


def test_a_wish_to_stop_is_exchanged_at_the_pace_of_the_slowest():
    exchanged = []

    def largest(values):
        exchanged.append(values)
        # Another one's step takes a quarter of a second.
        return [float(len(exchanged) == 3), max(values[1], 0.25)]

    stopper = Stopper(lambda: False, 100, largest)
    # The first two exchanges learn the pace, the third is four steps on.
    assert [stopper() for _ in range(6)] == [False] * 5 + [True]
    assert len(exchanged) == 3


def test_torchruns_words_are_read():
    words = {
        "TORCHELASTIC_RUN_ID": "none",
        "TORCHELASTIC_RESTART_COUNT": "1",
        "MASTER_ADDR": "node1",
        "RANK": "5",
        "WORLD_SIZE": "8",
        "LOCAL_RANK": "1",
        "LOCAL_WORLD_SIZE": "4",
    }
    launch = find_launch(words)
    assert (launch.rank, launch.size, launch.local_rank, launch.restarts) == (5, 8, 1, 1)
    assert find_launch(words | {"WORLD_SIZE": "1"}) is None
    assert find_launch({}) is None


def test_what_so_many_processes_cannot_do_is_said(monkeypatch):
    launch = Launch("id", rank=2, size=3, local_rank=2, local_size=3)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 3)
    gpu = DeviceChoice("cuda", "GPU", "found")
    assert place_process(gpu, launch) == DeviceChoice("cuda:2", "GPU", "found, 3 processes")
    cpu = DeviceChoice("cpu", "CPU", "chosen")
    assert place_process(cpu, launch).device == "cpu"
    with pytest.raises(ConfigError, match="one GPU"):
        place_process(DeviceChoice("cuda:0", "GPU", "chosen"), launch)
    with pytest.raises(DeviceError, match="Apple"):
        place_process(DeviceChoice("mps", "GPU", "found"), launch)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    with pytest.raises(DeviceError, match="there are 2"):
        place_process(gpu, launch)
    shared = place_process(DeviceChoice("cuda:1", "GPU", "chosen"), launch)
    assert (shared.device, shared.reason) == ("cuda:1", "chosen, 3 processes on one GPU")
    require_shares(3, launch)
    with pytest.raises(ConfigError, match="batches of 2"):
        require_shares(2, launch)
