"""Memory that runs out: smaller parts of the same batch, and the same learning."""

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


def test_a_batch_in_parts_learns_as_a_whole_one(config, store, monkeypatch):
    config = config.with_values(PLAIN)
    whole = store.create(config)
    in_one, _ = fit(config, whole)
    tried = limit_batch_size(monkeypatch, 100)
    run = store.create(config)
    in_parts, events = fit(config, run)
    assert tried[:4] == [256, 128, 64, 64]
    assert of(BatchSplit, events) == [BatchSplit(step=1, epoch=1, parts=4, pictures=64)]
    assert of(BatchSplit, map(from_dict, run.metrics())) == of(BatchSplit, events)
    ours, theirs = load_file(run.last_weights), load_file(whole.last_weights)
    for name in theirs:
        torch.testing.assert_close(ours[name], theirs[name], rtol=1e-3, atol=1e-4)
    assert in_parts.val_accuracy == pytest.approx(in_one.val_accuracy, abs=0.01)


@pytest.mark.parametrize("norm", ["batch", "layer", "group"])
def test_every_norm_learns_in_parts(config, store, monkeypatch, norm):
    # 260 pictures: the last batch of an epoch has 4, and no part may have only one.
    tried = limit_batch_size(monkeypatch, 2)
    config = config.with_values(
        {"model.norm": norm, "optim.batch_size": 128, "optim.epochs": 1, "data.subset": 325}
    )
    ended, events = fit(config, store.create(config))
    assert ended.status == "finished"
    assert of(BatchSplit, events)[-1].pictures == 2
    assert min(tried) == 2


def test_a_run_that_goes_on_knows_its_parts(config, store, monkeypatch):
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


@pytest.mark.parametrize("optimizer", ["adam", "adamw"])
def test_memory_may_run_out_while_the_optimizer_makes_its_buffers(
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
    assert of(BatchSplit, events)[0].parts == 2


def test_what_a_training_took_of_a_device_is_free_when_it_ends(config, store, monkeypatch):
    kept = []
    monkeypatch.setattr(
        "studio.training.train_step.build_model",
        lambda model: kept.append(weakref.ref(network := build_model(model))) or network,
    )
    fit(config.with_values({"optim.epochs": 1}), store.create(config))
    assert [reference() for reference in kept] == [None]  # the collector is off in tests


def test_a_network_too_large_for_two_pictures_fails_with_a_hint(config, store, monkeypatch):
    limit_batch_size(monkeypatch, 0)
    run = store.create(config)
    with pytest.raises(DeviceError, match="Memory ran out") as caught:
        fit(config, run)
    assert "smaller model" in caught.value.hint
    assert run.status.observed is RunStatus.FAILED


def test_other_errors_are_no_shortage(config, store, monkeypatch):
    def fail(*_, **__):
        raise RuntimeError("mat1 and mat2 shapes cannot be multiplied")

    monkeypatch.setattr("studio.training.train_step.functional.cross_entropy", fail)
    with pytest.raises(RuntimeError, match="mat1"):
        fit(config, store.create(config))


@pytest.mark.parametrize(
    "said",
    [
        "CUDA error: out of memory",
        "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
        "cuDNN error: CUDNN_STATUS_ALLOC_FAILED",
        "GET was unable to find an engine to execute this computation",
        "FIND was unable to find an engine to execute this computation",
    ],
)
def test_what_the_libraries_of_cuda_say_is_understood(said):
    assert is_out_of_memory(RuntimeError(said))


@pytest.mark.parametrize("ask", [lambda: torch.empty(10**14), lambda: bytearray(1 << 60)])
def test_what_a_processor_says_is_understood(ask):
    with pytest.raises((RuntimeError, MemoryError)) as caught:
        ask()
    assert is_out_of_memory(caught.value)
    assert not is_out_of_memory(ValueError("out of memory"))
    assert not is_out_of_memory(RuntimeError("shape mismatch"))
