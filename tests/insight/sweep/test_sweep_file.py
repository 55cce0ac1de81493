"""Files of sweeps: what is saved is read back, and damage is reported in plain words."""

import json
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.config import TrainConfig
from studio.errors import RunError
from studio.insight.sweep.plan import Axis, SweepPlan
from studio.insight.sweep.sweep_file import (
    MAX_SWEEP_BYTES,
    RunTest,
    SkippedTrial,
    SweepHeader,
    add_test,
    delete_sweep,
    find_sweep,
    list_sweeps,
    load_sweep,
    new_sweep,
    save_sweep,
    skip_trial,
    sweep_path,
    without_skipped,
)
from studio.insight.sweep.sweep_file import TestResult as Tested
from studio.runs import RunStore
from studio.runs.run_folders import check_run_folder

AXES = (
    Axis("optim.lr", (0.001, 0.01)),
    Axis("augment.flip_vertical", (False, True)),
    Axis("model.norm", ("none", "batch")),
)


@pytest.fixture
def sweep(tmp_path):
    plan = SweepPlan(TrainConfig(), AXES, seeds=(0, 7), title="Two rates")
    tested = Tested(3, datetime(2026, 1, 2, 3, 4, 5), (RunTest("a", 0, 8, 9, 2),))
    saved = add_test(skip_trial(new_sweep(plan), SkippedTrial(2, "failed", "No data.")), tested)
    save_sweep(tmp_path, saved)
    return saved


def test_a_sweep_is_read_back_as_it_was(sweep, tmp_path):
    read = load_sweep(tmp_path, sweep.id)
    assert read == sweep
    assert [type(v) for axis in read.plan.axes for v in axis.values] == [float] * 2 + [bool] * 2 + [
        str
    ] * 2
    assert read.test_of(3).runs[0].accuracy == 8 / 9
    assert read.test_of(0) is None
    assert without_skipped(read, 2).skipped == ()


@settings(max_examples=15)
@given(st.lists(st.floats(1e-8, 10), min_size=1, max_size=5, unique=True), st.integers(0, 99))
def test_any_values_survive(tmp_path_factory, rates, seed):
    folder = tmp_path_factory.mktemp("sweeps")
    plan = SweepPlan(TrainConfig(), (Axis("optim.lr", tuple(rates)),), seeds=(seed,))
    saved = new_sweep(plan)
    save_sweep(folder, saved)
    assert load_sweep(folder, saved.id) == saved


def test_sweeps_are_listed_newest_first_and_a_damaged_one_with_its_damage(sweep, tmp_path):
    damaged = tmp_path / "sweeps" / "20200101-000000-abcd.json"
    damaged.write_text("{")
    (tmp_path / "sweeps" / "notes.json").write_text("{}")
    newest, oldest = list_sweeps(tmp_path)
    assert newest == SweepHeader(sweep.id, "Two rates", sweep.created, 8, 16)
    assert oldest.id == damaged.stem
    assert "is damaged" in oldest.damage
    assert find_sweep(tmp_path, "last") == find_sweep(tmp_path, sweep.id[:12]) == sweep
    delete_sweep(tmp_path, sweep.id)
    delete_sweep(tmp_path, sweep.id)
    assert [header.id for header in list_sweeps(tmp_path)] == [damaged.stem]


def change(path, **changes):
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"version": 2}, "version 2"),
        ({"plan": None}, "plan"),
        ({"id": "20200101-000000-abcd"}, "another sweep"),
        ({"skipped": [{"number": -1, "state": "failed"}]}, "does not exist"),
        ({"skipped": [{"number": 1, "state": "tired"}]}, "skipped"),
        ({"created": "yesterday"}, "created"),
    ],
)
def test_a_damaged_sweep_is_refused_with_the_reason(sweep, tmp_path, changes, reason):
    change(sweep_path(tmp_path, sweep.id), **changes)
    with pytest.raises(RunError, match=reason):
        load_sweep(tmp_path, sweep.id)
    assert list_sweeps(tmp_path)[0].damage


def test_values_that_no_plan_has_are_refused(sweep, tmp_path):
    path = sweep_path(tmp_path, sweep.id)
    good = json.loads(path.read_text())
    for field, value in [("seeds", []), ("samples", 10**12), ("axes", good["plan"]["axes"] * 2)]:
        path.write_text(
            json.dumps(good | {"plan": good["plan"] | {field: value, "kind": "random"}})
        )
        with pytest.raises(RunError, match="damaged"):
            load_sweep(tmp_path, sweep.id)
    for content in ("[]", "[" * 100_000, "\0", json.dumps({"version": 1}), "NaN"):
        path.write_text(content)
        with pytest.raises(RunError, match="damaged"):
            load_sweep(tmp_path, sweep.id)
    path.write_bytes(b" " * (MAX_SWEEP_BYTES + 1))
    with pytest.raises(RunError, match="larger than"):
        load_sweep(tmp_path, sweep.id)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "2026", "none"])
def test_a_name_that_is_no_sweep_is_refused(sweep, tmp_path, name):
    with pytest.raises(RunError):
        load_sweep(tmp_path, name)
    if name != "2026":
        with pytest.raises(RunError, match="sweep --list"):
            find_sweep(tmp_path, name)


def test_the_folder_of_sweeps_is_never_a_run(sweep, tmp_path):
    store = RunStore(tmp_path)
    assert store.list() == []
    assert RunStore(tmp_path / "other", [tmp_path]).list() == []
    check_run_folder(tmp_path)  # as one without runs
    for name in ("sweeps", "last", str(tmp_path / "sweeps")):
        with pytest.raises(RunError):
            store.open(name)


def test_a_folder_that_cannot_be_written_is_reported(sweep, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="cannot be written"):
        save_sweep(tmp_path / "file", sweep)
    assert list_sweeps(tmp_path / "nowhere") == ()
