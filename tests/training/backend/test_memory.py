"""Gradient accumulation when memory runs out, and recognition of out-of-memory errors."""

import weakref

import pytest
import torch
from safetensors.torch import load_file
from torch import nn

from studio.errors import DeviceError
from studio.models import build_model
from studio.runs import RunStatus
from studio.training.backend.memory import is_out_of_memory
from studio.training.events import BatchSplit, FitStarted, from_dict
from tests.training.fitting import fit, of, stop_after
from tests.training.limited_memory import limit_batch_size

pytestmark = pytest.mark.numeric

PLAIN = {"model.norm": "none", "model.dropout": 0.0, "engine.precision": "float32"}


def test_gradient_accumulation_trains_like_the_whole_batch(config, store, monkeypatch):
    config = config.with_values(PLAIN)
    whole = store.create(config)
    whole_batch, _ = fit(config, whole)
    tried = limit_batch_size(monkeypatch, 100)
    run = store.create(config)
    accumulated, events = fit(config, run)
    assert tried[:4] == [256, 128, 64, 64]
    assert of(BatchSplit, events) == [
        BatchSplit(step=1, epoch=1, micro_batches=4, micro_batch_size=64)
    ]
    assert of(BatchSplit, map(from_dict, run.metrics())) == of(BatchSplit, events)
    ours, theirs = load_file(run.last_weights), load_file(whole.last_weights)
    for name in theirs:
        torch.testing.assert_close(ours[name], theirs[name], rtol=1e-3, atol=1e-4)
    assert accumulated.val_accuracy == pytest.approx(whole_batch.val_accuracy, abs=0.01)


@pytest.mark.parametrize("norm", ["batch", "layer", "group"])
def test_every_norm_supports_micro_batches(config, store, monkeypatch, norm):
    # 260 images: the last batch of an epoch has 4, and no micro-batch may have only one.
    tried = limit_batch_size(monkeypatch, 2)
    config = config.with_values(
        {"model.norm": norm, "optim.batch_size": 128, "optim.epochs": 1, "data.subset": 325}
    )
    ended, events = fit(config, store.create(config))
    assert ended.status == "finished"
    assert of(BatchSplit, events)[-1].micro_batch_size == 2
    assert min(tried) == 2


def test_a_resumed_run_keeps_its_micro_batches(config, store, monkeypatch):
    tried = limit_batch_size(monkeypatch, 130)
    run = store.create(config)
    ended, _ = fit(config, run, stop_after(3))
    assert ended.status == "stopped"
    tried.clear()
    ended, events = fit(config, run)
    assert ended.status == "finished"
    assert isinstance(events[0], FitStarted)
    assert of(BatchSplit, events) == []
    assert max(tried) == 128


@pytest.mark.parametrize("optimizer", ["adam", "adamw", "muon"])
def test_memory_may_run_out_while_the_optimizer_allocates_its_state(
    config, store, monkeypatch, optimizer
):
    made, zeros_like = [], torch.zeros_like

    def refuse_third(tensor, **options):
        if isinstance(tensor, nn.Parameter):
            made.append(tensor)
            if len(made) == 3:
                raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")
        return zeros_like(tensor, **options)

    monkeypatch.setattr("torch.zeros_like", refuse_third)
    config = config.with_values(PLAIN | {"optim.optimizer": optimizer, "optim.epochs": 1})
    ended, events = fit(config, store.create(config))
    assert len(made) > 3
    assert ended.status == "finished"
    assert of(BatchSplit, events)[0].micro_batches == 2


def test_the_model_is_freed_when_the_training_ends(config, store, monkeypatch):
    kept = []
    monkeypatch.setattr(
        "studio.training.train_step.build_model",
        lambda config: kept.append(weakref.ref(model := build_model(config))) or model,
    )
    fit(config.with_values({"optim.epochs": 1}), store.create(config))
    assert [reference() for reference in kept] == [None]  # the collector is off in tests


def test_a_model_too_large_for_two_images_fails_with_a_hint(config, store, monkeypatch):
    limit_batch_size(monkeypatch, 0)
    run = store.create(config)
    with pytest.raises(DeviceError, match="Memory ran out") as caught:
        fit(config, run)
    assert "smaller model" in caught.value.hint
    assert run.status.observed is RunStatus.FAILED


def test_other_errors_are_not_treated_as_out_of_memory(config, store, monkeypatch):
    def fail(*_, **__):
        raise RuntimeError("mat1 and mat2 shapes cannot be multiplied")

    monkeypatch.setattr("studio.training.train_step.functional.cross_entropy", fail)
    with pytest.raises(RuntimeError, match="mat1"):
        fit(config, store.create(config))


@pytest.mark.parametrize(
    "message",
    [
        "CUDA error: out of memory",
        "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
        "cuDNN error: CUDNN_STATUS_ALLOC_FAILED",
        "GET was unable to find an engine to execute this computation",
        "FIND was unable to find an engine to execute this computation",
    ],
)
def test_errors_of_cuda_libraries_are_recognized(message):
    assert is_out_of_memory(RuntimeError(message))


@pytest.mark.parametrize("ask", [lambda: torch.empty(10**14), lambda: bytearray(1 << 60)])
def test_errors_of_the_cpu_allocator_are_recognized(ask):
    with pytest.raises((RuntimeError, MemoryError)) as caught:
        ask()
    assert is_out_of_memory(caught.value)
    assert not is_out_of_memory(ValueError("out of memory"))
    assert not is_out_of_memory(RuntimeError("shape mismatch"))
