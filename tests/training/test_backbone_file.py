"""Weights files that a person chose are read in a child process, which can be ended."""

import io
import zipfile
from pathlib import Path

import pytest
import torch

from studio.callbacks import ignore_progress, never_stop
from studio.config import ModelConfig
from studio.errors import CheckpointError, Stopped
from studio.models.weights import read_torchvision
from studio.training import backbone_file
from studio.training.backbone_file import convert_backbone_file, read_backbone_file

FIXTURES = Path(__file__).parents[1] / "fixtures" / "version_0_1"
NARROW = ModelConfig(
    variant="vgg11", in_channels=3, image_size=32, filters=((4,), (4,), (4, 4), (4, 4), (4, 4))
)


def hash_bomb():
    """A dict whose key takes 2^60 steps to hash, in the zip format of torch."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("archive/data.pkl", b"\x80\x02})" + b"q\x00h\x00\x86" * 60 + b"K\x01s.")
        archive.writestr("archive/version", b"3\n")
    return file.getvalue()


@pytest.mark.parametrize("name", ["vgg11-narrow.pth", "vgg11-narrow.safetensors"])
def test_the_child_returns_what_the_file_contains(name):
    path = FIXTURES / name
    expected = read_torchvision(path, NARROW)
    model, weights, moments = read_backbone_file(path, NARROW)
    assert model == NARROW
    assert {name: tensor.shape for name, tensor in weights.items()} == {
        name: tensor.shape for name, tensor in expected.items()
    }
    assert all(torch.equal(weights[name], tensor) for name, tensor in expected.items())
    assert [len(values) for values in moments] == [3, 3]


def test_a_file_that_would_freeze_the_program_is_refused(tmp_path):
    path = tmp_path / "bomb.pth"
    path.write_bytes(hash_bomb())
    with pytest.raises(CheckpointError, match="nested too deeply") as caught:
        read_backbone_file(path, NARROW)
    assert "bomb.pth" in caught.value.message
    assert "weights_only" not in str(caught.value)


def test_reading_can_be_stopped():
    with pytest.raises(Stopped):
        read_backbone_file(FIXTURES / "vgg11-narrow.pth", NARROW, should_stop=lambda: True)


def test_a_missing_a_large_and_a_special_file_are_errors(tmp_path, monkeypatch):
    for path, reason in (("none.pth", "no file"), ("", "is a folder")):
        with pytest.raises(CheckpointError, match=reason):
            read_backbone_file(tmp_path / path, NARROW)
    monkeypatch.setattr(backbone_file, "MAX_FILE_BYTES", 10)
    with pytest.raises(CheckpointError, match="too large"):
        read_backbone_file(FIXTURES / "vgg11-narrow.pth", NARROW)


def test_what_the_child_answers_is_checked(tmp_path, monkeypatch):
    """A hostile file may have taken over the process that read it."""
    path = FIXTURES / "vgg11-narrow.pth"

    def answer(function, arguments, limits, **options):
        values = dict(arguments, on_progress=ignore_progress, should_stop=never_stop)
        result = convert_backbone_file(**values)
        model = ModelConfig.model_validate(result["model"])
        wide = model.model_copy(update={"filters": ((8,), (4,), (4, 4), (4, 4), (4, 4))})
        return result | {"model": wide.model_dump(mode="json")}

    monkeypatch.setattr(backbone_file, "run_isolated", answer)
    with pytest.raises(CheckpointError, match="cannot be used"):
        read_backbone_file(path, NARROW)
