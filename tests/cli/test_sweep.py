"""vgg-studio sweep: table, JSON, CSV, and what is refused before any training."""

import csv
import os
import signal

import pytest

from studio.insight.sweep.plan import SweepPlan
from studio.insight.sweep.sweep_file import list_sweeps, load_sweep, new_sweep, save_sweep
from studio.recipes import load_recipe
from studio.runs import RunStore
from tests.fixed_engine import FIXED_ENGINE, to_options

SMALL = to_options(
    FIXED_ENGINE | {"engine.max_steps": 3, "optim.batch_size": 256, "model.filters": [[4], [8]]}
)


def test_a_sweep_ends_with_a_table_and_the_honest_number(cli, ask, tmp_path):
    table = tmp_path / "table.csv"
    words = ["--vary", "optim.lr=0.001,0.03", "--seeds", "0,5", *SMALL, "--out", table]
    code, out, err = cli("sweep", "digits-quickstart", *words)
    assert code == 0
    assert "2 combinations × 2 seeds = 4 trainings" in err
    assert "4 of 4: Learning rate 0.03 · seed 5" in err
    lines = out.splitlines()
    assert "Learning rate" in lines[0]
    assert "2/2" in lines[1]
    assert sum("  best" in line for line in lines[1:3]) == 1
    assert "Chosen among 2 combinations by validation accuracy." in out
    assert "opened once for each of these runs" in out
    rows = list(csv.DictReader(table.read_text().splitlines()))
    assert [row["optim.lr"] for row in rows] == ["0.001", "0.03"]
    (header,) = list_sweeps(tmp_path / "runs")
    runs = RunStore(tmp_path / "runs").list()
    assert {run.sweep for run in runs} == {f"{header.id}/{n}" for n in range(4)}
    assert "sweeps" not in cli("runs", "list")[1]

    code, found = ask("sweep", "--resume", "last")  # nothing is left to train
    assert code == 0
    assert len(RunStore(tmp_path / "runs").list()) == 4
    assert found["status"] == "finished"
    best = found["combinations"][found["best"]]
    assert float(rows[found["best"]]["val_accuracy"]) == pytest.approx(best["val_accuracy"]["mean"])
    assert found["honest"]["seeds"] == [0, 5]
    _, listed = ask("sweep", "--list")
    assert [sweep["id"] for sweep in listed["sweeps"]] == [found["sweep"]]

    run = best["trainings"][0]["run"]
    assert ask("runs", "show", run)[1]["test_openings"] == 1
    code, evaluated = ask("evaluate", run)
    assert evaluated["test_openings"] == 2
    assert ask("evaluate", run, "--split", "val")[1]["test_openings"] == 2
    assert "opened 2 times" in cli("evaluate", run)[1]
    cli("mistakes", run)
    cli("report", run, "--out", tmp_path / "report.html")
    assert "opened 4 times" in (tmp_path / "report.html").read_text(encoding="utf-8")
    other = found["combinations"][1 - found["best"]]["trainings"][0]["run"]
    assert ask("runs", "show", run)[1]["test_openings"] == 4
    assert ask("runs", "show", other)[1]["test_openings"] == 0


def test_without_vary_it_is_the_honest_number_of_a_recipe(ask, tmp_path):
    code, found = ask("sweep", "digits-quickstart", "--seeds", "1", *SMALL, "--no-test")
    assert code == 0
    assert found["honest"] is None
    assert found["combinations"][0]["val_accuracy"]["is_of_samples"]
    (run,) = RunStore(tmp_path / "runs").list()
    assert run.test_accuracy is None
    found = ask("sweep", "--resume", found["sweep"][:8])[1]
    assert "Nothing was chosen" in found["honest"]["text"][1]


def test_a_sweep_in_which_everything_fails_ends_with_an_error(ask):
    words = ["--vary", "data.normalize=backbone", "--seeds", "1", *SMALL]
    code, found = ask("sweep", "digits-quickstart", *words)
    assert code == 1
    assert found["best"] is None
    assert "backbone" in found["combinations"][0]["reason"]


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ([], "name of a recipe"),
        (["digits-quickstart", "--vary", "optim.rate=1"], "no setting"),
        (["digits-quickstart", "--vary", "optim.lr=0.1..1"], "a grid needs values"),
        (["digits-quickstart", "--seeds", "some"], "0,1,2"),
        (["digits-quickstart", "--seeds", "0"], "0,1,2"),
        (["digits-quickstart", "--seeds", "1,1"], "twice"),
        (["digits-quickstart", "--set", "seed=3"], "--seeds"),
        (["digits-quickstart", "--random", "3"], "--vary"),
        (["digits-quickstart", "--out", "missing/table.csv"], "missing"),
        (["digits-quickstart", "--resume", "last"], "keeps its plan"),
        (["digits-quickstart", "--set", "data.normalize=backbone"], "backbone"),
    ],
)
def test_wrong_words_are_refused_before_any_run(cli, words, text, tmp_path):
    code, _, err = cli("sweep", *words)
    assert code == 2
    assert text in err
    assert not (tmp_path / "runs").exists()


def test_there_may_be_no_sweep(cli):
    assert "no sweeps yet" in cli("sweep", "--list")[1]
    code, _, err = cli("sweep", "--resume", "last")
    assert code == 1
    assert "no sweep" in err


@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl-C to the whole console")
def test_ctrl_c_saves_and_the_sweep_can_be_resumed(ask, tmp_path, monkeypatch):
    from studio.cli import sweep as command

    base = load_recipe("digits-quickstart").config.with_values(FIXED_ENGINE)
    base = base.with_values({"engine.max_steps": 2, "model.filters": [[4], [8]]})
    planned = new_sweep(SweepPlan(base, seeds=(0, 1)))
    save_sweep(tmp_path / "runs", planned)
    train = command.train_with_log

    def interrupt_once(config, run, folder, should_stop):
        if config.seed == 1 and not run.metrics():
            os.kill(os.getpid(), signal.SIGINT)
        return train(config, run, folder, should_stop)

    monkeypatch.setattr(command, "train_with_log", interrupt_once)
    code, found = ask("sweep", "--resume", "last")
    assert (code, found["status"], found["best"]) == (130, "stopped", None)
    code, found = ask("sweep", "--resume", "last")
    assert (code, found["status"], found["best"]) == (0, "finished", 0)
    assert len(RunStore(tmp_path / "runs").list()) == 2
    assert load_sweep(tmp_path / "runs", planned.id).tests
