"""Weights files and training states: round trips, and the refusal of foreign or damaged files."""

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


def test_weights_and_card_survive_a_round_trip(tmp_path):
    model = build_model(card(norm="batch").model).eval()
    path = tmp_path / "w.safetensors"
    save_weights(path, model.state_dict(), card(norm="batch"))
    loaded, read = load_model(path)
    assert read == card(norm="batch")
    images = torch.randn(3, 1, 8, 8)
    assert torch.equal(loaded(images), model(images))


def test_float16_weights_are_loaded_as_float32(tmp_path):
    model = build_model(card().model)
    path = tmp_path / "w.safetensors"
    save_weights(path, {n: t.half() for n, t in model.state_dict().items()}, card())
    loaded, _ = load_model(path)
    assert {p.dtype for p in loaded.parameters()} == {torch.float32}


def test_loading_draws_no_random_number(weights):
    before = torch.get_rng_state()
    load_model(weights)
    assert torch.equal(before, torch.get_rng_state())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(data=st.data())
def test_a_damaged_file_is_an_error(weights, data):
    whole = weights.read_bytes()
    cut = data.draw(st.integers(0, len(whole) - 1))
    path = weights.with_name("damaged.safetensors")
    path.write_bytes(whole[:cut])
    with pytest.raises(CheckpointError):
        load_model(path)
    flipped = bytearray(whole)
    flipped[cut] ^= data.draw(st.integers(1, 255))
    path.write_bytes(bytes(flipped))
    # A changed bit of the weights goes unnoticed; any other one must be a CheckpointError.
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
    """An object that runs code when it is unpickled."""

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


def test_a_state_survives_a_round_trip_and_a_damaged_one_is_refused(tmp_path):
    path = tmp_path / "state.pt"
    save_state(path, {"step": 3, "rng": torch.get_rng_state()})
    assert load_state(path)["step"] == 3
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(CheckpointError, match="damaged"):
        load_state(path)
