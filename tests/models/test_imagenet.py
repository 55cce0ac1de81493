"""ImageNet weights: the table agrees with torchvision, and files are found."""

import hashlib

import pytest
import torchvision.models as theirs
from torchvision.models._api import get_model_weights

from studio.errors import CheckpointError, ConfigError
from studio.models import imagenet
from studio.models.imagenet import (
    HOST,
    IMAGENET_FILES,
    MEAN,
    STD,
    check_imagenet,
    download_imagenet,
    expected_sha256,
    find_imagenet,
    missing_imagenet,
    weights_dir,
)
from tests.data.serving import Quiet, serving


@pytest.mark.parametrize("variant", IMAGENET_FILES)
def test_address_size_and_moments_are_torchvisions(variant):
    published = get_model_weights(getattr(theirs, variant.replace("-", "_"))).IMAGENET1K_V1
    name, megabytes = IMAGENET_FILES[variant]
    assert HOST + name == published.url
    # There a megabyte is 1024 times 1024 bytes.
    assert abs(published.meta["_file_size"] * 1.048576 - megabytes) < 1
    changes = published.transforms()
    assert pytest.approx(changes.mean) == [value / 255 for value in MEAN]
    assert pytest.approx(changes.std) == [value / 255 for value in STD]


def test_checksums_begin_with_the_digits_that_torchvision_publishes():
    for name, _ in IMAGENET_FILES.values():
        checksum = expected_sha256(name)
        assert checksum.startswith(name.removesuffix(".pth")[-8:])
        assert len(bytes.fromhex(checksum)) in (4, 32)
    assert len(expected_sha256(IMAGENET_FILES["vgg16"][0])) == 64


def test_every_published_vgg_has_weights():
    depths = [f"vgg{depth}{suffix}" for depth in (11, 13, 16, 19) for suffix in ("", "-bn")]
    assert list(IMAGENET_FILES) == depths


def test_the_file_is_found_where_it_was_put(tmp_path, monkeypatch):
    name, _ = IMAGENET_FILES["vgg16"]
    monkeypatch.delenv("TORCH_HOME", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert find_imagenet("vgg16", tmp_path) is None
    hub = tmp_path / "cache" / "torch" / "hub" / "checkpoints" / name
    for path in (hub, weights_dir(tmp_path) / name):
        path.parent.mkdir(parents=True)
        path.write_bytes(b"")
        assert find_imagenet("vgg16", tmp_path) == path
    assert find_imagenet("vgg19", tmp_path) is None


def test_the_folder_of_the_cache_is_that_of_torch(monkeypatch, tmp_path):
    from torch import hub

    for name in ("TORCH_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
        assert str(imagenet.torch_hub_dir()) == f"{hub.get_dir()}/checkpoints"
        monkeypatch.delenv(name)
    assert str(imagenet.torch_hub_dir()) == f"{hub.get_dir()}/checkpoints"


def test_weights_are_downloaded_into_the_data_folder(tmp_path, monkeypatch):
    content = b"weights" * 1000
    name = f"vgg16-{hashlib.sha256(content).hexdigest()[:8]}.pth"
    (tmp_path / name).write_bytes(content)
    monkeypatch.setitem(IMAGENET_FILES, "vgg16", (name, 0))
    data_dir = tmp_path / "data"
    with serving(tmp_path, Quiet) as url:
        monkeypatch.setattr(imagenet, "HOST", url)
        path = download_imagenet("vgg16", data_dir)
    assert path.read_bytes() == content
    assert find_imagenet("vgg16", data_dir) == path == data_dir / "weights" / name


def test_a_damaged_file_is_named(tmp_path):
    content = b"weights" * 1000
    path = tmp_path / f"vgg16-{hashlib.sha256(content).hexdigest()[:8]}.pth"
    path.write_bytes(content)
    check_imagenet("vgg16", path)
    path.write_bytes(content[:-1] + b"?")
    with pytest.raises(CheckpointError, match="not the published file") as caught:
        check_imagenet("vgg16", path)
    assert str(path) in caught.value.message
    path.unlink()
    with pytest.raises(CheckpointError, match="cannot be read"):
        check_imagenet("vgg16", path)


WAYS_OUT = ("data download imagenet-vgg16", "model.backbone=FILE", "model.backbone=run:ID")


def test_missing_weights_are_an_error_with_three_alternatives(tmp_path, monkeypatch):
    monkeypatch.setattr(imagenet, "HOST", "http://127.0.0.1:1/")
    with pytest.raises(CheckpointError, match="could not be downloaded") as caught:
        download_imagenet("vgg16", tmp_path)
    for error in (caught.value, missing_imagenet("vgg16", tmp_path)):
        assert all(way in str(error) for way in WAYS_OUT)
        assert "VGG-16" in error.message


def test_an_unpublished_variant_has_no_weights(tmp_path):
    with pytest.raises(ConfigError, match="simple-vgg") as caught:
        find_imagenet("simple-vgg", tmp_path)
    assert caught.value.field == "model.variant"
    assert "vgg16-bn" in str(caught.value)
