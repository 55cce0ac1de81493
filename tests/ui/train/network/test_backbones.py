"""What a network can start from, with real weights files."""

from pathlib import Path

import pytest

from studio.config import ModelConfig, TrainConfig
from studio.errors import CheckpointError, ConfigError
from studio.models.imagenet import IMAGENET_FILES, weights_dir
from studio.runs import RunStore, run_title
from studio.ui.train.network.backbones import (
    backbone_note,
    backbone_obstacle,
    download_megabytes,
    find_backbone,
    imagenet_backbone,
    is_missing,
    list_backbones,
    read_file,
    unknown_title,
)
from tests.ui.train.untrained_run import make_run

COLOUR = ModelConfig(variant="custom", in_channels=3, image_size=8, filters=((4,), (6,)))


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path / "runs")


def test_runs_with_weights_and_the_bundled_model_are_listed(store: RunStore) -> None:
    run = make_run(store, COLOUR)
    store.create(TrainConfig())  # has no weights
    damaged = make_run(store, COLOUR)
    damaged.best_weights.write_bytes(b"no weights")
    own, bundled = list_backbones(store)
    assert own.source == f"run:{run.id}"
    assert own.title == run_title(run.id)
    assert own.tip.startswith("Custom on Digits")
    assert own.model.filters == COLOUR.filters
    assert bundled.source == "run:bundled"
    assert find_backbone([own, bundled], own.source, "vgg16") is own
    assert find_backbone([own], "run:bundled", "vgg16") is None


def test_a_file_of_this_program_is_a_backbone(store: RunStore, tmp_path: Path) -> None:
    path = str(make_run(store, COLOUR).best_weights)
    backbone = read_file(path, ModelConfig(variant="vgg16"), tmp_path, store.runs_dir)
    assert (backbone.source, backbone.title) == (path, "best.safetensors")
    assert backbone.model.variant == "custom"


def test_a_file_that_cannot_be_used_says_why(tmp_path: Path) -> None:
    path = tmp_path / "vgg16.pth"
    path.write_bytes(b"not weights")
    with pytest.raises(CheckpointError, match=r"vgg16\.pth"):
        read_file(str(path), ModelConfig(variant="vgg16"), tmp_path, tmp_path)
    with pytest.raises(ConfigError, match="no ImageNet weights of “simple-vgg”"):
        read_file(str(path), ModelConfig(variant="simple-vgg"), tmp_path, tmp_path)


def test_imagenet_is_offered_for_the_published_networks_only(tmp_path: Path) -> None:
    backbone = imagenet_backbone("vgg13-bn")
    assert backbone is not None
    assert backbone.model.in_channels == 3
    assert imagenet_backbone("simple-vgg") is None
    assert not is_missing("imagenet", "simple-vgg", tmp_path)
    assert is_missing("imagenet", "vgg13-bn", tmp_path)
    assert download_megabytes("vgg13-bn") == 532
    weights_dir(tmp_path).mkdir()
    (weights_dir(tmp_path) / IMAGENET_FILES["vgg13-bn"][0]).touch()
    assert not is_missing("imagenet", "vgg13-bn", tmp_path)


def test_an_obstacle_names_the_ways_out(tmp_path: Path) -> None:
    missing = ModelConfig(variant="vgg16", backbone="imagenet", in_channels=3)
    error = backbone_obstacle(missing, imagenet_backbone("vgg16"), tmp_path)
    assert error is not None
    assert error.field == "model.backbone"
    for way in ("Download", "run", "file"):
        assert way in error.hint
    grey = COLOUR.model_copy(update={"backbone": "run:x", "in_channels": 1})
    (backbone,) = [imagenet_backbone("vgg16")]
    error = backbone_obstacle(grey, backbone, tmp_path)
    assert error is not None
    assert error.field == "data.color"
    assert "“Color”" in error.hint
    assert backbone_obstacle(grey, None, tmp_path) is None  # nothing is known of it
    assert backbone_obstacle(COLOUR, backbone, tmp_path) is None  # learns from scratch


def test_the_note_says_what_is_trained() -> None:
    assert "only the head is trained" in backbone_note(missing=False, unfrozen=0)
    assert "last block is trained" in backbone_note(missing=False, unfrozen=1)
    assert "last 2 blocks are trained" in backbone_note(missing=False, unfrozen=2)
    assert "Not on this computer" in backbone_note(missing=True, unfrozen=2)


def test_a_backbone_that_is_not_listed_has_a_title() -> None:
    assert unknown_title("run:gone") == "Run gone"
    assert unknown_title("/somewhere/vgg.pth") == "vgg.pth"
