"""Sharded batches: threads that stand for processes take the same steps as one process."""

import copy
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from studio.config import TrainConfig
from studio.errors import Stopped
from studio.models import scratch
from studio.runs.history import load_history
from studio.training.distributed.sharding import RankSharding, Shard, Sharding
from studio.training.distributed.sync_layers import SyncDropout
from studio.training.history import RunHistoryRecorder
from studio.training.input.normalization import Normalizer
from studio.training.live_settings import LiveSettings
from studio.training.train_step import TrainStep
from tests.training.fitting import same_history

WORLD_SIZE = 3
BATCH_SIZES = (7, 2, 6)  # uneven, fewer samples than processes, even


class ThreadGroup:
    """Lets threads exchange tensors; all arrive before any continues."""

    def __init__(self):
        self._barrier = threading.Barrier(WORLD_SIZE, timeout=30)
        self._values = [None] * WORLD_SIZE

    def all_gather(self, rank, values):
        self._values[rank] = values.clone()
        self._barrier.wait()
        gathered = torch.stack(self._values)
        self._barrier.wait()
        return gathered


class ThreadCollectives:
    """`Collectives` between threads."""

    def __init__(self, group, rank):
        self._group, self.rank, self.world_size = group, rank, WORLD_SIZE

    def all_gather(self, values):
        return self._group.all_gather(self.rank, values)

    def all_reduce_sum(self, values):
        return values.copy_(self.all_gather(values).sum(0))

    def all_reduce_max(self, values):
        return self.all_gather(torch.tensor(values)).amax(0).tolist()

    def broadcast(self, values):
        """Does nothing: the seed gives every model the same weights."""


def build_train_step(config, sharding=None):
    normalize = Normalizer((99.0,), (70.0,), "cpu")
    return TrainStep(config, normalize, "cpu", torch.float32, None, sharding)


def train(train_step, batches):
    """Loss and correct predictions of each step, and the weights after the last.

    Settings change before the second step.
    """
    train_step.train()
    sharding, metrics = train_step.sharding, []
    for step, (images, labels) in enumerate(batches):
        if step == 1:
            live = LiveSettings(weight_decay=0.01, dropout=0.2)
            train_step.use_settings(live)
        sharding.begin_step(len(labels))
        metrics.append(train_step.step(sharding.select(images), sharding.select(labels))[:2])
    losses, correct = (torch.stack(values).double() for values in zip(*metrics, strict=True))
    return losses, correct, train_step.eval_model.state_dict()


@pytest.mark.parametrize("layers", ["native", "scratch"])
def test_several_processes_train_like_one(layers):
    config = TrainConfig().with_values(
        {
            "model.variant": "custom",
            "model.layers": layers,
            "model.filters": [[4], [6]],
            "model.hidden": [8],
            "model.norm": "batch",
            "model.flat_norm": "batch",
            "model.dropout": 0.0,  # the threads share one generator
            "model.image_size": 8,
            "augment.rotate": 20,
            "augment.noise": 0.2,
            "augment.erase": 0.5,
            "optim.optimizer": "sgd",
            "optim.lr": 0.1,
            "optim.label_smoothing": 0.1,
            "optim.ema": 0.5,
            "optim.mixup": 0.7,
            "optim.clip_norm": 0.5,
        }
    )
    rng = torch.Generator().manual_seed(3)
    batches = [
        (
            torch.randint(256, (size, 1, 8, 8), generator=rng, dtype=torch.uint8),
            torch.randint(10, (size,), generator=rng),
        )
        for size in BATCH_SIZES
    ]
    losses, correct, weights = train(build_train_step(config), batches)
    group = ThreadGroup()
    shardings = [RankSharding(ThreadCollectives(group, rank)) for rank in range(WORLD_SIZE)]
    train_steps = [build_train_step(config, sharding) for sharding in shardings]
    with ThreadPoolExecutor(WORLD_SIZE) as pool:
        results = list(pool.map(lambda train_step: train(train_step, batches), train_steps))
    for rank_losses, rank_correct, rank_weights in results:
        torch.testing.assert_close(rank_losses, losses, rtol=1e-4, atol=1e-5)
        torch.testing.assert_close(rank_correct, correct)
        assert rank_weights.keys() == weights.keys()
        for name, values in weights.items():
            torch.testing.assert_close(rank_weights[name], values, rtol=1e-4, atol=1e-5)
            # The same bits: differences between processes would grow.
            assert torch.equal(rank_weights[name], results[0][2][name])


@given(st.integers(0, 60), st.integers(1, 5), st.integers(1, 9))
def test_micro_batches_are_those_of_tensor_split_in_every_process(size, world_size, count):
    shards = [Shard.of(size, rank, world_size) for rank in range(world_size)]
    parts = [torch.empty(shard.size).tensor_split(count) for shard in shards]
    for index in range(count):
        micro_batches = [shard.micro_batch(index, count) for shard in shards]
        sizes = tuple(len(part[index]) for part in parts)
        assert [each.sizes for each in micro_batches] == [sizes] * world_size
        assert [each.size for each in micro_batches] == list(sizes)


@pytest.mark.parametrize("norm", ["none", "batch"])
def test_all_processes_split_the_batch_when_one_runs_out_of_memory(norm):
    values = {"model.variant": "custom", "model.filters": [[4], [6]], "model.hidden": [8]}
    values |= {"model.norm": norm, "model.dropout": 0.0, "model.image_size": 8}
    config = TrainConfig().with_values(values | {"optim.optimizer": "sgd", "optim.mixup": 0.7})
    rng = torch.Generator().manual_seed(3)
    # The shards of the second batch have 5, 5 and 6 samples: alone, the last one would make three
    # micro-batches. Those of the third batch are too small to be split.
    batches = [
        (
            torch.randint(256, (size, 1, 8, 8), generator=rng, dtype=torch.uint8),
            torch.randint(10, (size,), generator=rng),
        )
        for size in (24, 16, 7)
    ]
    group = ThreadGroup()
    shardings = [RankSharding(ThreadCollectives(group, rank)) for rank in range(WORLD_SIZE)]
    train_steps = [build_train_step(config, sharding) for sharding in shardings]
    tried = []

    def limit(layer, inputs):
        tried.append(len(inputs[0]))
        if len(inputs[0]) > 3:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")

    # In the second block: the other processes are in another operation, or beyond the next one.
    layers = [layer for layer in train_steps[1].model.modules() if isinstance(layer, nn.Conv2d)]
    layers[1].register_forward_pre_hook(limit)
    with ThreadPoolExecutor(WORLD_SIZE) as pool:
        results = list(pool.map(lambda train_step: train(train_step, batches), train_steps))
    assert tried == [8, 4, 2, 2, 2, 2, 3, 2, 2]
    assert {train_step.accumulation.micro_batches for train_step in train_steps} == {4}
    for _, _, rank_weights in results[1:]:
        for name, values in results[0][2].items():
            assert torch.equal(rank_weights[name], values)
    if norm == "none":  # else the statistics are those of micro-batches
        whole = train(build_train_step(config), batches)
        torch.testing.assert_close(results[0][0], whole[0], rtol=1e-4, atol=1e-5)
        for name, values in whole[2].items():
            torch.testing.assert_close(results[0][2][name], values, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("layer", [nn.Dropout(0.4), scratch.Dropout(0.4)])
def test_sync_dropout_applies_its_rows_of_the_mask_of_the_whole_batch(layer):
    values = torch.rand(11, 6) + 1
    torch.manual_seed(5)
    whole = layer(values)
    shards = []
    for rank in range(WORLD_SIZE):
        sharding = RankSharding(ThreadCollectives(None, rank))
        sharding.begin_step(len(values))
        torch.manual_seed(5)
        shards.append(SyncDropout(layer, sharding)(sharding.select(values)))
    torch.testing.assert_close(torch.cat(shards), whole)
    in_evaluation = SyncDropout(copy.deepcopy(layer), sharding).eval()
    assert in_evaluation(values) is values


@given(st.integers(0, 500), st.integers(1, 40))
def test_shards_cover_the_batch_and_every_process_runs_a_sample(batch_size, world_size):
    shards = [Shard.of(batch_size, rank, world_size) for rank in range(world_size)]
    samples = [i for shard in shards if shard.size for i in range(batch_size)[shard.slice]]
    assert samples == list(range(batch_size))
    assert max(shards[0].sizes) - min(shards[0].sizes) <= 1
    if batch_size:
        for shard in shards:
            assert len(range(batch_size)[shard.slice]) == max(shard.size, 1)


def test_sharded_predictions_are_those_of_one_process():
    samples = torch.arange(2.0).unsqueeze(1)  # one of three processes has an empty shard
    group = ThreadGroup()
    with ThreadPoolExecutor(WORLD_SIZE) as pool:

        def predict(rank):
            sharding = RankSharding(ThreadCollectives(group, rank))
            return sharding.predict(lambda shard: shard * 2 + 1, samples)

        for logits in pool.map(predict, range(WORLD_SIZE)):
            assert logits.tolist() == [[1.0], [3.0]]


def test_processes_record_the_history_of_one(tmp_path):
    order = torch.randperm(sum(BATCH_SIZES)).split(BATCH_SIZES)
    labels, logits = torch.arange(15) % 4, torch.randn(15, 4)

    def record(run, sharding):
        history = RunHistoryRecorder(run, np.arange(15), "cpu", sharding)
        history.begin_epoch(0, order, 0)
        for batch in order:
            sharding.begin_step(len(batch))
            samples = sharding.select(batch)
            history.record(samples, labels[samples], logits[samples])
        history.save(merge=True)

    record(tmp_path / "single" / "history", Sharding())
    group = ThreadGroup()
    with ThreadPoolExecutor(WORLD_SIZE) as pool:
        folders = tmp_path / "group" / "history", None, None
        shardings = [RankSharding(ThreadCollectives(group, rank)) for rank in range(WORLD_SIZE)]
        list(pool.map(record, folders, shardings))
    assert np.isfinite(load_history(tmp_path / "single").probability).all()
    assert same_history(tmp_path / "group", tmp_path / "single")


def test_all_processes_stop_when_one_is_stopped_while_it_predicts():
    group = ThreadGroup()

    def predict(rank):
        def stop_one(shard):
            if rank == 1:
                raise Stopped
            return shard

        sharding = RankSharding(ThreadCollectives(group, rank))
        with pytest.raises(Stopped):
            sharding.predict(stop_one, torch.arange(9.0)[:, None])
        return True

    with ThreadPoolExecutor(WORLD_SIZE) as pool:
        assert all(pool.map(predict, range(WORLD_SIZE)))
