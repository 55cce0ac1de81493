"""Trainings with label fixes: what is recorded, resumed and evaluated."""

import pytest

from studio.data import load_dataset
from studio.data.overlay import Overlay, load_overlay, load_snapshot, overlay_path, save_overlay
from studio.errors import OverlayError
from studio.insight import evaluate
from studio.paths import data_dir
from tests.training.fitting import fit, same_weights, stop_after

pytestmark = pytest.mark.numeric


@pytest.fixture
def current(config):
    return config.with_values(
        {"data.overlay": "current", "optim.epochs": 2, "model.filters": [[8], [16]]}
    )


@pytest.fixture
def fix():
    """Apply a function to the current fixes of the digits, and save them."""

    def change(edit):
        digits = load_dataset(_digits(), data_dir())
        path = overlay_path(digits, data_dir())
        overlay = load_overlay(path)
        edit(overlay, digits)
        save_overlay(path, overlay)
        return overlay

    return change


def _digits():
    from studio.config import DataConfig

    return DataConfig()


def first_fixes(overlay: Overlay, digits):
    names = digits.sample_ids.ids(digits.splits["test"][:3])
    train = digits.sample_ids.ids(digits.splits["train"][:2])
    overlay.relabel([train[0]], "9")
    overlay.exclude([train[1], names[0]])
    overlay.mark_ambiguous([names[1]])


def test_a_run_keeps_the_fixes_it_began_with(current, store, fix):
    overlay = fix(first_fixes)
    run, whole = store.create(current), store.create(current)
    fit(current, whole)
    ended, _ = fit(current, run, stop_after(5))
    assert ended.status == "stopped"
    content_hash = run.config.data.overlay
    assert content_hash == overlay.content_hash
    assert load_snapshot(content_hash, data_dir()) == load_snapshot(
        content_hash, store.runs_dir, run.path
    )

    fix(lambda changed, digits: changed.exclude(digits.sample_ids.ids(digits.splits["train"][5:9])))
    for snapshot in (data_dir() / "overlays" / "snapshots").iterdir():
        snapshot.unlink()
    assert fit(run.config, run)[0].status == "finished"
    assert same_weights(run.last_weights, whole.last_weights)

    evaluation = evaluate(run.path)
    assert evaluation.fixes == load_snapshot(content_hash, data_dir(), run.path)
    assert len(evaluation.labels) == 358
    assert evaluation.counted.sum() == 357
    assert evaluation.accuracy == pytest.approx(ended_accuracy(run))
    assert evaluation.confusion.sum() == 357
    ambiguous = int(evaluation.ambiguous_positions[0])
    assert ambiguous not in evaluation.mistakes()
    assert evaluation.fixes[evaluation.sample_id(ambiguous)].ambiguous


def ended_accuracy(run):
    return run.status.test_accuracy


def test_without_fixes_a_run_records_none_and_trains_as_before(current, store):
    run, plain = store.create(current), store.create(current)
    fit(current, run)
    fit(current.with_values({"data.overlay": ""}), plain)
    assert run.config.data.overlay == ""
    assert not (run.path / "overlay.json").exists()
    assert same_weights(run.last_weights, plain.last_weights)


def test_a_run_whose_fixes_are_lost_says_so(current, store, fix):
    fix(first_fixes)
    run = store.create(current)
    fit(current.with_values({"engine.max_steps": 2}), run)
    (run.path / "overlay.json").unlink()
    assert evaluate(run.path).fixes
    for snapshot in (data_dir() / "overlays" / "snapshots").iterdir():
        snapshot.unlink()
    with pytest.raises(OverlayError, match="missing or damaged"):
        evaluate(run.path)
