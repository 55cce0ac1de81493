"""Weights in torchvision's layout are read from any format, with clear errors."""

import pytest
import torch
from safetensors.torch import save_file
from torchvision.models import vgg as theirs

from studio.config import ModelConfig
from studio.errors import CheckpointError, ConfigError
from studio.models import build_model, weights
from studio.models.weights import backbone_weight_names, read_torchvision

FILTERS = ((4,), (4,), (8, 8), (8, 8), (8, 8))


def narrow(variant="vgg11-bn", **changes):
    values = {"image_size": 32, "in_channels": 3, "filters": FILTERS, "hidden": (8,), **changes}
    return ModelConfig(variant=variant, **values)


@pytest.fixture
def state():
    """The state dict of torchvision's model in narrow, with a classifier."""
    torch.manual_seed(0)
    plan = [w for block in FILTERS for w in (*block, "M")]
    features = theirs.make_layers(plan, batch_norm=True)
    features(torch.randn(4, 3, 32, 32))  # statistics of its own
    parts = {"features": features, "classifier": torch.nn.Sequential(torch.nn.Linear(8 * 49, 5))}
    return torch.nn.ModuleDict(parts).state_dict()


def save(state, path, kind):
    match kind:
        case "safetensors":
            save_file(state, path)
        case "old":
            torch.save(state, path, _use_new_zipfile_serialization=False)
        case _:
            torch.save(state, path)


@pytest.mark.parametrize("kind", ["new", "old", "safetensors"])
@pytest.mark.parametrize("classifier", [True, False])
def test_each_file_format_gives_the_same_weights(state, tmp_path, kind, classifier):
    if not classifier:
        state = {name: value for name, value in state.items() if "features" in name}
    path = tmp_path / ("w.safetensors" if kind == "safetensors" else "w.pth")
    save(state, path, kind)
    read = read_torchvision(path, narrow())
    assert list(read) == backbone_weight_names(narrow())
    model = build_model(narrow())
    assert set(read) < set(model.state_dict())
    assert torch.equal(read["layers.conv1_1.weight"], state["features.0.weight"])
    assert torch.equal(read["layers.norm5_2.running_var"], state["features.26.running_var"])
    model.load_state_dict(read, strict=False)


def test_the_convolutions_of_a_real_vgg11_are_read(tmp_path):
    torch.manual_seed(0)
    features = theirs.make_layers(theirs.cfgs["A"], batch_norm=False)
    state = {f"features.{name}": value for name, value in features.state_dict().items()}
    path = tmp_path / "vgg11.pth"
    torch.save(state, path)
    config = ModelConfig(variant="vgg11", in_channels=3, image_size=32, hidden=())
    model = build_model(config).eval()
    model.load_state_dict(read_torchvision(path, config), strict=False)
    image = torch.randn(1, 3, 32, 32)
    with torch.no_grad():
        ours = model.layers[: len(features)](image)
        assert torch.allclose(ours, features.eval()(image), rtol=1e-4, atol=1e-6)


def test_half_precision_and_missing_counters_are_converted(state, tmp_path):
    short = {
        name: value.half() if value.is_floating_point() else value
        for name, value in state.items()
        if not name.endswith("tracked")
    }
    torch.save(short, tmp_path / "w.pth")
    read = read_torchvision(tmp_path / "w.pth", narrow())
    assert {value.dtype for value in read.values()} == {torch.float32}


def _without(name):
    return lambda state: {k: v for k, v in state.items() if k != name}


WRONG = [
    (_without("features.0.weight"), narrow(), r"features\.0\.weight.*missing"),
    (lambda s: s | {"features.0.bias": torch.zeros(5)}, narrow(), r"features\.0\.bias.*size \[5\]"),
    (lambda s: s, narrow(kernel_size=5), r"has the size \[4, 3, 3, 3\], not \[4, 3, 5, 5\]"),
    (lambda s: s, narrow("vgg11", norm="batch", filters=((4,),) * 5), "vgg11"),
    (lambda s: s, narrow("vgg13-bn", filters=None), "vgg13-bn"),
    (lambda s: {}, narrow(), "missing"),
    (lambda s: [1, 2], narrow(), "no weights by name"),
    (lambda s: {"features.0.weight": 3}, narrow(), "missing"),
]


@pytest.mark.parametrize(("change", "config", "reason"), WRONG)
def test_a_file_of_another_model_is_refused_with_the_reason(
    state, tmp_path, change, config, reason
):
    path = tmp_path / "other.pth"
    torch.save(change(state), path)
    with pytest.raises(CheckpointError, match=reason) as caught:
        read_torchvision(path, config)
    assert "other.pth" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_layer_the_file_cannot_have_is_named(state, tmp_path):
    plain = {k: v for k, v in state.items() if "classifier" in k}
    plan = [w for block in FILTERS for w in (*block, "M")]
    features = theirs.make_layers(plan, batch_norm=False).state_dict()
    torch.save(plain | {f"features.{k}": v for k, v in features.items()}, tmp_path / "w.pth")
    with pytest.raises(CheckpointError, match=r"has no “layers.norm1_1.weight”"):
        read_torchvision(tmp_path / "w.pth", narrow("vgg11", norm="group"))


class Evil:
    """What a hostile file would run."""

    def __reduce__(self):
        return print, ("run by a file",)


@pytest.mark.parametrize("kind", ["new", "old"])
def test_a_file_that_would_run_code_is_refused(state, tmp_path, capsys, kind):
    save(state | {"features.0.weight": Evil()}, tmp_path / "w.pth", kind)
    with pytest.raises(CheckpointError, match="more than weights"):
        read_torchvision(tmp_path / "w.pth", narrow())
    assert "run by a file" not in capsys.readouterr().out


@pytest.mark.parametrize("kind", ["new", "old", "safetensors"])
@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.99])
def test_a_truncated_file_is_refused(state, tmp_path, kind, share):
    path = tmp_path / ("w.safetensors" if kind == "safetensors" else "w.pth")
    save(state, path, kind)
    path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])
    with pytest.raises(CheckpointError, match="damaged"):
        read_torchvision(path, narrow())


def test_a_missing_or_too_large_file_is_an_error(state, tmp_path, monkeypatch):
    with pytest.raises(CheckpointError, match="no file"):
        read_torchvision(tmp_path / "none.pth", narrow())
    save(state, tmp_path / "w.pth", "old")
    monkeypatch.setattr(weights, "MAX_OLD_FILE_BYTES", 100)
    with pytest.raises(CheckpointError, match="too large"):
        read_torchvision(tmp_path / "w.pth", narrow())


def test_an_unpublished_variant_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="simple-vgg"):
        read_torchvision(tmp_path / "w.pth", ModelConfig())
