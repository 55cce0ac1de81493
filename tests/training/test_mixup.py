"""Mixup and gradient clipping in a training step, computed by hand."""

import copy

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional
from torch.utils._python_dispatch import TorchDispatchMode

from studio.config import TrainConfig
from studio.training.distributed.sharding import Sharding
from studio.training.input.normalization import Normalizer
from studio.training.mixup import Mixup
from studio.training.muon import Muon
from studio.training.train_step import TrainStep
from tests.training.fitting import fit, same_history, same_weights, stop_after

SIZE, CLASSES = 8, 10
SMALL = {
    "model.variant": "custom",
    "model.filters": [[4], [6]],
    "model.hidden": [8],
    "model.norm": "none",  # micro-batches have statistics of their own
    "model.dropout": 0.0,
    "model.image_size": SIZE,
    "optim.optimizer": "sgd",
    "optim.momentum": 0.0,
    "optim.lr": 0.1,
}


def build_train_step(use_overlap=False, **optim):
    values = SMALL | {f"optim.{name}": value for name, value in optim.items()}
    config = TrainConfig().with_values(values)
    normalize = Normalizer((99.0,), (70.0,), "cpu")
    step = TrainStep(config, normalize, "cpu", torch.float32, use_overlap=use_overlap)
    step.train()
    return step


def batch(size=12):
    generator = torch.Generator().manual_seed(3)
    images = torch.randint(256, (size, 1, SIZE, SIZE), generator=generator, dtype=torch.uint8)
    return images, torch.randint(CLASSES, (size,), generator=generator)


def drawn(train_step, labels):
    """What the next step of `train_step` draws."""
    mixup = copy.copy(train_step.mixup)
    mixup.generator = torch.Generator()
    mixup.generator.set_state(train_step.mixup.generator.get_state())
    return mixup.draw(labels)


def weights(train_step):
    return torch.cat([p.detach().flatten() for p in train_step.model.parameters()])


@pytest.mark.numeric
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_loss_and_gradient_are_those_of_the_mixed_images_and_labels(smoothing):
    step, (images, labels) = build_train_step(mixup=0.4, label_smoothing=smoothing), batch()
    model = copy.deepcopy(step.model)
    partners, weight = drawn(step, labels)
    assert sorted(partners.tolist()) == list(range(12))
    pixels = images.numpy().astype(np.float64)
    mixed = float(weight) * pixels + (1 - float(weight)) * pixels[partners.numpy()]
    logits = model(torch.from_numpy((mixed - 99) / 70).float())
    targets = functional.one_hot(labels, CLASSES).float()
    targets = weight * targets + (1 - weight) * targets[partners]
    targets = (1 - smoothing) * targets + smoothing / CLASSES
    expected = -(targets * logits.log_softmax(1)).sum(1).mean()
    expected.backward()
    before = weights(step)
    result = step.step(images, labels)
    torch.testing.assert_close(result.loss, expected.detach())
    assert int(result.correct) == int((logits.argmax(1) == labels).sum())
    gradient = torch.cat([p.grad.flatten() for p in model.parameters()])
    torch.testing.assert_close(weights(step), before - 0.1 * gradient, rtol=1e-4, atol=1e-6)


@pytest.mark.numeric
def test_micro_batches_and_a_second_thread_mix_the_same_pairs():
    images, labels = batch()
    whole = build_train_step(mixup=0.4, clip_norm=0.2)
    others = [build_train_step(mixup=0.4, clip_norm=0.2, use_overlap=use) for use in (False, True)]
    others[0].accumulation.micro_batches = 3
    expected = [float(whole.step(images, labels).loss) for _ in range(3)]
    for other in others:
        losses = [float(other.step(images, labels).loss) for _ in range(3)]
        assert losses == pytest.approx(expected, rel=1e-5)
        torch.testing.assert_close(weights(other), weights(whole), rtol=1e-4, atol=1e-6)
        other.close()


@pytest.mark.numeric
@pytest.mark.parametrize("norm", [0.3, 100.0])
def test_the_gradient_is_clipped_as_by_torch(norm):
    images, labels = batch()
    plain, clipped = build_train_step(), build_train_step(clip_norm=norm)
    before = weights(plain)
    plain.step(images, labels)
    clipped.step(images, labels)
    parameters = list(plain.model.parameters())
    length = nn.utils.clip_grad_norm_(parameters, norm)
    assert (length > norm) == (norm < 1)
    gradient = torch.cat([p.grad.flatten() for p in parameters])
    torch.testing.assert_close(weights(clipped), before - 0.1 * gradient, rtol=1e-5, atol=1e-7)


def test_weights_follow_a_folded_beta_distribution():
    labels = torch.zeros(4, dtype=torch.long)
    mixup = Mixup(0.4, 7, Sharding())
    values = [float(mixup.draw(labels)[1]) for _ in range(2000)]
    assert min(values) >= 0.5
    assert max(values) <= 1
    reference = np.random.default_rng(0).beta(0.4, 0.4, 100_000)
    reference = np.maximum(reference, 1 - reference)
    assert np.quantile(values, [0.25, 0.5, 0.75]) == pytest.approx(
        np.quantile(reference, [0.25, 0.5, 0.75]), abs=0.03
    )


class NoReading(TorchDispatchMode):
    """Fails where a value is read from the device, which a CUDA graph cannot record."""

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        assert func is not torch.ops.aten._local_scalar_dense.default
        return func(*args, **(kwargs or {}))


def test_a_step_reads_nothing_from_the_device(monkeypatch):
    step = build_train_step(mixup=0.4, clip_norm=0.5, ema=0.9)
    compute = step._compute

    def watched(*inputs):
        with NoReading():
            return compute(*inputs)

    monkeypatch.setattr(step, "_compute", watched)
    step.step(*batch())
    parameters = [nn.Parameter(torch.ones(2, 3)) for _ in range(2)]
    for parameter in parameters:
        parameter.grad = torch.ones(2, 3)
    muon = Muon(parameters[:1], [{"params": []}], torch.tensor(0.1), 0.1)
    with NoReading():
        muon.step()
        muon.step()
    assert bool((parameters[0] < parameters[1]).all())


def test_nothing_is_drawn_while_mixup_is_off():
    step = build_train_step()
    state = step.mixup.generator.get_state()
    step.step(*batch())
    assert torch.equal(step.mixup.generator.get_state(), state)


def test_the_state_of_an_earlier_version_is_loaded():
    step, other = build_train_step(mixup=0.4), build_train_step(mixup=0.4)
    step.step(*batch())
    state = step.state_dict()
    del state["mixup"]
    other.load_state_dict(copy.deepcopy(state))
    assert torch.equal(weights(step), weights(other))


EVERYTHING = {
    "optim.optimizer": "muon",
    "optim.mixup": 0.3,
    "optim.clip_norm": 1.0,
    "optim.schedule": "step",
    "optim.step_epochs": 1,
    "optim.warmup": 0.5,
    "optim.patience": 3,
    "optim.epochs": 3,
    "optim.batch_size": 64,
    "model.filters": [[8], [16]],
    "data.subset": 300,
    "data.test_subset": 100,
}


@pytest.mark.numeric
@pytest.mark.parametrize("training", ["config", "pretrained_config"])
def test_a_stopped_and_resumed_training_gives_the_same_bits(request, store, training):
    config = request.getfixturevalue(training)
    # Cached features are mixed like images; their model has the filters of its backbone.
    values = EVERYTHING if training == "config" else EVERYTHING | {"model.filters": None}
    config = config.with_values(values)
    uninterrupted, interrupted = store.create(config), store.create(config)
    fit(config, uninterrupted)
    fit(config, interrupted, stop_after(6))
    ended, _ = fit(interrupted.config, interrupted)
    assert ended.epochs == 3
    assert same_weights(uninterrupted.last_weights, interrupted.last_weights)
    assert same_history(uninterrupted, interrupted)
