"""Building on other networks from the command line: naming them, fetching them, having none."""

import hashlib

import pytest
import torch
from torchvision.models.vgg import make_layers

from studio.models import imagenet
from studio.runs import RunStore
from tests.data.serving import Quiet, serving

QUICK = ["--set", "engine.threads=1", "--device", "cpu", "--max-steps", "2"]
SMALL = ["--set", "data.source=digits", "--set", "data.image_size=32", "--set", "data.subset=60"]
BLOCKS = [4, "M", 4, "M", 4, 4, "M", 4, 4, "M", 4, 4, "M"]
NARROW = ["--set", "model.variant=vgg11", "--set", "model.filters=[[4],[4],[4,4],[4,4],[4,4]]"]


@pytest.fixture
def published(tmp_path, monkeypatch):
    """A server of narrow weights in the place of those of VGG-11; yields their path."""
    torch.manual_seed(0)
    state = {f"features.{k}": v for k, v in make_layers(BLOCKS).state_dict().items()}
    folder = tmp_path / "published"
    folder.mkdir()
    torch.save(state, folder / "weights.pth")
    checksum = hashlib.sha256((folder / "weights.pth").read_bytes()).hexdigest()
    path = (folder / "weights.pth").rename(folder / f"vgg11-{checksum[:8]}.pth")
    monkeypatch.setitem(imagenet.IMAGENET_FILES, "vgg11", (path.name, 1))
    with serving(folder, Quiet) as url:
        monkeypatch.setattr(imagenet, "HOST", url)
        yield path


@pytest.fixture
def offline(monkeypatch):
    monkeypatch.setattr(imagenet, "HOST", "https://127.0.0.1:1/")


def test_a_run_is_built_on_by_its_full_name(ask, tmp_path):
    code, first = ask("train", "digits-quickstart", *QUICK)
    assert code == 0
    lent = ["--set", "model.backbone=run:last", "--set", "data.normalize=backbone"]
    code, ended = ask("train", "digits-quickstart", *lent, *QUICK)
    assert code == 0
    run = RunStore(tmp_path / "runs").open(ended["run"])
    assert run.config.model.backbone == f"run:{first['run']}"
    assert ended["parameters"] < first["parameters"]
    assert ask("evaluate", run.id)[0] == 0


def test_weights_are_fetched_for_the_training_that_wants_them(ask, tmp_path, published):
    words = ["train", "vgg16-transfer-mnist", *NARROW, *SMALL, *QUICK]
    code, ended = ask(*words)
    assert code == 0
    assert (tmp_path / "data" / "weights" / published.name).is_file()
    published.unlink()
    assert ask(*words)[0] == 0  # there is nothing left to fetch
    run = RunStore(tmp_path / "runs").open(ended["run"])
    assert run.config.model.unfrozen == 0


def test_weights_are_fetched_by_name_and_listed(ask, cli, tmp_path, published):
    listed = {row["id"]: row for row in ask("data", "list")[1]["weights"]}
    assert len(listed) == 8
    assert not listed["imagenet-vgg11"]["available"]
    code, fetched = ask("data", "download", "imagenet-vgg11")
    assert (code, fetched["available"]) == (0, True)
    assert fetched["path"] == str(tmp_path / "data" / "weights" / published.name)
    listed = {row["id"]: row for row in ask("data", "list")[1]["weights"]}
    assert listed["imagenet-vgg11"]["available"]
    assert "imagenet-vgg19-bn" in cli("data", "list")[1]
    assert "are in" in cli("data", "download", "imagenet-vgg11")[1]


@pytest.mark.parametrize("words", [["train", "vgg16-transfer-mnist"], ["data", "download"]])
def test_without_a_network_there_is_one_message_and_no_run(cli, tmp_path, offline, words):
    name = ["imagenet-vgg16"] if words[0] == "data" else []
    code, _, err = cli(*words, *name)
    assert code == 1
    (said,) = [line for line in err.splitlines() if line.startswith("vgg-studio: ")]
    for way in ("data download imagenet-vgg16", "model.backbone=FILE", "model.backbone=run:ID"):
        assert way in said
    assert not (tmp_path / "runs").exists()


WRONG = [
    (["model.backbone=run:none"], 1, "no run"),
    (["model.backbone=none.pth"], 1, "none.pth"),
    (["model.backbone=imagenet", "model.variant=tiny-vgg"], 2, "vgg16-bn"),
    (["model.backbone=run:bundled"], 2, "data.color = grey"),
    (["model.backbone=run:bundled", "data.color=grey", "model.unfrozen=5"], 2, "3 blocks"),
    (["model.backbone=run:bundled", "data.color=grey", "data.image_size=7"], 2, "too small"),
    (["model.backbone="], 2, "data.normalize"),
]


@pytest.mark.parametrize(("settings", "exit_code", "name"), WRONG)
def test_what_cannot_be_built_on_is_said_before_there_is_a_run(
    cli, tmp_path, settings, exit_code, name
):
    words = [word for setting in settings for word in ("--set", setting)]
    code, _, err = cli("train", "vgg16-transfer-mnist", *SMALL, *words)
    assert (code, name in err) == (exit_code, True)
    assert len(err.splitlines()) == 1
    assert not (tmp_path / "runs").exists()
