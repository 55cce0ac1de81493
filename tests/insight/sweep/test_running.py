"""Real trainings of a sweep: failures, interruptions, and the test split of the best."""

import json
import shutil

import pytest

from studio.data.loading import resolve_fixes, source_key
from studio.data.overlay import load_overlay, save_overlay
from studio.data.overlay.locations import overlays_dir
from studio.errors import RunError, Stopped
from studio.insight import evaluate
from studio.insight.sweep.honest import honest_number, open_test_split
from studio.insight.sweep.label_fixes import pin_label_fixes
from studio.insight.sweep.plan import Axis, SweepPlan, check_plan
from studio.insight.sweep.results import read_results
from studio.insight.sweep.running import run_sweep, trial_title
from studio.insight.sweep.sweep_file import load_sweep, new_sweep, save_sweep
from studio.recipes import load_recipe
from studio.runs import RunStatus, RunStore
from studio.runs.test_openings import count_test_openings, read_test_openings
from studio.training import Trainer
from tests.fixed_engine import FIXED_ENGINE

pytestmark = pytest.mark.numeric

SHORT = {"engine.max_steps": 6, "optim.batch_size": 256, "model.filters": [[4], [8]]}
# There is no backbone whose normalization could be used: these trainings fail.
AXIS = Axis("data.normalize", ("standard", "backbone"))


def make_sweep(store, *axes):
    base = load_recipe("digits-quickstart").config.with_values(FIXED_ENGINE | SHORT)
    plan = SweepPlan(base, axes, seeds=(0, 1))
    check_plan(plan)
    sweep = new_sweep(plan)
    save_sweep(store.runs_dir, sweep)
    return sweep


def train(config, run):
    Trainer(config, run).fit()


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A sweep of two combinations and two seeds that was trained without an interruption."""
    store = RunStore(tmp_path_factory.mktemp("sweep") / "runs")
    sweep = make_sweep(store, AXIS)
    titles = []
    results = run_sweep(sweep, store, train, lambda _, title: titles.append(title))
    assert titles == [trial_title(sweep, result.trial) for result in results.trials]
    return store, sweep, results


def outcomes(results):
    return [(trial.state, trial.val_accuracy, trial.reason) for trial in results.trials]


def test_a_failed_combination_does_not_stop_the_sweep(trained):
    store, sweep, results = trained
    good, bad = results.combinations
    assert results.best == 0
    assert good.is_complete
    assert len(set(good.val_accuracy.values)) == 2  # the seeds differ
    assert bad.state == "failed"
    assert "backbone" in bad.reason
    assert results.is_over
    assert trial_title(sweep, results.trials[3].trial).endswith("As the backbone · seed 1")
    runs = [run for run in store.list() if run.status is RunStatus.FINISHED]
    assert {run.sweep for run in runs} == {f"{sweep.id}/0", f"{sweep.id}/1"}
    assert all(run.test_accuracy is None for run in runs)
    assert all(count_test_openings(store.run(run.key)) == 0 for run in runs)


def test_an_interrupted_sweep_ends_with_the_same_results(trained, tmp_path):
    _, _, uninterrupted = trained
    store = RunStore(tmp_path / "runs")
    sweep = make_sweep(store, AXIS)
    asked = iter(range(10_000))
    stopped = []

    def should_stop():
        stopped.append(next(asked) >= 9)  # in the second training
        return stopped[-1]

    def train_until_stopped(config, run):
        Trainer(config, run).fit(should_stop=should_stop)

    with pytest.raises(Stopped):
        run_sweep(sweep, store, train_until_stopped, should_stop=lambda: stopped[-1:] == [True])
    assert not read_results(sweep, store.list()).is_over
    trained_again = []

    def train_and_count(config, run):
        trained_again.append(run.id)
        train(config, run)

    resumed = run_sweep(load_sweep(store.runs_dir, sweep.id), store, train_and_count)
    assert outcomes(resumed) == outcomes(uninterrupted)
    assert len(store.list()) == 4  # the run that was stopped was resumed
    trained_again.clear()
    run_sweep(sweep, store, train_and_count)  # only what failed is tried again
    assert trained_again == [trial.run for trial in resumed.combinations[1].trials]


def test_a_trial_without_a_run_is_recorded_with_the_sweep(tmp_path, monkeypatch):
    store = RunStore(tmp_path / "runs")
    sweep = make_sweep(store)
    create = RunStore.create

    def refuse(*_, **__):
        raise RunError("No run can be written.")

    monkeypatch.setattr(RunStore, "create", refuse)
    results = run_sweep(sweep, store, train)
    assert [trial.reason for trial in results.trials] == ["No run can be written."] * 2
    assert load_sweep(store.runs_dir, sweep.id).skipped
    monkeypatch.setattr(RunStore, "create", create)

    def write_status(config, run):
        run.write_status(run.status.with_values(status=RunStatus.FINISHED, val_accuracy=0.5))

    assert run_sweep(sweep, store, write_status).best == 0
    assert not load_sweep(store.runs_dir, sweep.id).skipped


def test_the_test_split_is_opened_for_one_combination_only(trained, tmp_path):
    source, sweep, _ = trained
    store = RunStore(shutil.copytree(source.runs_dir, tmp_path / "copy"))
    with pytest.raises(RunError, match="2 trainings of this combination did not finish"):
        open_test_split(sweep, 1, store, tmp_path)
    with pytest.raises(RunError, match="no combination 10"):
        open_test_split(sweep, 9, store, tmp_path)
    with pytest.raises(Stopped):
        open_test_split(sweep, 0, store, tmp_path, should_stop=lambda: True)
    assert load_sweep(store.runs_dir, sweep.id).tests == ()
    progress = []
    opened = open_test_split(sweep, 0, store, tmp_path, lambda done, _: progress.append(done))
    assert progress == sorted(progress)
    for test in opened.runs:
        run = store.run(test.run)
        assert [opening.by for opening in read_test_openings(run)] == ["sweep"]
        assert test.accuracy == evaluate(run.path, "test", tmp_path).accuracy
        assert test.total == 359
    saved = load_sweep(store.runs_dir, sweep.id)
    assert saved.tests == (opened,)
    honest = honest_number(saved, read_results(saved, store.list()))
    assert honest.openings == honest.opened_combinations == 1
    assert honest.seeds == (0, 1)


def test_the_label_fixes_of_a_sweep_do_not_change_while_it_trains(tmp_path):
    base = load_recipe("digits-quickstart").config.with_values({"data.overlay": "current"})
    path = overlays_dir(tmp_path) / f"{source_key(base.data, tmp_path)}.json"
    overlay = load_overlay(path)
    overlay.relabel(["train:0"], "7")
    save_overlay(path, overlay)
    pinned = pin_label_fixes(SweepPlan(base), tmp_path)
    path.unlink()
    assert resolve_fixes(pinned.base.data, tmp_path) == overlay.fixes
    assert resolve_fixes(base.data, tmp_path) == {}
    assert pin_label_fixes(pinned, tmp_path) == pinned


def test_a_training_without_a_test_is_otherwise_the_same(trained, tmp_path):
    source, _, results = trained
    trial = results.trials[0]
    config = source.run(trial.run).config.with_values({"engine.test_at_end": True})
    store = RunStore(tmp_path / "runs")
    run = store.create(config)
    ended = Trainer(config, run).fit()
    assert ended.val_accuracy == trial.val_accuracy
    assert run.best_weights.stat().st_size == source.run(trial.run).best_weights.stat().st_size
    assert ended.test_accuracy == evaluate(source.run(trial.run).path, "test", tmp_path).accuracy
    assert [opening.by for opening in read_test_openings(run)] == ["train"]
    assert count_test_openings(run) == 1
    assert json.loads((run.path / "status.json").read_text())["test_accuracy"] is not None
