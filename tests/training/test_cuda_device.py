"""Training on a CUDA device: memory, copies, resuming, and two processes on one device."""

import gc
from contextlib import closing

import numpy as np
import pytest
import torch
import torch.distributed as dist

from studio.insight import evaluate
from studio.runs import RunStatus
from studio.runs.history import load_history
from studio.training.distributed.collectives import Collectives
from studio.training.distributed.status_store import StatusStore
from studio.training.events import BatchSplit, EpochEnd, FitStarted
from studio.training.input.batches import DeviceDataset, epoch_order
from studio.training.input.samples import load_samples
from studio.training.input.streaming import StreamedSamples
from tests.training.cuda import needs_cuda
from tests.training.fitting import fit, of, stop_after

pytestmark = needs_cuda


@pytest.fixture
def on_cuda(config):
    return config.with_values({"engine.device": "cuda"})


def checksums(data, order):
    """Return sums [B] that depend on every byte of each batch, without waiting for the device."""
    sums = []
    with closing(data.batches(order, epoch=0)) as batches:
        for images, labels in batches:
            values = images.flatten(1).long()
            weights = torch.arange(1, values.shape[1] + 1, device="cuda")
            sums.append((values * weights).sum(1) @ (labels + 1))
    return torch.stack(sums)


def test_streamed_batches_equal_batches_on_the_device():
    array = np.random.default_rng(0).integers(0, 256, (4_000, 3, 32, 32), np.uint8)
    rows = np.random.default_rng(1).permutation(len(array))
    labels = torch.arange(len(array), device="cuda") % 10
    order = epoch_order(len(array), 64, seed=0, epoch=0)
    loaded = load_samples(array, rows, "cuda")
    assert isinstance(loaded, torch.Tensor)
    streamed = StreamedSamples(array, rows, "cuda", 0)
    expected = checksums(DeviceDataset(loaded, labels), order)
    assert torch.equal(checksums(DeviceDataset(streamed, labels), order), expected)


def test_the_history_agrees_with_the_accuracy_of_each_epoch(on_cuda, store):
    run = store.create(on_cuda)
    _, events = fit(on_cuda.with_values({"optim.batch_size": 64}), run)
    history = load_history(run)
    assert np.isfinite(history.probability).all()
    accuracies = [event.train_accuracy for event in of(EpochEnd, events)]
    np.testing.assert_allclose(history.correct.mean(1), accuracies)


def test_a_training_learns_and_frees_its_memory(on_cuda, store):
    gc.collect()
    before = torch.cuda.memory_allocated()
    config = on_cuda.with_values({"optim.epochs": 20})
    ended, events = fit(config, store.create(config))
    assert of(FitStarted, events)[0].device == "cuda"
    assert ended.test_accuracy > 0.8
    assert torch.cuda.memory_allocated() <= before


def test_the_test_accuracy_is_that_of_evaluate(on_cuda, store):
    config = on_cuda.with_values({"engine.precision": "bfloat16"})
    run = store.create(config)
    ended, _ = fit(config, run)
    one_sample = 1 / 359  # two devices round differently
    assert evaluate(run.path).accuracy == pytest.approx(ended.test_accuracy, abs=one_sample)


def test_a_device_can_be_chosen_by_its_index(on_cuda, store):
    last = torch.cuda.device_count() - 1
    config = on_cuda.with_values({"engine.device": f"cuda:{last}", "optim.epochs": 1})
    ended, _ = fit(config, store.create(config))
    assert torch.cuda.current_device() == last
    assert ended.status == "finished"


@pytest.mark.parametrize("devices", [("cuda", "cpu"), ("cpu", "cuda"), ("cuda", "cuda")])
def test_a_run_can_be_resumed_on_another_device(config, store, devices):
    first, second = (config.with_values({"engine.device": device}) for device in devices)
    run = store.create(first)
    ended, _ = fit(first, run, stop_after(7))
    assert ended.status == "stopped"
    ended, events = fit(second, run)
    assert of(FitStarted, events)[0].step == 7
    assert run.status.status is RunStatus.FINISHED


def test_a_batch_that_does_not_fit_is_split(on_cuda, store):
    """The memory limit of the process is far below what the whole batch needs."""
    config = on_cuda.with_values(
        {
            "model.filters": [[64, 64], [64, 64]],
            "model.norm": "none",
            "data.image_size": 64,
            "optim.batch_size": 1024,
            "optim.epochs": 1,
            "engine.precision": "float32",
        }
    )
    total = torch.cuda.get_device_properties(0).total_memory
    torch.cuda.empty_cache()
    # 1,024 images of 64 x 64 x 64 numbers take 1 GB a layer.
    torch.cuda.set_per_process_memory_fraction(1.5e9 / total)
    try:
        ended, events = fit(config, store.create(config))
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)
    assert ended.status == "finished"
    assert of(BatchSplit, events)


def test_without_nccl_tensors_are_exchanged_on_the_cpu(monkeypatch):
    seen = []

    def all_reduce(values, **_):
        seen.append(values.device.type)
        values.mul_(2)

    def all_gather(everyone, values, **_):
        seen.append(values.device.type)
        for own in everyone:
            own.copy_(values)

    monkeypatch.setattr(dist, "all_reduce", all_reduce)
    monkeypatch.setattr(dist, "all_gather", all_gather)
    monkeypatch.setattr(dist, "broadcast", lambda values, *_, **__: seen.append(values.device.type))
    collectives = Collectives(0, 2, StatusStore(dist.HashStore()))
    values = torch.ones(3, device="cuda")
    assert collectives.all_reduce_sum(values) is values
    assert values.tolist() == [2, 2, 2]
    assert collectives.all_gather(values).device.type == "cuda"
    collectives.broadcast(values)
    assert seen == ["cpu", "cpu", "cpu"]
