"""Adapting a small random model: what is trained, how far it moves, and how it is cancelled."""

import numpy as np
import pytest
import torch
from torch import nn

from studio.config import ModelConfig
from studio.errors import Stopped
from studio.models import build_model
from studio.training.adaptation import (
    BLENDS,
    AdaptationSettings,
    Adapter,
    LabeledImages,
    _rate,
    first_trained_layer,
)
from studio.training.functional_adam import FunctionalAdam

SETTINGS = AdaptationSettings(steps=12, views=4, replay=60, drawing_batch=8, replay_batch=8)
CONFIG = ModelConfig(
    variant="simple-vgg", in_channels=1, image_size=28, filters=((8, 8), (16, 16)), hidden=(32,)
)


@pytest.fixture(autouse=True)
def _one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def model():
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        built = build_model(CONFIG)
    return built.eval().requires_grad_(False)


def random_images(count: int, seed: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(0, 256, (count, 1, 28, 28), generator=generator, dtype=torch.uint8)


def normalize(images: torch.Tensor) -> torch.Tensor:
    return images.float() / 128 - 1


def predict(model: nn.Module, images: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        return model(normalize(images)).argmax(1)


def prepared(model: nn.Module, validation: LabeledImages | None = None) -> Adapter:
    adapter = Adapter(model, CONFIG, normalize, SETTINGS)
    images = random_images(150, 1)
    adapter.prepare(images, validation or LabeledImages(images, predict(model, images)))
    return adapter


def other_labels(model: nn.Module, images: torch.Tensor) -> torch.Tensor:
    return (predict(model, images) + 1) % 10


@pytest.mark.numeric
def test_the_model_learns_the_drawings_and_the_old_one_stays(model) -> None:
    empty = LabeledImages(random_images(0, 0), torch.zeros(0, dtype=torch.int64))
    adapter = prepared(model, empty)  # nothing holds it back
    before = {name: value.clone() for name, value in model.state_dict().items()}
    drawings = random_images(8, 2)
    adapter.set_drawings(LabeledImages(drawings, other_labels(model, drawings)))
    settings = AdaptationSettings(steps=60, views=4, drawing_batch=8, replay_batch=8)
    adapter._settings = settings
    adapted = adapter.fit()
    assert adapted.blend == BLENDS[0]
    assert adapter.validation_change(adapted.model) == 0
    old, new = adapter.compare(adapted.model, drawings)
    assert torch.equal(old, predict(model, drawings))
    assert torch.equal(new, predict(adapted.model, drawings))
    assert (new == other_labels(model, drawings)).float().mean() > 0.3  # none before
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    first, names = first_trained_layer(CONFIG), dict(model.named_modules())
    fixed = {id(layer) for layer in names["layers"][:first]}
    for name, layer in names["layers"].named_children():
        for key, value in layer.state_dict().items():
            other = adapted.model.get_submodule(f"layers.{name}").state_dict()[key]
            assert torch.equal(value, other) == (id(layer) in fixed)


@pytest.mark.numeric
def test_the_validation_split_limits_how_far_the_weights_move(model) -> None:
    # The drawings contradict the validation samples: they are the same images.
    images = random_images(40, 3)
    adapter = prepared(model, LabeledImages(images, predict(model, images)))
    adapter.set_drawings(LabeledImages(images, other_labels(model, images)))
    adapted = adapter.fit()
    assert adapted.blend < BLENDS[0]
    _, logits = adapter.validate(adapted.model)
    change = (logits.argmax(1) == predict(model, images)).float().mean() - 1
    assert adapter.validation_change(adapted.model) == pytest.approx(float(change))
    if adapted.blend > BLENDS[-1]:
        assert change >= -1 / 40 - 1e-6


@pytest.mark.numeric
def test_other_drawings_replace_the_first_ones(model) -> None:
    adapter, images = prepared(model), random_images(12, 4)
    drawings = LabeledImages(images, predict(model, images))
    adapter.set_drawings(LabeledImages(images[:6], drawings.labels[:6]))
    adapter.fit()
    adapter.set_drawings(drawings)
    again, fresh = adapter.fit(torch.arange(6)), prepared(model)
    fresh.set_drawings(drawings)
    expected = fresh.fit(torch.arange(6))
    pairs = zip(again.model.parameters(), expected.model.parameters(), strict=True)
    assert all(torch.equal(a, b) for a, b in pairs)


def test_every_part_hears_a_cancel_and_reports_progress(model) -> None:
    adapter, images = prepared(model), random_images(130, 5)
    drawings = LabeledImages(images[:30], predict(model, images[:30]))
    adapter.set_drawings(drawings)
    parts = (
        lambda *callbacks: adapter.prepare(images, drawings, *callbacks),
        lambda *callbacks: adapter.set_drawings(drawings, *callbacks),
        lambda *callbacks: adapter.fit(None, *callbacks),
        lambda *callbacks: adapter.compare(model, images, *callbacks),
    )
    for run in parts:
        fractions: list[float] = []
        run(lambda fraction, _, seen=fractions: seen.append(fraction), lambda: False)
        assert len(fractions) > 1
        assert fractions == sorted(fractions)
        assert fractions[-1] == 1
        with pytest.raises(Stopped):
            run(lambda *_: None, lambda: True)


@pytest.mark.numeric
def test_the_optimizer_is_adam_and_its_rate_one_cycle() -> None:
    parameter = nn.Parameter(torch.linspace(-1, 1, 7, dtype=torch.float32))
    optimizer = FunctionalAdam([parameter])
    rates = [_rate(SETTINGS, step) for step in range(SETTINGS.steps)]
    expected = np.linspace(-1, 1, 7)
    mean, square = np.zeros(7), np.zeros(7)
    for number, rate in enumerate(rates, 1):
        optimizer.step(((parameter - 0.3) ** 4).sum(), rate)
        # Algorithm 1 of Kingma and Ba.
        gradient = 4 * (expected - 0.3) ** 3
        mean = 0.9 * mean + 0.1 * gradient
        square = 0.999 * square + 0.001 * gradient**2
        corrected = mean / (1 - 0.9**number), square / (1 - 0.999**number)
        expected -= rate * corrected[0] / (np.sqrt(corrected[1]) + 1e-8)
    assert np.allclose(parameter.detach().numpy(), expected, rtol=0, atol=1e-5)
    peak = rates.index(max(rates))
    assert rates[: peak + 1] == sorted(rates[: peak + 1])
    assert rates[peak:] == sorted(rates[peak:], reverse=True)
    assert 0 <= rates[-1] < 0.1 * SETTINGS.lr


def test_few_layers_are_trained() -> None:
    filters = ((32, 32), (64, 64), (128, 128))
    bundled = ModelConfig(
        variant="simple-vgg", in_channels=1, image_size=28, filters=filters, hidden=(256,)
    )
    layers = build_model(bundled).get_submodule("layers")
    trained = list(layers.children())[first_trained_layer(bundled) :]
    kinds = [type(layer) for layer in trained if list(layer.parameters())]
    assert kinds == [nn.Linear, nn.Linear]
    small = list(build_model(CONFIG).get_submodule("layers").children())
    assert isinstance(small[first_trained_layer(CONFIG)], nn.Conv2d)
    assert first_trained_layer(CONFIG) > 0
