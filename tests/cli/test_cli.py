"""Training, evaluation and prediction from the command line, and their errors."""

import json
import os
import re
import signal
import subprocess
import sys
from dataclasses import replace

import pytest
from PIL import Image

from studio.data import DATASETS
from studio.runs import RunStatus, RunStore
from studio.runs.checkpoints import load_model, save_weights
from tests.fixed_engine import FIXED_ENGINE, to_options
from tests.training.limited_memory import limit_batch_size

QUICK = ["--set", "optim.epochs=2", *to_options(FIXED_ENGINE)]


@pytest.fixture
def run(tmp_path, cli, capsys):
    assert cli("train", "digits-quickstart", *QUICK)[0] == 0
    (found,) = RunStore(tmp_path / "runs").list()
    return found


@pytest.mark.numeric
def test_from_training_to_its_mistakes(ask, tmp_path):
    code, ended = ask("train", "digits-quickstart", "--seed", 3, *QUICK)
    assert code == 0
    wanted = {
        "run", "status", "epochs", "train_accuracy", "val_accuracy", "test_accuracy",
        "images_per_second", "seconds", "parameters", "device", "precision",
    }  # fmt: skip
    assert wanted <= set(ended)
    assert ended["status"] == "finished"
    code, result = ask("evaluate", ended["run"])
    assert code == 0
    assert result["test_accuracy"] == pytest.approx(ended["test_accuracy"])
    assert sum(map(sum, result["confusion"])) == result["samples"] == 359
    low, high = result["accuracy_interval"]
    assert low < result["accuracy"] < high
    code, listed = ask("mistakes", "last", "--out", tmp_path / "m.csv")
    assert listed["count"] == result["mistakes"] == len(listed["mistakes"])
    assert (tmp_path / "m.csv").read_text(encoding="utf-8-sig").count("\n") == listed["count"] + 1
    code, shown = ask("runs", "show", ended["run"][:-2])
    assert shown["config"]["seed"] == 3
    code, runs = ask("runs", "list")
    assert [r["run"] for r in runs["runs"]] == [ended["run"]]


@pytest.mark.parametrize(
    ("select", "said"),
    [("last", "last epoch"), ("val_loss", "lowest validation loss")],
)
def test_the_criterion_of_the_selected_epoch_is_set_and_printed(cli, select, said):
    words = ["--set", f"optim.select={select}", *QUICK]
    code, out, err = cli("train", "digits-quickstart", *words)
    assert code == 0
    assert re.search(rf"\(epoch \d+, {said}, ", " ".join(out.split()))
    assert ("best so far" in err) == (select != "last")
    _, out, _ = cli("runs", "show", "last")
    assert said in out
    assert f'select = "{select}"' in out


def test_an_unknown_criterion_is_refused(cli):
    code, _, err = cli("train", "digits-quickstart", "--set", "optim.select=best")
    assert code == 2
    assert "optim.select" in err
    assert "'val_loss', 'val_accuracy' or 'last'" in " ".join(err.split())


def test_a_training_at_chance_level_is_explained(cli, ask):
    useless = ("--set", "optim.lr=10", *QUICK)
    code, out, _ = cli("train", "digits-quickstart", *useless)
    assert code == 0
    last = " ".join(out.split())
    assert "Chance level: " in last
    assert last.endswith("The learning rate 10 is probably too high for AdamW. Try 0.001.")
    assert "mistakes" not in last
    assert ask("train", "digits-quickstart", *useless)[1]["at_chance"] is True


def test_a_training_in_steps_logs_steps(cli):
    words = ["--set", "engine.max_steps=30", "--set", "engine.log_every=10", *QUICK[2:]]
    _, _, err = cli("train", "digits-quickstart", *words)
    lines = [line for line in err.splitlines() if line.startswith("iteration")]
    assert len(lines) == 3
    assert re.fullmatch(r"iteration 10/30  loss \d\.\d{4}  \d+\.\d ms/iteration", lines[0])
    _, _, err = cli("train", "digits-quickstart", *QUICK)
    assert "iteration" not in err


def test_running_out_of_memory_is_logged(cli, monkeypatch):
    limit_batch_size(monkeypatch, 20)
    code, _, err = cli("train", "digits-quickstart", "--set", "engine.max_steps=3", *QUICK[2:])
    assert code == 0
    assert "Memory ran out" in err
    assert "micro-batches of" in err


def test_commands_without_json(cli, run):
    for words, expected in [
        (["recipes"], "digits-quickstart"),
        (["data", "list"], "fashion_mnist"),
        (["runs", "list"], run.id),
        (["runs", "show", run.id], "[optim]"),
        (["evaluate", "last"], "recall"),
        (["mistakes", "last"], "predicted"),
        (["--version"], "vgg-studio"),
        (["train", "--help"], "--resume"),
    ]:
        code, out, err = cli(*words)
        assert (code, err.count("Traceback")) == (0, 0)
        assert expected in out


def test_predict_skips_and_names_unreadable_files(ask, tmp_path):
    good, bad = tmp_path / "good.png", tmp_path / "bad.png"
    image = Image.new("L", (60, 60), 255)
    image.paste(0, (28, 10, 34, 50))
    image.save(good)
    bad.write_text("no image")
    code, result = ask("predict", "bundled", good, bad)
    assert code == 1
    assert result["predictions"][0]["label"] == "1"
    assert [entry["file"] for entry in result["failed"]] == [str(bad)]
    assert ask("predict", "bundled", good)[0] == 0


def test_predict_names_the_flaw_of_a_drawing(ask, cli, tmp_path):
    path = tmp_path / "dot.png"
    image = Image.new("L", (60, 60), 255)
    image.paste(0, (26, 26, 34, 34))
    image.save(path)
    code, result = ask("predict", "bundled", path)
    assert (code, result["warning"]) == (0, None)
    assert result["predictions"][0]["flaw"] == "one dot"
    _, out, _ = cli("predict", "bundled", path)
    assert "hardly a drawing (one dot); nearest: " in out


def test_predict_warns_of_a_model_that_guesses(ask, cli, run, tmp_path):
    path = tmp_path / "one.png"
    image = Image.new("L", (60, 60), 255)
    image.paste(0, (28, 10, 34, 50))
    image.save(path)
    weights = RunStore(tmp_path / "runs").open(run.id).best_weights
    network, card = load_model(weights)
    save_weights(weights, network.state_dict(), card.model_copy(update={"val_accuracy": 0.113}))
    _, _, err = cli("predict", run.id, path)
    assert "This model guesses: 11.3 % validation accuracy" in err
    code, result = ask("predict", run.id, path)
    assert code == 0
    assert result["warning"].startswith("This model guesses")


WRONG = [
    (["train", "digits-quikstart"], 2, "digits-quickstart"),
    (["train"], 2, "recipe"),
    (["train", "digits-quickstart", "--set", "optim.epoch=3"], 2, "optim.epochs"),
    (["train", "digits-quickstart", "--set", "optim.epochs=0"], 2, "optim.epochs"),
    (["train", "digits-quickstart", "--set", "optim.epochs"], 2, "value"),
    (["train", "digits-quickstart", "--set", "model.variant=tinyvgg"], 2, "tiny-vgg"),
    (["train", "digits-quickstart", "--set", "data.source=mnits"], 2, "mnist"),
    (["train", "digits-quickstart", "--seed", "-1"], 2, "seed"),
    (["train", "nowhere.toml"], 1, "nowhere.toml"),
    (["train", "--resume", "nothing"], 1, "no run"),
    (["evaluate", "nothing"], 1, "no run"),
    (["data", "download", "mnits"], 2, "mnist"),
    (["predict", "bundled", "nowhere.png"], 1, "nowhere.png"),
]


@pytest.mark.parametrize(("words", "exit_code", "name"), WRONG)
def test_errors_are_one_line(cli, words, exit_code, name, tmp_path):
    code, _, err = cli(*words)
    assert code == exit_code
    said = [line for line in err.splitlines() if line.strip()]
    assert len(said) == 1
    assert said[0].startswith("vgg-studio: ")
    assert name in said[0]
    assert not (tmp_path / "runs").exists()


def test_wrong_usage_is_exit_2(cli):
    assert cli("nosuchcommand")[0] == 2
    assert cli("train", "a", "b")[0] == 2
    assert cli("evaluate", "bundled", "--split", "nosuch")[0] == 2


def test_damaged_weights_are_named(cli, run):
    (run.path / "weights" / "best.safetensors").write_bytes(b"x" * 100)
    code, _, err = cli("evaluate", run.id)
    assert code == 1
    assert "best.safetensors" in err
    assert "Traceback" not in err


def test_a_failed_download_is_reported_and_creates_no_run(cli, tmp_path, monkeypatch):
    mnist = DATASETS["mnist"]
    archives = tuple(replace(archive, url="https://127.0.0.1:1/") for archive in mnist.archives)
    monkeypatch.setitem(DATASETS, "mnist", replace(mnist, archives=archives))
    code, _, err = cli("train", "simple-vgg-mnist")
    assert code == 1
    assert "MNIST could not be downloaded" in err
    assert not (tmp_path / "runs").exists()


@pytest.mark.numeric
def test_the_configuration_file_of_a_run_can_be_trained(ask, run, tmp_path):
    code, ended = ask("train", run.path / "config.toml", "--max-steps", 2)
    assert code == 0
    assert ended["run"] != run.id


def test_a_finished_run_is_not_resumed(cli, run):
    code, _, err = cli("train", "--resume", run.id)
    assert code == 1
    assert "finished" in err
    assert cli("train", "--resume", run.id, "--seed", 4)[0] == 2


@pytest.mark.skipif(os.name == "nt", reason="SIGTERM ends the process on Windows")
def test_a_run_stopped_by_sigterm_can_be_resumed(ask, tmp_path):
    command = [sys.executable, "-m", "studio", "train", "digits-quickstart", "--json"]
    command += ["--set", "optim.epochs=500", "--device", "cpu", "--set", "engine.threads=1"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as child:
        for line in child.stderr:
            if line.startswith("epoch"):
                child.send_signal(signal.SIGTERM)
                break
        out, _ = child.communicate(timeout=60)
    assert child.returncode == 143
    ended = json.loads(out.splitlines()[-1])
    assert ended["status"] == "stopped"
    store = RunStore(tmp_path / "runs")
    run = store.open(ended["run"])
    assert run.status.observed is RunStatus.STOPPED
    assert run.best_weights.is_file()
    run.write_config(run.config.with_values({"optim.epochs": run.status.epochs_done + 1}), {})
    code, resumed = ask("train", "--resume", run.id)
    assert code == 0
    assert resumed["run"] == run.id
    assert resumed["status"] == "finished"
