"""Weights files: what is written comes back, and what is foreign or damaged is refused."""

import contextlib
import pickle

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.torch import save_file

from studio.config import DataConfig, ModelConfig
from studio.errors import CheckpointError
from studio.models import build_model
from studio.runs.checkpoints import (
    ModelCard,
    load_model,
    load_state,
    read_card,
    save_state,
    save_weights,
)


def card(**model):
    return ModelCard(
        recipe="test",
        model=ModelConfig(image_size=8, hidden=(4,), filters=((2,),), **model),
        data=DataConfig(),
        class_names=tuple("0123456789"),
        mean=(1.0,),
        std=(2.0,),
        drawing="digits",
    )


@pytest.fixture
def weights(tmp_path):
    path = tmp_path / "weights" / "best.safetensors"
    save_weights(path, build_model(card().model).state_dict(), card())
    return path


def test_what_is_written_comes_back(tmp_path):
    network = build_model(card(norm="batch").model).eval()
    path = tmp_path / "w.safetensors"
    save_weights(path, network.state_dict(), card(norm="batch"))
    again, read = load_model(path)
    assert read == card(norm="batch")
    pictures = torch.randn(3, 1, 8, 8)
    assert torch.equal(again(pictures), network(pictures))


def test_half_precision_weights_answer_in_single_precision(tmp_path):
    network = build_model(card().model)
    path = tmp_path / "w.safetensors"
    save_weights(path, {n: t.half() for n, t in network.state_dict().items()}, card())
    again, _ = load_model(path)
    assert {p.dtype for p in again.parameters()} == {torch.float32}


def test_loading_draws_no_random_number(weights):
    before = torch.get_rng_state()
    load_model(weights)
    assert torch.equal(before, torch.get_rng_state())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(data=st.data())
def test_a_damaged_file_is_a_plain_error(weights, data):
    whole = weights.read_bytes()
    cut = data.draw(st.integers(0, len(whole) - 1))
    path = weights.with_name("damaged.safetensors")
    path.write_bytes(whole[:cut])
    with pytest.raises(CheckpointError):
        load_model(path)
    flipped = bytearray(whole)
    flipped[cut] ^= data.draw(st.integers(1, 255))
    path.write_bytes(bytes(flipped))
    # A bit of the weights themselves can change unseen; anything else must be a plain error.
    with contextlib.suppress(CheckpointError):
        load_model(path)


def test_foreign_files_are_refused_with_the_reason(tmp_path, weights):
    foreign = tmp_path / "foreign.safetensors"
    save_file({"a": torch.zeros(2)}, foreign)
    with pytest.raises(CheckpointError, match="not written by VGG Studio"):
        read_card(foreign)
    with pytest.raises(CheckpointError, match="no weights"):
        read_card(tmp_path / "none.safetensors")
    smaller = build_model(card().model).state_dict()
    smaller["layers.fc1.weight"] = torch.zeros(1, 1)
    save_weights(foreign, smaller, card())
    with pytest.raises(CheckpointError, match="wrong size"):
        load_model(foreign)
    del smaller["layers.fc1.weight"]
    save_weights(foreign, smaller, card())
    with pytest.raises(CheckpointError, match="do not match its model card"):
        load_model(foreign)


class Evil:
    """What a hostile file would run."""

    def __reduce__(self):
        return print, ("run by a file",)


def test_a_state_that_would_run_code_is_refused(tmp_path, capsys):
    path = tmp_path / "state.pt"
    torch.save({"a": Evil()}, path)
    with pytest.raises(CheckpointError):
        load_state(path)
    path.write_bytes(pickle.dumps(Evil(), protocol=2))
    with pytest.raises(CheckpointError):
        load_state(path)
    assert "run by a file" not in capsys.readouterr().out


def test_a_state_comes_back_and_a_damaged_one_is_refused(tmp_path):
    path = tmp_path / "state.pt"
    save_state(path, {"step": 3, "rng": torch.get_rng_state()})
    assert load_state(path)["step"] == 3
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(CheckpointError, match="damaged"):
        load_state(path)
