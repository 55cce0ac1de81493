"""Run folders, weights, configurations and commands of version 0.1.0 still work.

The files in `fixtures/version_0_1` were written by that version; `expected.json` is what it
answered. Only names that are fixed for users are used here.
"""

import json
import re
import shutil
import tomllib
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from studio.config import TrainConfig
from studio.inference import Predictor

FILES = Path(__file__).parent / "fixtures" / "version_0_1"
EXPECTED = json.loads((FILES / "expected.json").read_text(encoding="utf-8"))
FINISHED, STOPPED, KILLED, SCRATCH, OWN_IMAGES, TRANSFER = EXPECTED["runs"]
IMAGES_OF_OWN_RUN = "/home/ada/fruits"
ONE_SAMPLE_MOVED = 2  # in a confusion matrix: one cell loses a sample and another one gains it
FLOAT32_NOISE = 1e-3  # in a probability, between the kernels of two processors


@pytest.fixture
def ask(cli):
    """Call a command with --json, which has to succeed; returns the object on the last line."""

    def call(*words):
        code, out, err = cli(*words, "--json")
        assert code == 0, err
        return json.loads(out.splitlines()[-1])

    return call


@pytest.fixture
def runs_dir(tmp_path):
    """A copy of the runs in the folder that the commands use, their own images beside it."""
    runs = tmp_path / "runs"
    shutil.copytree(FILES / "runs", runs)
    shutil.copytree(FILES / "fruits", tmp_path / "fruits")
    move_images(runs / OWN_IMAGES, tmp_path / "fruits")
    return runs


def move_images(run, folder):
    """Write another folder of images into a run's configuration and weights."""
    config = run / "config.toml"
    moved = json.dumps(str(folder))  # TOML and JSON quote a path alike
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace(f'"{IMAGES_OF_OWN_RUN}"', moved), encoding="utf-8")
    for weights in (run / "weights").iterdir():
        with safe_open(weights, "pt") as file:
            header = file.metadata()
        header["vgg-studio"] = header["vgg-studio"].replace(f'"{IMAGES_OF_OWN_RUN}"', moved)
        save_file(load_file(weights), weights, header)


def test_every_run_is_listed(ask, runs_dir):
    listed = {row["run"]: row for row in ask("runs", "list")["runs"]}
    assert list(listed) == sorted(EXPECTED["runs"], reverse=True)
    figures = (
        "status", "epochs_done", "epochs", "best_epoch", "recipe", "variant", "parameters",
        "train_accuracy", "val_accuracy",
    )  # fmt: skip
    for run, expected in EXPECTED["runs"].items():
        assert {name: listed[run][name] for name in figures} == {
            name: expected[name] for name in figures
        }
        assert listed[run]["has_weights"]


@pytest.mark.parametrize("run", EXPECTED["runs"])
def test_a_run_is_shown_with_the_settings_it_was_trained_with(ask, cli, runs_dir, run):
    shown = ask("runs", "show", run)
    written = tomllib.loads((runs_dir / run / "config.toml").read_text(encoding="utf-8"))
    record = written.pop("run")
    assert leaves(written).items() <= leaves(shown["config"]).items()
    assert record.items() <= shown["record"].items()
    assert cli("runs", "show", run)[0] == 0


@pytest.mark.numeric
@pytest.mark.parametrize("run", EXPECTED["runs"])
def test_a_run_is_evaluated_as_it_was(ask, runs_dir, run):
    expected, result = EXPECTED["runs"][run], ask("evaluate", run)
    assert result["samples"] == expected["samples"]
    assert result["class_names"] == expected["class_names"]
    rows = zip(result["confusion"], expected["confusion"], strict=True)
    pairs = (pair for row, known in rows for pair in zip(row, known, strict=True))
    assert sum(abs(count - known) for count, known in pairs) <= ONE_SAMPLE_MOVED
    one_sample = 1.01 / expected["samples"]
    assert result["test_accuracy"] == pytest.approx(expected["test_accuracy"], abs=one_sample)
    status = json.loads((runs_dir / run / "status.json").read_text(encoding="utf-8"))
    if status["status"] == "finished":
        assert result["test_accuracy"] == pytest.approx(status["test_accuracy"], abs=one_sample)


@pytest.mark.numeric
@pytest.mark.parametrize("run", EXPECTED["runs"])
def test_a_run_predicts_as_it_did(ask, runs_dir, run):
    expected = EXPECTED["runs"][run]
    (predicted,) = ask("predict", run, FILES / expected["image"], "--top", 10)["predictions"]
    probabilities = {row["label"]: row["probability"] for row in predicted["top"]}
    assert probabilities == pytest.approx(expected["probabilities"], abs=FLOAT32_NOISE)


@pytest.mark.numeric
def test_the_predictor_loads_a_run_and_a_weights_file(runs_dir):
    weights = runs_dir / SCRATCH / "weights" / "best.safetensors"
    images = torch.arange(128, dtype=torch.uint8).reshape(2, 1, 8, 8).numpy()
    of_run, of_file = (
        Predictor.load(where).predict(images) for where in (weights, weights.parents[1])
    )
    assert of_run.shape == (2, 10)
    assert (of_run == of_file).all()


@pytest.mark.numeric
@pytest.mark.parametrize("run", [STOPPED, KILLED])
def test_a_run_that_ended_early_is_resumed(ask, runs_dir, run):
    def lines():
        text = (runs_dir / run / "metrics.jsonl").read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines()]

    before = [line for line in lines() if line["event"] == "EpochEnd"]
    resumed = ask("train", "--resume", run)
    assert (resumed["run"], resumed["status"], resumed["epochs"]) == (run, "finished", 3)
    epochs = [line for line in lines() if line["event"] == "EpochEnd"]
    assert epochs[:2] == before
    assert [line["step"] for line in epochs] == [18, 36, 54]
    # It is the training that the finished run made in one go.
    uninterrupted = EXPECTED["runs"][FINISHED]
    assert resumed["val_accuracy"] == pytest.approx(uninterrupted["val_accuracy"], abs=0.03)
    assert resumed["test_accuracy"] == pytest.approx(uninterrupted["test_accuracy"], abs=0.03)
    assert ask("runs", "show", run)["status"] == "finished"


def test_a_finished_run_is_not_resumed(cli, runs_dir):
    code, _, err = cli("train", "--resume", FINISHED)
    assert (code, len(err.strip().splitlines())) == (1, 1)


def test_every_setting_of_a_configuration_is_read():
    written = tomllib.loads((FILES / "settings.toml").read_text(encoding="utf-8"))
    config = TrainConfig.from_dict(written)
    read = {name: setting(config, name) for name in leaves(written)}
    assert len(read) == 65
    # On Windows the path gets a drive.
    assert Path(read.pop("data.path")).as_posix().endswith(written["data"].pop("path"))
    assert read == leaves(written)
    assert TrainConfig.from_dict(config.to_dict()) == config


def test_the_configuration_of_a_run_is_trained_again(ask, runs_dir):
    ended = ask("train", runs_dir / FINISHED / "config.toml", "--max-steps", 2)
    assert (ended["run"] == FINISHED, ended["status"]) == (False, "finished")
    config = ask("runs", "show", ended["run"])["config"]
    written = tomllib.loads((runs_dir / FINISHED / "config.toml").read_text(encoding="utf-8"))
    del written["run"]
    assert leaves(written).items() <= leaves(config).items()


@pytest.mark.parametrize("suffix", ["pth", "safetensors"])
def test_weights_under_torchvisions_names_are_built_on(ask, runs_dir, suffix):
    published = load_file(FILES / "vgg11-narrow.safetensors")
    settings = {
        "model.variant": "vgg11",
        "model.filters": [[4], [4], [4, 4], [4, 4], [4, 4]],
        "model.hidden": [8],
        "model.backbone": FILES / f"vgg11-narrow.{suffix}",
        "data.image_size": 32,
        "data.color": "rgb",
        "data.subset": 60,
        "data.test_subset": 20,
        "engine.device": "cpu",
    }
    words = [word for name, value in settings.items() for word in ("--set", f"{name}={value}")]
    ended = ask("train", "digits-quickstart", *words, "--max-steps", 2)
    learned = load_file(runs_dir / ended["run"] / "weights" / "last.safetensors").values()
    for tensor in published.values():
        assert any(torch.equal(tensor, other) for other in learned)


def test_a_run_is_built_on(ask, runs_dir):
    words = ["--set", f"model.backbone=run:{SCRATCH}", "--set", "data.normalize=backbone"]
    ended = ask("train", "digits-quickstart", *words, "--max-steps", 2, "--device", "cpu")
    assert ended["status"] == "finished"
    kept = load_file(runs_dir / SCRATCH / "weights" / "best.safetensors")
    learned = load_file(runs_dir / ended["run"] / "weights" / "last.safetensors").values()
    for convolution in (tensor for tensor in kept.values() if tensor.ndim == 4):
        assert any(torch.equal(convolution, other) for other in learned)


@pytest.mark.parametrize(("command", "options"), EXPECTED["options"].items())
def test_every_command_explains_itself_and_keeps_its_options(cli, monkeypatch, command, options):
    monkeypatch.setenv("COLUMNS", "200")
    code, out, _ = cli(*command.split(), "--help")
    assert code == 0
    plain = re.sub(r"\x1b\[[0-9;]*m", "", out)
    assert set(options) <= set(re.findall(r"--[a-z-]+", plain))


COMMANDS = {
    "recipes": (),
    "runs list": (),
    "runs show": (FINISHED,),
    "evaluate": (FINISHED,),
    "mistakes": (FINISHED,),
    "predict": (FINISHED, FILES / "drawing.png"),
    "model list": (),
    "model show": ("simple-vgg",),
    "data list": (),
    "data check": (FILES / "fruits",),
    "data export": ("digits", "--out", "digits.csv"),
    "train": ("digits-quickstart", "--max-steps", 2, "--device", "cpu"),
}


@pytest.mark.parametrize(("command", "keys"), EXPECTED["keys"].items())
def test_a_command_keeps_the_keys_of_its_json(ask, runs_dir, monkeypatch, command, keys):
    monkeypatch.chdir(runs_dir.parent)
    assert missing_keys(keys, ask(*command.split(), *COMMANDS[command])) == []


def leaves(values, prefix=""):
    """Nested tables as one, by dotted names."""
    found = {}
    for name, value in values.items():
        if isinstance(value, dict):
            found |= leaves(value, f"{prefix}{name}.")
        else:
            found[prefix + name] = value
    return found


def setting(config, name):
    """The value of a dotted setting, as TOML has it."""
    for field in name.split("."):
        config = getattr(config, field)
    return json.loads(json.dumps(config))


def missing_keys(keys, answer, prefix=""):
    """Dotted keys that an answer lacks; of a list of objects the first one is compared."""
    if isinstance(keys, list):
        return missing_keys(keys[0], answer[0], prefix)
    if keys is None:
        return []
    lacking = [prefix + name for name in keys if name not in answer]
    inner = (
        missing_keys(below, answer[name], f"{prefix}{name}.")
        for name, below in keys.items()
        if name in answer
    )
    return lacking + [name for names in inner for name in names]
