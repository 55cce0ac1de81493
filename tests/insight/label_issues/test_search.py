"""The search for label issues in small image folders with known wrong labels."""

import shutil
from itertools import count

import numpy as np
import pytest

from studio.errors import RunError, Stopped
from studio.insight.label_issues import find_label_issues
from studio.insight.label_issues.cross_validation import split_in_halves
from studio.recipes import load_recipe
from studio.runs import RunStore
from studio.runs.manifest_file import Manifest
from studio.runs.run import Run
from studio.training import Trainer
from tests.data.make_image_folder import COLOURS, make_folder, save_image
from tests.fixed_engine import FIXED_ENGINE

pytestmark = pytest.mark.numeric

QUICK = FIXED_ENGINE | {
    "data.image_size": 8,
    "model.filters": [[8]],
    "model.hidden": [16],
    "model.dropout": 0.0,
    "optim.epochs": 6,
    "optim.batch_size": 16,
}
FLIPPED = ("leaf/flip0.png", "leaf/flip1.png", "cherry/flip2.png")


def train(folder, runs, settings=None):
    config = load_recipe("my-pictures").config.with_values(
        QUICK | {"data.path": str(folder)} | (settings or {})
    )
    run = RunStore(runs).create(config)
    Trainer(config, run).fit()
    return run


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two classes with wrong labels, and a class of a single sample."""
    root = make_folder(tmp_path_factory.mktemp("data") / "fruit", 40, classes=("cherry", "leaf"))
    for number, name in enumerate(FLIPPED):
        true = "cherry" if name.startswith("leaf") else "leaf"
        save_image(root / name, COLOURS[true], [9, number])
    save_image(root / "sky" / "only.png", COLOURS["sky"], 5)
    return root


@pytest.fixture(scope="module")
def trained(folder, tmp_path_factory):
    return train(folder, tmp_path_factory.mktemp("runs"))


@pytest.fixture(scope="module")
def report(trained):
    return find_label_issues(trained.path)


def in_training_file(run, name):
    """Whether a file is in the training or validation split of a run."""
    from studio.data import load_dataset

    dataset = load_dataset(run.config.data, run.path)
    row = dataset.files.index(name)
    return any(row in dataset.splits[split] for split in ("train", "val"))


def test_wrong_labels_are_found_first(trained, report):
    expected = {name for name in FLIPPED if in_training_file(trained, name)}
    assert expected
    found = [issue.file for issue in report.issues]
    assert set(found[: len(expected)]) == expected
    first = report.issues[0]
    assert {first.label, first.suggested} == {"cherry", "leaf"}
    assert first.sample == first.file
    assert 0.5 < first.score <= 1
    assert "not trained on this sample" in first.reason
    scores = [issue.score for issue in report.issues]
    assert scores == sorted(scores, reverse=True)
    assert report.estimated >= len(expected)


def test_the_only_sample_of_a_class_is_not_judged(trained, report):
    assert "sky/only.png" not in [issue.file for issue in report.issues]
    assert report.unjudged == in_training_file(trained, "sky/only.png")


def test_a_second_search_reads_the_cache(trained, report, monkeypatch):
    monkeypatch.setattr("studio.insight.label_issues.search.collect_evidence", None)
    assert find_label_issues(trained.path) == report


def test_a_damaged_cache_is_computed_again(trained, report):
    cache = trained.path / "label_issues" / "train.json"
    cache.write_text("{")
    assert find_label_issues(trained.path) == report  # the same seed, the same bits


def test_a_run_without_history_finds_them_too(trained, report, tmp_path):
    copy = shutil.copytree(trained.path, tmp_path / trained.id)
    for name in ("history", "predictions", "label_issues"):
        shutil.rmtree(copy / name)
    expected = {name for name in FLIPPED if in_training_file(trained, name)}
    issues = find_label_issues(copy).issues
    assert {issue.file for issue in issues[: len(expected)]} == expected
    assert all("learned" not in issue.reason for issue in issues)


def test_an_incomplete_history_is_not_used(trained, tmp_path):
    copy = shutil.copytree(trained.path, tmp_path / trained.id)
    shutil.rmtree(copy / "label_issues")
    for name, missing in (("probability", np.nan), ("correct", 255)):
        values = np.load(copy / "history" / f"{name}.npy")
        values[:, 0] = missing
        np.save(copy / "history" / f"{name}.npy", values)
    manifest = Manifest.read(copy)
    manifest.files = {name: v for name, v in manifest.files.items() if "history" not in name}
    manifest.write()
    expected = {name for name in FLIPPED if in_training_file(trained, name)}
    issues = find_label_issues(copy).issues
    assert {issue.file for issue in issues[: len(expected)]} == expected


@pytest.mark.parametrize("split", ["val", "test"])
def test_other_splits_are_judged_by_the_model_itself(trained, split, monkeypatch):
    monkeypatch.setattr("studio.insight.label_issues.evidence.cross_validate", None)
    report = find_label_issues(trained.path, split)
    assert report.split == split
    assert all(issue.reason.startswith("The model, which") for issue in report.issues)


def test_a_search_stops_at_any_step(trained, tmp_path):
    copy = shutil.copytree(trained.path, tmp_path / trained.id)
    shutil.rmtree(copy / "label_issues")
    for calls in (1, 12, 25):
        counter = count()
        with pytest.raises(Stopped):
            find_label_issues(copy, should_stop=lambda c=counter, n=calls: next(c) >= n)
    assert not (copy / "label_issues").exists()


def test_progress_rises_to_the_end(trained, tmp_path):
    copy = shutil.copytree(trained.path, tmp_path / trained.id)
    shutil.rmtree(copy / "label_issues")
    seen = []
    find_label_issues(copy, on_progress=lambda fraction, text: seen.append((fraction, text)))
    training = [fraction for fraction, text in seen if "cross-validation" in text]
    assert training == sorted(training)
    assert 0 <= training[0] < 0.1
    assert 0.5 <= training[-1] <= 1


def test_weights_alone_have_no_settings(trained):
    with pytest.raises(RunError, match="does not contain the settings"):
        find_label_issues(trained.best_weights)


def test_copies_of_an_image_stay_in_one_half(trained):
    from studio.data import load_dataset

    dataset = load_dataset(Run(trained.path).config.data, trained.path)
    images = np.array(dataset.images)
    rows = dataset.splits["train"]
    images[rows[::2]] = images[rows[0]]
    copies = dataset.__class__(
        **{name: getattr(dataset, name) for name in dataset.__dataclass_fields__}
        | {"images": images}
    )
    first, second = split_in_halves(copies, 0)
    assert sorted([*first, *second]) == list(range(len(rows)))
    even = set(range(0, len(rows), 2))
    assert even <= set(first) or even <= set(second)
