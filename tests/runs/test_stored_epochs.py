"""Which epochs a run keeps, and the keys that name models."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.config import TrainConfig
from studio.errors import CheckpointError, RunError
from studio.runs import RunStore
from studio.runs.stored_epochs import (
    ModelKey,
    cache_location,
    count_kept,
    epoch_weights,
    is_kept,
    source_name,
    stored_epochs,
)


@pytest.fixture
def store(tmp_path):
    return RunStore(tmp_path / "runs")


@pytest.fixture
def run(store):
    """A run with files that are named as the weights of epochs 1, 4, 12 and 1000."""
    run = store.create(TrainConfig())
    run.last_weights.parent.mkdir()
    for epoch in (12, 1, 1000, 4):
        run.epoch_weights(epoch).write_bytes(b"")
    for name in ("best.safetensors", "epoch_9.safetensors", "epoch_002.safetensors.partial"):
        (run.last_weights.parent / name).write_bytes(b"")
    (run.last_weights.parent / "epoch_005.safetensors").mkdir()
    return run


def test_the_setting_decides_which_epochs_are_kept():
    kept = {policy: [e for e in range(1, 20) if is_kept(policy, e)] for policy in _POLICIES}
    assert kept == {"none": [], "powers_of_two": [1, 2, 4, 8, 16], "every": [*range(1, 20)]}
    assert [count_kept(policy, 19) for policy in _POLICIES] == [0, 5, 19]


_POLICIES = "none", "powers_of_two", "every"


def test_stored_epochs_are_those_of_which_there_are_weights(run, store):
    assert stored_epochs(run) == [1, 4, 12, 1000]
    assert stored_epochs(store.run("missing")) == []
    assert epoch_weights(run, 12).name == "epoch_012.safetensors"
    assert run.epoch_weights(1000).name == "epoch_1000.safetensors"


def test_a_missing_epoch_is_explained(run, store):
    with pytest.raises(CheckpointError, match="epochs 1, 4, 12 and 1000"):
        epoch_weights(run, 2)
    with pytest.raises(CheckpointError, match="Keep weights of epochs"):
        epoch_weights(store.create(TrainConfig()), 2)


def test_keys_name_the_weights_that_are_meant(run, store):
    assert store.weights_source("bundled") == "bundled"
    assert store.weights_source(run.id) == run.path
    assert store.weights_source(f"{run.id}@4") == run.epoch_weights(4)
    assert store.weights_source("last@4") == run.epoch_weights(4)
    assert store.weights_source(f"{run.path}@4") == run.epoch_weights(4)
    with pytest.raises(CheckpointError, match="no weights yet"):
        store.weights_source("last@now")
    assert store.run_source("last@now") == store.run_source(f"{run.id}@4") == run.path
    assert store.run_source("bundled") == "bundled"
    run.last_weights.write_bytes(b"")
    assert store.weights_source("last@now") == run.last_weights
    for name in ("last@0", "last@-1", "last@first", "bundled@2", "last@", "@3"):
        with pytest.raises(RunError, match="There is no run"):
            store.weights_source(name)


def test_a_run_folder_may_be_named_like_a_key(run, store):
    renamed = run.path.rename(run.path.with_name("mine@4"))
    assert store.weights_source("mine@4") == renamed
    assert store.weights_source("mine@4@12").parent.parent == renamed


def test_what_is_cached_about_an_epoch_has_a_name_of_its_own(run):
    assert cache_location(run.path, "test") == (run.path, "test")
    assert cache_location(run.epoch_weights(4), "test") == (run.path, "test-epoch_004")
    assert source_name(run.path) == run.id
    assert source_name(run.epoch_weights(4)) == f"{run.id}@4"
    run.last_weights.write_bytes(b"")
    assert source_name(run.last_weights) == f"{run.id}@now"


@settings(max_examples=50)
@given(st.text(min_size=1), st.one_of(st.none(), st.integers(1, 999_999_999)), st.booleans())
def test_a_key_is_what_its_text_is_parsed_to(run, epoch, is_newest):
    key = ModelKey(run, None if is_newest else epoch, is_newest)
    if not key.is_plain:
        assert ModelKey.parse(str(key)) == key
