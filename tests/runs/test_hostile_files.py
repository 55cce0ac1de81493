"""Run folders of strangers: pipes, devices, folders in place of files, and endless files."""

import hashlib
import io
import json
import os
import zipfile
from pathlib import Path

import pytest
import torch

from studio.config import TrainConfig
from studio.errors import CheckpointError, RunError, StudioError
from studio.export.report.contents import read_epoch_metrics
from studio.recipes import read_recipe
from studio.runs import Run, RunStatus, RunStore
from studio.runs.checkpoints import load_model, load_state, read_card, weights_path
from studio.runs.history import load_history
from studio.runs.manifest_file import Manifest, Version
from studio.runs.recovery import restore_previous
from studio.runs.scanner import RunScanner

FILES = ("config.toml", "status.json", "metrics.jsonl", "state.pt", "weights/best.safetensors")


def make_pipe(path):
    os.mkfifo(path)


def link_to_zeros(path):
    path.symlink_to("/dev/zero")


def make_folder(path):
    path.mkdir()


def make_deep(path):
    path.write_bytes(b"a = " + b"[" * 20_000)


def make_binary(path):
    path.write_bytes(bytes(range(256)) * 8)


def make_unreadable(path):
    path.symlink_to(path)  # a loop, which not even the super-user can open


KINDS = [make_folder, make_deep, make_binary, make_unreadable]
if hasattr(os, "mkfifo"):
    KINDS += [make_pipe, link_to_zeros]


@pytest.fixture
def store(tmp_path):
    """A good run, and one in which each file is to be replaced."""
    store = RunStore(tmp_path / "runs")
    store.create(TrainConfig())
    return store


@pytest.mark.parametrize("make", KINDS)
def test_a_folder_of_hostile_files_is_listed_beside_the_others(store, make):
    bad = store.runs_dir / "bad"
    (bad / "weights").mkdir(parents=True)
    (bad / "history").mkdir()
    for name in (*FILES, "history/probability.npy", "history/indices.npy"):
        make(bad / name)
    statuses = {run.id: run.status for run in store.list()}
    assert statuses.pop("bad") is RunStatus.INTERRUPTED
    assert list(statuses.values()) == [RunStatus.RUNNING]
    run = Run(bad)
    assert run.metrics() == []
    assert run.status is None
    assert load_history(run) is None
    with pytest.raises(StudioError):
        _ = run.config
    with pytest.raises(CheckpointError):
        load_state(run.state)
    with pytest.raises(CheckpointError):
        load_model(weights_path(bad))


@pytest.mark.parametrize("make", KINDS)
def test_a_configuration_that_is_no_file_is_an_error(tmp_path, make):
    make(tmp_path / "recipe.toml")
    with pytest.raises(StudioError) as caught:
        read_recipe(tmp_path / "recipe.toml")
    assert str(tmp_path) in caught.value.message


def test_a_configuration_with_a_very_long_dotted_name_is_refused_at_once(tmp_path):
    (tmp_path / "recipe.toml").write_text("a." * 200_000 + "a = 1\n")
    with pytest.raises(StudioError, match="not valid TOML"):
        read_recipe(tmp_path / "recipe.toml")
    (tmp_path / "recipe.toml").write_text("#" * (2 << 20))
    with pytest.raises(StudioError, match="larger than"):
        read_recipe(tmp_path / "recipe.toml")


def test_a_runs_folder_that_is_a_file_or_has_too_long_a_name_is_an_error(tmp_path):
    (tmp_path / "runs").write_text("")
    for folder in (tmp_path / "runs", tmp_path / ("x" * 5000)):
        with pytest.raises(RunError, match="cannot be listed"):
            RunStore(folder).list()
        with pytest.raises(RunError):
            RunStore(folder).open("last")
    with pytest.raises(RunError):
        RunStore(tmp_path).open("y" * 5000)
    assert len(RunScanner(tmp_path / "runs").scan().unreachable) == 1


def test_a_link_that_leads_to_itself_does_not_hide_the_runs(store):
    (store.runs_dir / "loop").symlink_to(store.runs_dir / "loop")
    assert len(store.list()) == 1


def test_a_state_whose_key_takes_forever_to_hash_is_refused_at_once(tmp_path):
    path = tmp_path / "state.pt"
    path.write_bytes(_hash_bomb())
    with pytest.raises(CheckpointError, match="nested too deeply"):
        load_state(path)


def _hash_bomb():
    data = b"\x80\x02})" + b"q\x00h\x00\x86" * 60 + b"K\x01s."
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("archive/data.pkl", data)
        archive.writestr("archive/version", b"3\n")
    return file.getvalue()


class Evil:
    """An object that runs code when it is unpickled."""

    def __reduce__(self):
        return os.system, ("echo run by a file",)


@pytest.mark.parametrize("value", [Evil(), Path("x"), {1.5: 2}, torch.zeros(2).to_sparse()])
def test_an_error_about_a_state_never_advises_to_trust_it(tmp_path, value, capfd):
    torch.save({"a": value}, tmp_path / "state.pt")
    with pytest.raises(CheckpointError) as caught:
        load_state(tmp_path / "state.pt")
    assert not {"weights_only", "torch.load", "trust"} & set(str(caught.value).split())
    assert "weights_only" not in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "run by" not in capfd.readouterr().out


@pytest.mark.parametrize("length", [1 << 62, 60 << 20, 0, 200])
def test_weights_with_a_header_of_an_impossible_length_are_refused(tmp_path, length):
    path = tmp_path / "w.safetensors"
    path.write_bytes(length.to_bytes(8, "little") + b"{" * 100)
    with pytest.raises(CheckpointError, match="damaged"):
        read_card(path)


def test_a_manifest_cannot_move_files_outside_of_its_run(store):
    (summary,) = store.list()
    outside = store.runs_dir / "outside.txt"
    outside.write_text("kept")
    run = Run(summary.path)
    manifest = Manifest.read(run.path)
    manifest.files["../outside.txt"] = (Version("0" * 64, 4),)
    manifest.write()
    with pytest.raises(RunError, match="No file"):
        restore_previous(run)
    assert outside.read_text() == "kept"


@pytest.mark.parametrize("version", [{"sha256": 3, "size": "a"}, {"sha256": "", "size": -1}, 0, ""])
def test_a_manifest_with_other_values_is_damaged(store, version):
    (summary,) = store.list()
    path = summary.path / "manifest.json"
    content = json.loads(path.read_text())
    files = content["files"] | {"state.pt": [version]}
    text = json.dumps(files, sort_keys=True, separators=(",", ":"))
    checksum = hashlib.sha256(text.encode()).hexdigest()
    path.write_text(json.dumps(content | {"files": files, "sha256": checksum}))
    with pytest.raises(StudioError, match="damaged"):
        _ = Run(summary.path).config


def test_a_report_ignores_an_epoch_that_is_no_number_of_an_epoch(store):
    (summary,) = store.list()
    run = Run(summary.path)
    event = '{"event": "EpochEnd", "epoch": %s, "val_loss": 1.0}\n'
    run.metrics_path.write_text(event % ("9" * 400) + event % "-1" + event % "2")
    metrics = read_epoch_metrics(run, lambda: False)
    assert metrics.epochs.tolist() == [2.0]
