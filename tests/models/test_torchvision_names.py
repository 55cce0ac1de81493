"""torchvision's weights under our names give torchvision's answers."""

import pytest
import torch
from torchvision.models import vgg as theirs

from studio.config import ModelConfig
from studio.errors import CheckpointError
from studio.models import build_model
from studio.models.torchvision_names import from_torchvision, torchvision_names

LETTERS = {"vgg11": "A", "vgg13": "B", "vgg16": "D", "vgg19": "E"}
VARIANTS = [depth + suffix for depth in LETTERS for suffix in ("", "-bn")]


def narrow_pair(variant, size):
    """torchvision's model and ours with an eighth of the filters and 32 hidden units."""
    depth, _, suffix = variant.partition("-")
    plan = [w if w == "M" else w // 8 for w in theirs.cfgs[LETTERS[depth]]]
    features = theirs.make_layers(plan, bool(suffix))
    with torch.device("meta"):  # the wide classifier is not wanted
        their = theirs.VGG(features, 5, init_weights=False)
    their.classifier[0] = torch.nn.Linear(plan[-2] * 49, 32)
    their.classifier[3] = torch.nn.Linear(32, 32)
    their.classifier[6] = torch.nn.Linear(32, 5)
    blocks = " ".join(map(str, plan)).strip(" M").split(" M ")
    filters = tuple(tuple(map(int, block.split())) for block in blocks)
    config = ModelConfig(
        variant=variant, in_channels=3, image_size=size, num_classes=5, filters=filters,
        hidden=(32, 32),
    )  # fmt: skip
    return their, build_model(config)


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("size", [32, 64])
def test_the_outputs_are_the_same(variant, size):
    torch.manual_seed(0)
    their, ours = narrow_pair(variant, size)
    images = torch.randn(3, 3, size, size)
    with torch.no_grad():
        their(images)  # in training mode: running statistics of their own
        ours.load_state_dict(from_torchvision(their.state_dict(), variant))
        wanted = their.eval()(images)
        assert wanted.std() > 0.01
        assert torch.allclose(ours.eval()(images), wanted, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_names_are_those_of_the_real_networks(variant):
    with torch.device("meta"):
        their = getattr(theirs, variant.replace("-", "_"))(weights=None)
        ours = build_model(ModelConfig(variant=variant, in_channels=3, image_size=32))
    names = torchvision_names(variant)
    assert set(names) == set(their.state_dict())
    assert set(names.values()) == set(ours.state_dict())
    shapes = {name: tensor.shape for name, tensor in ours.state_dict().items()}
    for name, tensor in their.state_dict().items():
        assert shapes[names[name]] == tensor.shape or name.startswith("classifier.6")


def test_the_real_vgg11_has_the_same_outputs():
    torch.manual_seed(0)
    their = theirs.vgg11(weights=None, init_weights=False).eval()
    with torch.device("meta"):
        config = ModelConfig(variant="vgg11", in_channels=3, image_size=64, num_classes=1000)
        ours = build_model(config).eval()
    state = from_torchvision(their.state_dict(), "vgg11")
    ours.load_state_dict(state, assign=True)  # the same memory: half a gigabyte once
    images = torch.randn(1, 3, 64, 64)
    with torch.no_grad():
        assert torch.allclose(ours(images), their(images), rtol=1e-4, atol=1e-6)


def test_without_the_classifier_only_convolutions_are_translated():
    their, ours = narrow_pair("vgg11-bn", 32)
    features = {k: v for k, v in their.state_dict().items() if k.startswith("features")}
    for state in (features, their.state_dict()):
        taken = from_torchvision(state, "vgg11-bn", classifier=False)
        left = ours.load_state_dict(taken, strict=False)
        assert not left.unexpected_keys
        assert {name.split(".")[1] for name in left.missing_keys} == {"fc1", "fc2", "output"}


def test_a_file_of_old_lacks_the_counters():
    their, ours = narrow_pair("vgg13-bn", 32)
    state = {k: v for k, v in their.state_dict().items() if not k.endswith("tracked")}
    ours.load_state_dict(from_torchvision(state, "vgg13-bn"))


def test_weights_of_another_model_are_refused():
    their, _ = narrow_pair("vgg11", 32)
    with pytest.raises(CheckpointError, match=r"vgg16.*classifier|vgg16.*features"):
        from_torchvision(their.state_dict(), "vgg16")
    features = {k: v for k, v in their.state_dict().items() if k.startswith("features")}
    with pytest.raises(CheckpointError, match=r"classifier\.0\.weight"):
        from_torchvision(features, "vgg11")
