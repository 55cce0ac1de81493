"""What a network can start from, with real weights files."""

from pathlib import Path

import pytest

from studio.config import ModelConfig, TrainConfig
from studio.errors import CheckpointError, ConfigError
from studio.models.imagenet import IMAGENET_FILES, weights_dir
from studio.runs import RunStore, run_title
from studio.ui.train.network.backbones import (
    color_for,
    find_backbone,
    imagenet_backbone,
    is_missing,
    list_backbones,
    megabytes,
    note,
    obstacle,
    read_file,
    title_of_unknown,
)
from tests.ui.train.untrained_run import make_run

COLOUR = ModelConfig(variant="custom", in_channels=3, image_size=8, filters=((4,), (6,)))


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path / "runs")


def test_runs_with_weights_and_the_bundled_network_can_lend(store: RunStore) -> None:
    run = make_run(store, COLOUR)
    store.create(TrainConfig())  # has no weights
    damaged = make_run(store, COLOUR)
    damaged.best_weights.write_bytes(b"no weights")
    own, bundled = list_backbones(store)
    assert own.backbone == f"run:{run.id}"
    assert own.title == run_title(run.id)
    assert own.tip.startswith("Custom on Digits")
    assert own.model.filters == COLOUR.filters
    assert bundled.backbone == "run:bundled"
    assert find_backbone([own, bundled], own.backbone, "vgg16") is own
    assert find_backbone([own], "run:bundled", "vgg16") is None


def test_a_file_of_this_program_lends_its_blocks(store: RunStore, tmp_path: Path) -> None:
    path = str(make_run(store, COLOUR).best_weights)
    lender = read_file(path, ModelConfig(variant="vgg16"), tmp_path, store.runs_dir)
    assert (lender.backbone, lender.title) == (path, "best.safetensors")
    assert lender.model.variant == "custom"


def test_a_file_that_cannot_be_used_says_why(tmp_path: Path) -> None:
    path = tmp_path / "vgg16.pth"
    path.write_bytes(b"not weights")
    with pytest.raises(CheckpointError, match=r"vgg16\.pth"):
        read_file(str(path), ModelConfig(variant="vgg16"), tmp_path, tmp_path)
    with pytest.raises(ConfigError, match="no ImageNet weights of “simple-vgg”"):
        read_file(str(path), ModelConfig(variant="simple-vgg"), tmp_path, tmp_path)


def test_imagenet_is_offered_for_the_published_networks_only(tmp_path: Path) -> None:
    lender = imagenet_backbone("vgg13-bn")
    assert lender is not None
    assert lender.model.in_channels == 3
    assert imagenet_backbone("simple-vgg") is None
    assert not is_missing("imagenet", "simple-vgg", tmp_path)
    assert is_missing("imagenet", "vgg13-bn", tmp_path)
    assert megabytes("vgg13-bn") == 532
    weights_dir(tmp_path).mkdir()
    (weights_dir(tmp_path) / IMAGENET_FILES["vgg13-bn"][0]).touch()
    assert not is_missing("imagenet", "vgg13-bn", tmp_path)


def test_what_stands_in_the_way_is_said_with_the_ways_out(tmp_path: Path) -> None:
    missing = ModelConfig(variant="vgg16", backbone="imagenet", in_channels=3)
    error = obstacle(missing, imagenet_backbone("vgg16"), tmp_path)
    assert error is not None
    assert error.field == "model.backbone"
    for way in ("Download", "run", "file"):
        assert way in error.hint
    grey = COLOUR.model_copy(update={"backbone": "run:x", "in_channels": 1})
    (lender,) = [imagenet_backbone("vgg16")]
    error = obstacle(grey, lender, tmp_path)
    assert error is not None
    assert error.field == "data.color"
    assert "“Colour”" in error.hint
    assert obstacle(grey, None, tmp_path) is None  # nothing is known of it
    assert obstacle(COLOUR, lender, tmp_path) is None  # learns from scratch


@pytest.mark.parametrize(
    ("channels", "source", "color", "expected"),
    [
        (3, "mnist", "own", "rgb"),
        (3, "cifar10", "own", "own"),
        (1, "cifar10", "own", "grey"),
        (1, "mnist", "own", "own"),
        (3, "folder", "own", "rgb"),  # who knows what is in it
        (1, "mnist", "rgb", "grey"),
    ],
)
def test_pictures_are_brought_to_the_channels_of_the_backbone(
    channels: int, source: str, color: str, expected: str
) -> None:
    assert color_for(channels, source, color) == expected


def test_a_note_says_what_learns() -> None:
    assert "only the head learns" in note(missing=False, unfrozen=0)
    assert "last block learns on" in note(missing=False, unfrozen=1)
    assert "last 2 blocks learn on" in note(missing=False, unfrozen=2)
    assert "Not on this computer" in note(missing=True, unfrozen=2)


def test_what_is_in_no_list_still_has_a_name() -> None:
    assert title_of_unknown("run:gone") == "Run gone"
    assert title_of_unknown("/somewhere/vgg.pth") == "vgg.pth"
