"""The manifest of a run: what was written is accepted, everything else is named."""

import json
import os

import pytest

from studio.config import TrainConfig
from studio.errors import CheckpointError, DamagedRunError, RunError, StudioError
from studio.runs import RunStore
from studio.runs.checkpoints import weights_path
from studio.runs.manifest import is_listed, verify_file, version_of, write_listed
from studio.runs.manifest_file import Manifest


@pytest.fixture
def run(tmp_path):
    return RunStore(tmp_path / "runs").create(TrainConfig())


@pytest.fixture
def weights(run):
    run.best_weights.parent.mkdir()
    write_listed(run.best_weights, lambda partial: partial.write_bytes(b"first"))
    return run.best_weights


def test_a_written_file_is_accepted_and_each_changed_bit_is_noticed(weights):
    verify_file(weights)
    whole = weights.read_bytes()
    for bit in range(8 * len(whole)):
        flipped = bytearray(whole)
        flipped[bit // 8] ^= 1 << bit % 8
        weights.write_bytes(flipped)
        with pytest.raises(DamagedRunError, match=r"best\.safetensors” is damaged"):
            verify_file(weights)
    weights.write_bytes(whole)
    verify_file(weights)


@pytest.mark.parametrize("damage", ["missing", "folder", "pipe", "shorter", "longer", "empty"])
def test_a_damaged_file_is_named(weights, damage):
    weights.unlink()
    contents = {"shorter": b"firs", "longer": b"first ", "empty": b""}
    if damage == "folder":
        weights.mkdir()
    elif damage == "pipe":
        if not hasattr(os, "mkfifo"):
            pytest.skip("no pipes in the file system")
        os.mkfifo(weights)
    elif damage in contents:
        weights.write_bytes(contents[damage])
    with pytest.raises(CheckpointError, match=r"best\.safetensors”") as caught:
        verify_file(weights)
    assert isinstance(caught.value, RunError)
    assert caught.value.run == weights.parents[1]
    assert caught.value.hint


def test_both_versions_are_accepted_while_a_file_is_replaced(weights):
    with pytest.raises(InterruptedError):
        write_listed(weights, lambda partial: _write_then_fail(partial, weights))
    verify_file(weights)
    manifest = Manifest.open(weights.parents[1])
    manifest.expect({"weights/best.safetensors": _version(weights, b"second")})
    verify_file(weights)
    weights.write_bytes(b"second")
    verify_file(weights)
    manifest.settle()
    verify_file(weights)
    weights.write_bytes(b"first")
    with pytest.raises(DamagedRunError):
        verify_file(weights)


def test_a_file_may_be_missing_until_its_first_version_is_complete(run):
    run.best_weights.parent.mkdir()
    manifest = Manifest.open(run.path)
    manifest.expect({"weights/best.safetensors": _version(run.best_weights, b"first")})
    verify_file(run.best_weights)
    assert not is_listed(run.best_weights)
    with pytest.raises(CheckpointError, match="no weights"):
        weights_path(run.path)


def test_a_file_that_no_run_lists_is_not_checked(run, tmp_path):
    for path in (run.path / "notes.md", tmp_path / "a" / "b" / "c.safetensors"):
        verify_file(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("mine")
        verify_file(path)


def test_a_deleted_or_changed_manifest_is_noticed(run, weights):
    path = run.path / "manifest.json"
    text = path.read_text()
    values = json.loads(text)
    values["files"]["config.toml"][0]["size"] += 1
    other = json.dumps(values)
    for damaged in ("", "{", "null", "[]", '{"files": {}}', text.replace("a", "b"), other):
        path.write_text(damaged)
        with pytest.raises(DamagedRunError, match=r"manifest\.json” is damaged"):
            verify_file(weights)
    path.unlink()
    for file in (weights, run.path / "config.toml", run.state):
        with pytest.raises(DamagedRunError, match=r"manifest\.json” is missing"):
            verify_file(file)
    with pytest.raises(StudioError, match=r"manifest\.json” is missing"):
        _ = run.config


def test_a_run_of_an_earlier_version_is_not_checked_until_it_is_written(run, weights):
    (run.path / "manifest.json").unlink()
    config = run.path / "config.toml"
    config.write_text(config.read_text().replace("manifest = 1\n", ""))
    verify_file(weights)
    weights.write_bytes(b"other")
    verify_file(weights)
    run.write_config(run.config, run.record)
    verify_file(weights)
    weights.write_bytes(b"third")
    with pytest.raises(DamagedRunError):
        verify_file(weights)


@pytest.mark.parametrize("damage", ["empty", "no section", "cut"])
@pytest.mark.parametrize("is_listed", [True, False])
def test_a_damaged_configuration_is_never_replaced_by_defaults(run, damage, is_listed):
    path = run.path / "config.toml"
    text = path.read_text().replace("manifest = 1\n", "")
    damaged = {"empty": "", "no section": text.replace("[optim]", "[other]"), "cut": text[:700]}
    path.write_text(damaged[damage])
    if not is_listed:
        (run.path / "manifest.json").unlink()
    with pytest.raises(StudioError, match="config"):
        _ = run.config


def test_missing_best_weights_are_not_replaced_by_the_last_ones(run, weights):
    write_listed(run.last_weights, lambda partial: partial.write_bytes(b"last"))
    weights.unlink()
    assert weights_path(run.path) == weights
    with pytest.raises(CheckpointError, match=r"best\.safetensors” is missing"):
        verify_file(weights_path(run.path))


def _write_then_fail(partial, weights):
    partial.write_bytes(b"unfinished")
    raise InterruptedError


def _version(path, content):
    other = path.with_name("version")
    other.write_bytes(content)
    version = version_of(other)
    other.unlink()
    return version
