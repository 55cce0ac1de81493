"""The files of a run match its manifest at every moment, and damaged ones are restored."""

import json
import shutil

import numpy as np
import pytest

from studio.errors import CheckpointError, DamagedRunError, RunError, StudioError
from studio.inference import Predictor
from studio.insight import evaluate
from studio.recipes import load_recipe
from studio.runs import Run, RunStatus, RunStore
from studio.runs.checkpoints import load_model, load_state
from studio.runs.history import load_history
from studio.runs.manifest import verify_file
from studio.runs.manifest_file import Manifest
from studio.runs.manifest_growth import verify_log, verify_to_resume
from studio.runs.recovery import previous_checkpoint, restore_previous
from studio.training import Trainer
from studio.training.events import CheckpointSaved
from tests.fixed_engine import FIXED_ENGINE
from tests.training.fitting import fit, same_weights, stop_after

CHECKPOINT = "state.pt", "weights/last.safetensors", "weights/best.safetensors"


@pytest.fixture(scope="module")
def small():
    return load_recipe("digits-quickstart").config.with_values(
        FIXED_ENGINE
        | {
            "optim.epochs": 3,
            "optim.batch_size": 256,
            "model.filters": [[4]],
            "model.hidden": [8],
            "optim.select": "last",
        }
    )


@pytest.fixture(scope="module")
def finished(small, tmp_path_factory):
    """A finished run of three epochs, of five steps each."""
    run = RunStore(tmp_path_factory.mktemp("runs")).create(small)
    fit(small, run)
    return run


@pytest.fixture(scope="module")
def stopped(small, tmp_path_factory):
    """A run that was stopped in its third epoch, after 12 steps."""
    run = RunStore(tmp_path_factory.mktemp("stopped")).create(small)
    fit(small, run, stop_after(12))
    return run


@pytest.fixture
def run(finished, tmp_path):
    return Run(shutil.copytree(finished.path, tmp_path / finished.id))


def flip(path, bit=5):
    """Change one bit in the middle of a file."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1 << bit
    path.write_bytes(content)


def verify_all(run):
    """Check every file that the run lists."""
    for name in Manifest.read(run.path).files:
        verify_file(run.path / name)


def test_the_manifest_lists_every_file_that_a_training_writes(run):
    written = {p.relative_to(run.path).as_posix() for p in run.path.rglob("*") if p.is_file()}
    apart = {"manifest.json", "status.json", "run.lock", "test_openings.jsonl"}
    kept = {name for name in written if name.startswith("previous/")}
    assert set(Manifest.read(run.path).files) == written - apart - kept
    assert kept == {
        f"previous/{name}"
        for name in (
            "manifest.json",
            "config.toml",
            "state.pt",
            "last.safetensors",
            "best.safetensors",
        )
    }
    verify_all(run)


@pytest.mark.numeric
def test_the_files_match_the_manifest_at_every_moment(small, store, tmp_path, monkeypatch):
    """Look at the run after each file that is replaced, as a kill at that moment would leave it."""
    from studio import files

    run, replace, moments = store.create(small), files._replace, []

    def replace_and_copy(partial, path):
        replace(partial, path)
        if run.path in path.parents:
            moments.append(Run(shutil.copytree(run.path, tmp_path / f"{len(moments)}")))

    with monkeypatch.context() as patch:
        patch.setattr(files, "_replace", replace_and_copy)
        fit(small, run, stop_after(6))
    assert len(moments) > 20
    for moment in moments:
        verify_to_resume(moment.path)
        verify_all(moment)
        if moment.state.exists():
            verify_log(moment.path, load_state(moment.state)["log_bytes"])
    fit(small, run)
    for moment in moments[:: len(moments) // 4]:
        fit(small, moment)
        assert same_weights(run.last_weights, moment.last_weights)
        verify_all(moment)


@pytest.mark.parametrize("name", CHECKPOINT)
def test_a_flipped_bit_is_noticed_and_undone_by_the_previous_checkpoint(run, name):
    before = {name: (run.path / name).read_bytes() for name in CHECKPOINT}
    flip(run.path / name)
    load = load_state if name == "state.pt" else load_model
    with pytest.raises(DamagedRunError, match="vgg-studio runs restore") as caught:
        load(run.path / name)
    assert caught.value.remedy
    damaged = (run.path / name).read_bytes()
    restored = restore_previous(run)
    assert (restored.kept_in / name).read_bytes() == damaged
    verify_all(run)
    if restored.went_back:
        assert name == "state.pt"
        assert (restored.epoch, restored.step) == (2, 10)
        assert run.status.status is RunStatus.STOPPED
        assert (run.status.epochs_done, run.status.test_accuracy) == (2, None)
        ended, _ = fit(run.config, run)
        assert ended.epochs == 3
        verify_all(run)
    else:  # best and last weights are of the same epoch
        assert (run.path / name).read_bytes() == before[name]
        assert run.status.status is RunStatus.FINISHED


@pytest.mark.numeric
def test_a_run_that_went_back_gives_the_same_bits(run, finished):
    for name in CHECKPOINT:
        (run.path / name).unlink()
    with pytest.raises(CheckpointError, match=r"state\.pt” is missing"):
        Trainer(run.config, run).fit()
    assert previous_checkpoint(run).step == 10
    restore_previous(run)
    fit(run.config, run)
    assert same_weights(run.last_weights, finished.last_weights)
    assert len(run.metrics()) == len(finished.metrics()) + 1  # a resumed run records its start


def test_the_previous_checkpoint_is_no_link_to_the_damaged_file(small, store):
    """Best weights may stay for many epochs; damage in place must not be in both."""
    run = store.create(small.with_values({"optim.select": "val_accuracy", "optim.lr": 1e-9}))
    fit(run.config, run)
    assert run.status.best_epoch == 1
    flip(run.best_weights)
    with pytest.raises(DamagedRunError, match="puts an intact copy in its place"):
        Predictor.load(run.path)
    assert not restore_previous(run).went_back
    Predictor.load(run.path)


def test_a_damaged_configuration_comes_from_its_copy(run):
    text = (run.path / "config.toml").read_bytes()
    (run.path / "config.toml").write_bytes(b"")
    with pytest.raises(StudioError, match=r"config\.toml” is damaged"):
        _ = run.config
    with pytest.raises(DamagedRunError):
        Predictor.load(run.path)
    restore_previous(run)
    assert (run.path / "config.toml").read_bytes() == text


@pytest.mark.parametrize("damage", ["cut", "flipped", "missing", "folder"])
def test_a_damaged_log_is_an_error_and_its_complete_lines_are_kept(stopped, tmp_path, damage):
    run, small = Run(shutil.copytree(stopped.path, tmp_path / "run")), stopped.config
    whole = run.metrics_path.read_bytes()
    if damage == "flipped":
        flip(run.metrics_path, bit=0)  # makes no NUL of a space, which is looked for below
    else:
        run.metrics_path.unlink()
    if damage == "cut":
        run.metrics_path.write_bytes(whole[:600])
    elif damage == "folder":
        run.metrics_path.mkdir()
    with pytest.raises(DamagedRunError, match=r"metrics\.jsonl”.*keeps its complete lines"):
        fit(small, run)
    if damage == "cut":
        assert run.metrics_path.read_bytes() == whole[:600]  # not extended
    restored = restore_previous(run)
    assert (restored.went_back, restored.step) == (False, 12)
    ended, _ = fit(small, run)
    assert ended.status == "finished"
    assert b"\0" not in run.metrics_path.read_bytes()
    verify_all(run)


def test_damaged_configuration_and_state_are_restored_together(run):
    flip(run.state)
    (run.path / "config.toml").write_bytes(b"seed = 7")
    assert restore_previous(run).went_back
    verify_all(run)
    fit(run.config, run)


def test_a_damaged_manifest_leads_to_the_previous_checkpoint(run):
    flip(run.path / "manifest.json", 0)
    with pytest.raises(DamagedRunError, match=r"manifest\.json” is damaged"):
        Predictor.load(run.path)
    assert restore_previous(run).step == 10
    verify_all(run)
    Predictor.load(run.path)
    fit(run.config, run)
    verify_all(run)


def test_a_restore_that_fails_half_way_is_repeated(run, monkeypatch):
    from studio.runs import recovery

    flip(run.state)
    calls, copy = [], recovery._copy

    def copy_once(source, target):
        if calls:
            raise OSError("the disk failed")
        calls.append(target)
        copy(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(recovery, "_copy", copy_once)
        with pytest.raises(RunError, match="could not be restored: the disk failed"):
            restore_previous(run)
    restore_previous(run)
    verify_all(run)
    fit(run.config, run)


def test_nothing_is_restored_where_nothing_is_damaged_or_everything_is(run):
    with pytest.raises(RunError, match="No file of the run"):
        restore_previous(run)
    flip(run.state)
    flip(run.path / "previous" / "state.pt")
    with pytest.raises(DamagedRunError, match="Copy it from a backup") as caught:
        load_state(run.state)
    assert not caught.value.remedy
    with pytest.raises(RunError, match="no intact copy"):
        restore_previous(run)


def test_damage_to_the_history_stays_noticed_until_it_is_set_aside(stopped, tmp_path):
    run = Run(shutil.copytree(stopped.path, tmp_path / "run"))
    path = run.path / "history" / "probability.npy"
    content = bytearray(path.read_bytes())
    content[200] ^= 1
    path.write_bytes(content)
    fit(run.config, run)
    with pytest.raises(DamagedRunError, match=r"probability\.npy” is damaged") as caught:
        load_history(run)
    assert "sets it aside" in caught.value.hint
    restored = restore_previous(run)
    assert (restored.went_back, restored.files, len(restored.set_aside)) == (False, (), 3)
    assert load_history(run) is None
    assert (restored.kept_in / "history" / "probability.npy").is_file()
    verify_all(run)


def test_the_last_weights_are_used_and_named_where_no_best_ones_were_saved(
    small, store, monkeypatch, cli
):
    monkeypatch.setattr("studio.training.loop.CHECKPOINT_INTERVAL_S", 0.0)
    run = store.create(small)

    def break_off(event):
        if isinstance(event, CheckpointSaved):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Trainer(small, run).fit(break_off)
    assert not run.best_weights.exists()
    assert "weights of the last step" in evaluate(run.path).notice
    monkeypatch.setenv("VGG_STUDIO_RUNS", str(store.runs_dir))
    code, _, err = cli("evaluate", run.id)
    assert (code, "weights of the last step" in err) == (0, True)


def test_the_command_restores_a_run(cli, run, monkeypatch):
    monkeypatch.setenv("VGG_STUDIO_RUNS", str(run.path.parent))
    flip(run.state)
    code, _, err = cli("evaluate", run.id)
    assert code == 0  # the weights are intact
    code, out, err = cli("runs", "restore", run.id, "--json")
    assert code == 0, err
    values = json.loads(out.splitlines()[-1])
    assert (values["run"], values["step"], values["went_back"]) == (run.id, 10, True)
    assert values["status"] == "stopped"
    code, _, err = cli("runs", "restore", run.id)
    assert (code, len(err.strip().splitlines())) == (1, 1)
    flip(run.best_weights)
    code, out, _ = cli("runs", "restore", run.id)
    assert "kept in" in out
    assert f"vgg-studio train --resume {run.id}" in out


def test_the_predictions_of_an_epoch_are_checked(run):
    path = run.predictions(2)
    assert np.load(path)["logits"].shape[1] == 10
    flip(path)
    with pytest.raises(DamagedRunError, match=r"epoch_002\.npz” is damaged"):
        verify_file(path)
