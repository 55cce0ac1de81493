"""Which runs a run can be compared with, and which one at first."""

import pytest

from studio.config import TrainConfig
from studio.runs import Run, RunStore
from studio.ui.mistakes.comparison.baseline_runs import find_baselines


@pytest.fixture
def store(tmp_path):
    return RunStore(tmp_path)


def make_run(store, name, dataset="digits", parent=""):
    """Write a run folder with weights, which need not be readable."""
    run = Run(store.runs_dir / name)
    (run.path / "weights").mkdir(parents=True)
    run.best_weights.write_bytes(b"")
    run.write_config(TrainConfig().with_values({"data.source": dataset}), {"parent": parent})
    return run.id


def test_the_parent_comes_first_then_the_run_before(store):
    first = make_run(store, "20260101-000000-a-0001")
    second = make_run(store, "20260101-000001-a-0002")
    third = make_run(store, "20260101-000002-a-0003", parent=first)
    found = find_baselines(store, third, "digits")
    assert [choice.key for choice in found.choices] == [second, first]
    assert found.default == found.parent == first
    assert found.choices[1].title.endswith("· parent")
    assert find_baselines(store, second, "digits").default == first
    oldest = find_baselines(store, first, "digits")
    assert (oldest.default, oldest.parent) == (third, "")


def test_a_deleted_parent_is_no_choice(store):
    first = make_run(store, "20260101-000000-a-0001")
    second = make_run(store, "20260101-000001-a-0002", parent="20250101-000000-gone-0000")
    found = find_baselines(store, second, "digits")
    assert (found.default, found.parent) == (first, "")


def test_the_parent_of_a_run_in_an_opened_folder_lies_beside_it(store, tmp_path):
    other = RunStore(tmp_path / "other")
    first = make_run(other, "20260101-000000-a-0001")
    second = make_run(other, "20260101-000001-a-0002", parent=first)
    opened = RunStore(tmp_path / "runs", [other.runs_dir])
    opened.runs_dir.mkdir()
    found = find_baselines(opened, str(other.runs_dir / second), "digits")
    assert found.default == found.parent == str(other.runs_dir / first)


def test_other_datasets_are_left_out(store):
    run = make_run(store, "20260101-000000-a-0001")
    make_run(store, "20260101-000001-a-0002", "mnist")
    found = find_baselines(store, run, "digits")
    assert (found.choices, found.default) == ((), "")
    on_mnist = find_baselines(store, "bundled", "mnist")
    assert [choice.key for choice in on_mnist.choices] == ["20260101-000001-a-0002"]
    other = find_baselines(store, "20260101-000001-a-0002", "mnist")
    assert other.default == "bundled"
