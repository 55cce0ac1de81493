"""From a run to a fine-tuned one, and the comparison of both, from the command line."""

import pytest

from studio.runs import RunStore
from tests.fixed_engine import FIXED_ENGINE, to_options

QUICK = ["--set", "optim.epochs=1", *to_options(FIXED_ENGINE)]


@pytest.mark.numeric
def test_a_run_is_finetuned_and_compared(ask, cli, tmp_path):
    _, first = ask("train", "digits-quickstart", *QUICK)
    code, second = ask("train", "--from", "last", "--finetune", "--set", "optim.lr=0.01")
    assert code == 0
    run = RunStore(tmp_path / "runs").open(second["run"])
    assert run.record["parent"] == run.config.optim.start_from == first["run"]
    assert run.config.optim.lr == 0.01
    code, found = ask("compare", first["run"], second["run"])
    assert code == 0
    assert found["samples"] == 359
    assert found["before_accuracy"] == pytest.approx(first["test_accuracy"])
    assert found["after_accuracy"] == pytest.approx(second["test_accuracy"])
    gained = found["after_accuracy"] - found["before_accuracy"]
    assert found["net"] == found["fixed"] - found["broken"] == round(359 * gained)
    assert 0 < found["p_value"] <= 1
    for name in ("fixed", "broken", "still_wrong"):
        assert len(found[f"{name}_samples"]) == found[name]
    row = (found["fixed_samples"] + found["still_wrong_samples"])[0]
    assert row["before_predicted"] != row["before_label"] == row["after_label"]
    code, out, _ = cli("compare", first["run"], second["run"])
    assert code == 0
    assert found["sentence"] in out
    _, out, _ = cli("train", "--from", first["run"], "--finetune")
    assert f"compare {first['run']} " in " ".join(out.split())


def test_a_run_is_trained_again_with_its_settings(ask, tmp_path):
    _, first = ask("train", "digits-quickstart", "--seed", 5, "--max-steps", 2, *QUICK)
    code, second = ask("train", "--from", first["run"])
    store = RunStore(tmp_path / "runs")
    assert code == 0
    assert store.open(second["run"]).config == store.open(first["run"]).config
    assert store.open(second["run"]).record["parent"] == first["run"]


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["digits-quickstart", "--from", "last"], "--from without a recipe"),
        (["digits-quickstart", "--finetune"], "--from RUN"),
    ],
)
def test_contradicting_options_are_refused(cli, words, hint):
    code, _, err = cli("train", *words)
    assert code == 2
    assert hint in err
