"""Memory that runs out: smaller parts of the same batch, and the same learning."""

import pytest
import torch
from safetensors.torch import load_file

from studio.errors import DeviceError
from studio.runs import RunStatus
from studio.training.events import BatchSplit, FitStarted, from_dict
from studio.training.memory import is_shortage
from tests.training.fitting import fit, of, stop_after
from tests.training.short_memory import limit_pictures

pytestmark = pytest.mark.numeric

PLAIN = {"model.norm": "none", "model.dropout": 0.0, "engine.precision": "float32"}


def test_a_batch_in_parts_learns_as_a_whole_one(config, store, monkeypatch):
    config = config.with_values(PLAIN)
    whole = store.create(config)
    in_one, _ = fit(config, whole)
    tried = limit_pictures(monkeypatch, 100)
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
    tried = limit_pictures(monkeypatch, 2)
    config = config.with_values(
        {"model.norm": norm, "optim.batch_size": 128, "optim.epochs": 1, "data.subset": 325}
    )
    ended, events = fit(config, store.create(config))
    assert ended.status == "finished"
    assert of(BatchSplit, events)[-1].pictures == 2
    assert min(tried) == 2


def test_a_run_that_goes_on_knows_its_parts(config, store, monkeypatch):
    tried = limit_pictures(monkeypatch, 130)
    run = store.create(config)
    ended, _ = fit(config, run, stop_after(3))
    assert ended.status == "stopped"
    tried.clear()
    ended, events = fit(config, run)
    assert ended.status == "finished"
    assert isinstance(events[0], FitStarted)
    assert of(BatchSplit, events) == []
    assert max(tried) == 128


def test_a_network_too_large_for_two_pictures_fails_with_a_hint(config, store, monkeypatch):
    limit_pictures(monkeypatch, 0)
    run = store.create(config)
    with pytest.raises(DeviceError, match="Memory ran out") as caught:
        fit(config, run)
    assert "smaller network" in caught.value.hint
    assert run.status.seen is RunStatus.FAILED


def test_other_errors_are_no_shortage(config, store, monkeypatch):
    def fail(*_, **__):
        raise RuntimeError("mat1 and mat2 shapes cannot be multiplied")

    monkeypatch.setattr("studio.training.learner.functional.cross_entropy", fail)
    with pytest.raises(RuntimeError, match="mat1"):
        fit(config, store.create(config))


@pytest.mark.parametrize("ask", [lambda: torch.empty(10**14), lambda: bytearray(1 << 60)])
def test_what_a_processor_says_is_understood(ask):
    with pytest.raises((RuntimeError, MemoryError)) as caught:
        ask()
    assert is_shortage(caught.value)
    assert not is_shortage(ValueError("out of memory"))
    assert not is_shortage(RuntimeError("shape mismatch"))
