"""A step on two threads: gradients equal those of autograd, whichever thread computes them."""

import threading

import pytest
import torch
from torch.nn import functional

from studio.config import TrainConfig
from studio.models import build_model
from studio.training import Trainer
from studio.training.backend import overlap as overlap_module
from studio.training.backend.compute_settings import ComputeSettings
from studio.training.backend.overlap import Overlap
from studio.training.backend.threads import set_threads
from tests.training.fitting import fit, same_weights, stop_after

MODEL = (
    TrainConfig()
    .with_values(
        {
            "model.variant": "custom",
            "model.filters": [[6, 8], [12]],
            "model.norm": "batch",
            "model.hidden": [16],
            "model.dropout": 0.0,
            "model.image_size": 12,
        }
    )
    .model
)


@pytest.fixture(autouse=True)
def one_thread():
    set_threads(1)
    yield
    set_threads(1)


@pytest.fixture(params=["halves", "whole"])
def halves(request, monkeypatch):
    """Whether float32 convolutions are computed in halves."""
    monkeypatch.setattr(
        overlap_module, "MIN_SPLIT_MULTIPLY_ADDS", 0 if request.param == "halves" else 10**12
    )


@pytest.fixture
def overlaps():
    """Makes overlaps and ends their threads."""
    made = []

    def make(model):
        made.append(Overlap(model))
        return made[-1]

    yield make
    for overlap in made:
        overlap.close()


def batch():
    draws = torch.Generator().manual_seed(1)
    images = torch.rand(7, 1, 12, 12, generator=draws)
    return images.contiguous(memory_format=torch.channels_last), torch.arange(7)


def new_model():
    torch.manual_seed(0)
    return build_model(MODEL).to(memory_format=torch.channels_last).train()


def gradients(model, precision, backward, times=1):
    """By name, after as many backward passes whose gradients add up."""
    images, labels = batch()
    for _ in range(times):
        with torch.autocast("cpu", precision, precision != torch.float32):
            logits = model(images)
        backward(functional.cross_entropy(logits.float(), labels))
    return {name: parameter.grad for name, parameter in model.named_parameters()}


def overlapped(model, overlap, precision, times=1):
    def backward(loss):
        with overlap.finishing_gradients():
            loss.backward()

    return gradients(model, precision, backward, times)


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("precision", [torch.float32, torch.bfloat16])
def test_gradients_are_those_of_autograd(overlaps, halves, precision, times):
    expected = gradients(new_model(), precision, lambda loss: loss.backward(), times)
    model = new_model()
    actual = overlapped(model, overlaps(model), precision, times)
    assert actual.keys() == expected.keys()
    for name, values in expected.items():
        torch.testing.assert_close(actual[name], values, rtol=1e-3, atol=1e-4)
        assert actual[name].dtype == torch.float32
        assert actual[name].stride() == values.stride()


@pytest.mark.parametrize("precision", [torch.float32, torch.bfloat16])
def test_the_bits_do_not_depend_on_which_thread_computes(overlaps, halves, precision):
    model = new_model()
    usual = overlapped(model, overlaps(model), precision)
    model = new_model()
    shared, release = overlaps(model), threading.Event()
    shared.submit(release.wait)  # as if another program occupied the core of the second thread
    try:
        alone = overlapped(model, shared, precision)
    finally:
        release.set()
    model = new_model()
    shared = overlaps(model)
    shared.balance.use_second_thread = False
    inline = overlapped(model, shared, precision)
    for actual in (alone, inline):
        assert all(torch.equal(usual[name], values) for name, values in actual.items())


def test_names_weights_and_predictions_stay_the_same(overlaps):
    plain, model = new_model(), new_model()
    overlaps(model)
    assert model.state_dict().keys() == plain.state_dict().keys()
    images, _ = batch()
    with torch.no_grad():
        assert torch.equal(model.eval()(images), plain.eval()(images))


def test_an_error_in_the_second_thread_is_raised_and_leaves_no_task(overlaps):
    model = new_model()
    shared = overlaps(model)

    def fail():
        raise MemoryError("no memory")

    with pytest.raises(MemoryError, match="no memory"), shared.finishing_gradients():
        shared.defer(fail)
    ran = []

    def fail_after_deferring():
        with shared.finishing_gradients():
            shared.defer(lambda: ran.append(1))
            raise ValueError("first")

    with pytest.raises(ValueError, match="first"):
        fail_after_deferring()
    assert len(ran) <= 1
    assert overlapped(model, shared, torch.float32)["layers.conv1_1.weight"] is not None


def test_two_threads_overlap_if_convolutions_are_trained():
    two = ComputeSettings("float32", "channels_last", 2)
    assert two.overlaps(MODEL)
    for other in ({"layers": "scratch"}, {"backbone": "imagenet"}):
        assert not two.overlaps(MODEL.model_copy(update=other))
    for threads in (1, 3):
        assert not ComputeSettings("float32", "channels_last", threads).overlaps(MODEL)


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_the_same_seed_gives_the_same_bits_on_two_threads(config, store, halves, precision):
    config = config.with_values({"engine.threads": 2, "engine.precision": precision})
    runs = [store.create(config) for _ in range(3)]
    fit(config, runs[0])
    fit(config, runs[1])
    fit(config, runs[2], stop_after(4))
    _, events = fit(config, runs[2])
    assert (events[0].threads, events[0].engine_reason) == (2, "resumed")
    assert runs[0].record["threads"] == 2
    for run in runs[1:]:
        assert same_weights(runs[0].last_weights, run.last_weights)
        assert same_weights(runs[0].best_weights, run.best_weights)


def test_the_second_thread_ends_with_the_training(config, store):
    config = config.with_values({"engine.threads": 2})
    seen = []

    def names():
        return [thread.name for thread in threading.enumerate()]

    Trainer(config, store.create(config)).fit(lambda event: seen.append(names()))
    assert any(name.startswith("overlap") for name in seen[-1])
    assert not any(name.startswith(("overlap", "score")) for name in names())
