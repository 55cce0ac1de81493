"""A model of hand-written layers is the same model as one of torch's own."""

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from studio.models import scratch

MAPS, VECTORS = (2, 4, 7, 7), (3, 4)

# Every layer with weights or buffers, and a shape it takes.
WITH_WEIGHTS = [
    ("Conv2d", (4, 3, 3), MAPS),
    ("Linear", (4, 5), VECTORS),
    ("BatchNorm1d", (4,), VECTORS),
    ("BatchNorm2d", (4,), MAPS),
    ("LayerNorm", (4,), VECTORS),
    ("GroupNorm", (2, 4), MAPS),
]
WITHOUT_WEIGHTS = [
    ("MaxPool2d", (2,), MAPS),
    ("AvgPool2d", (2,), MAPS),
    ("AdaptiveAvgPool2d", (3,), MAPS),
    ("Flatten", (), MAPS),
    *[(name, (), MAPS) for name in ("ReLU", "LeakyReLU", "ELU", "GELU", "SiLU", "Tanh")],
]
ALIKE = WITH_WEIGHTS + WITHOUT_WEIGHTS


def mini_vgg(layers) -> nn.Sequential:
    """The second Mini VGG of `layers`, which is torch.nn or scratch: every layer has its place."""
    return nn.Sequential(
        layers.Conv2d(1, 8, 5, padding="same"),
        layers.BatchNorm2d(8),
        layers.MaxPool2d(3),
        layers.ReLU(inplace=True),
        layers.Conv2d(8, 12, 3, padding="same"),
        layers.BatchNorm2d(12),
        layers.MaxPool2d(2),
        layers.ReLU(inplace=True),
        layers.Flatten(),
        layers.LayerNorm(12 * 4 * 4),
        layers.Linear(12 * 4 * 4, 20),
        layers.ReLU(inplace=True),
        layers.Linear(20, 10),
    )


@pytest.fixture(params=["contiguous_format", "channels_last"])
def images(request) -> Tensor:
    """A batch of one channel, in both layouts."""
    return torch.randn(16, 1, 28, 28).to(memory_format=getattr(torch, request.param))


def learn(model: nn.Module, images: Tensor, steps: int) -> list[float]:
    """Losses of a short training."""
    optimizer = torch.optim.SGD(model.parameters(), 0.05, momentum=0.9)
    labels, losses = torch.arange(len(images)) % 10, []
    for _ in range(steps):
        loss = functional.cross_entropy(model(images).float(), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def test_every_layer_is_compared():
    named = {name for name, _, _ in ALIKE} | {"Dropout"}
    assert named == set(scratch.__all__)


@pytest.mark.parametrize(("name", "arguments", "_"), WITH_WEIGHTS)
def test_weights_go_from_one_to_the_other_and_back(name, arguments, _):
    ours, theirs = getattr(scratch, name)(*arguments), getattr(nn, name)(*arguments)
    for source, target in ((ours, theirs), (theirs, ours)):
        for value in source.state_dict().values():
            value.copy_(torch.randint(9, value.shape))
        target.load_state_dict(source.state_dict(), strict=True)
        torch.testing.assert_close(dict(source.state_dict()), dict(target.state_dict()))


def test_training_equals_that_of_torchs_layers(images):
    ours, theirs = mini_vgg(scratch), mini_vgg(nn)
    ours.load_state_dict(theirs.state_dict())
    mine, expected = learn(ours, images, 8), learn(theirs, images, 8)
    assert expected[-1] < 0.5 * expected[0]
    assert mine == pytest.approx(expected, rel=1e-3)
    ours.eval(), theirs.eval()
    torch.testing.assert_close(ours(images), theirs(images), rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize(("name", "arguments", "shape"), ALIKE)
def test_half_precision_is_as_accurate_as_torchs_layers(name, arguments, shape):
    ours, theirs = getattr(scratch, name)(*arguments), getattr(nn, name)(*arguments)
    ours.load_state_dict(theirs.state_dict())
    values = torch.randn(shape, requires_grad=True)
    exact = ours(values)
    with torch.autocast("cpu", torch.bfloat16):
        half = ours(values.bfloat16())
        assert half.dtype == theirs(values.bfloat16()).dtype
    torch.testing.assert_close(half.float(), exact, rtol=0.02, atol=0.04)
    half.float().square().sum().backward()
    assert values.grad.isfinite().all()
    assert values.grad.any()


def test_training_works_in_half_precision(images):
    model = mini_vgg(scratch)
    forward = model.forward
    model.forward = torch.autocast("cpu", torch.bfloat16)(forward)
    losses = learn(model, images, 8)
    assert losses[-1] < 0.5 * losses[0]
    assert {parameter.dtype for parameter in model.parameters()} == {torch.float32}


@pytest.mark.parametrize(("name", "arguments", "shape"), ALIKE)
def test_outputs_are_the_same_without_gradients(name, arguments, shape):
    layer, values = getattr(scratch, name)(*arguments), torch.randn(shape)
    expected = layer(values)
    for context in (torch.no_grad(), torch.inference_mode()):
        with context:
            answer = layer(values)
        assert not answer.requires_grad
        assert torch.equal(answer, expected)
