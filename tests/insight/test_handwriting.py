"""How runs read the user's drawings, and a run that is adapted to them; the model is tiny."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from studio.bench.synthetic_writers import Writer
from studio.data.handwriting.store import HandwritingStore
from studio.errors import DatasetError, MissingDatasetError, Stopped
from studio.inference import Predictor
from studio.insight import evaluate
from studio.insight.adaptation import FOLDS, adapt_to_handwriting, assign_folds
from studio.insight.adaptation_receipt import read_receipt
from studio.insight.handwriting import (
    evaluate_drawings,
    evaluate_handwriting,
    sample_key,
    trained_on,
)
from studio.paths import handwriting_dir
from studio.recipes import load_recipe
from studio.runs import RunStatus, RunStore
from studio.runs.checkpoints import load_model
from studio.runs.summary import summarize_run
from studio.training import Trainer
from studio.training.adaptation import AdaptationSettings, first_trained_layer
from tests.fixed_engine import FIXED_ENGINE

SETTINGS = AdaptationSettings(steps=20, views=6, replay=300)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A store of one hardly trained run, and 30 drawings in the data folder."""
    folder = tmp_path_factory.mktemp("adaptation")
    store = RunStore(folder / "runs")
    values = FIXED_ENGINE | {"engine.max_steps": 25}
    config = load_recipe("digits-quickstart").config.with_values(values)
    run = store.create(config)
    Trainer(config, run, folder / "data").fit()
    drawings = HandwritingStore(handwriting_dir(folder / "data"))
    images, digits = Writer.invent(1).draw_all(3, np.random.default_rng(0))
    for image, digit in zip(images, digits, strict=True):
        drawings.add(image, str(digit))
    return store, run, folder / "data"


@pytest.fixture(scope="module")
def adapted(place):
    store, run, data_dir = place
    progress: list[float] = []
    result = adapt_to_handwriting(
        run.path, store, data_dir, SETTINGS, lambda fraction, _: progress.append(fraction)
    )
    assert progress == sorted(progress)
    assert 0 <= progress[0] < progress[-1] <= 1
    return result


@pytest.mark.numeric
def test_an_adapted_run_is_a_run_like_any_other(place, adapted) -> None:
    _, run, data_dir = place
    summary = summarize_run(adapted.run)
    assert summary.status is RunStatus.FINISHED
    assert summary.title.startswith("Digits quickstart")
    assert "adapted to me" in summary.title
    assert adapted.run.record["parent"] == adapted.run.config.optim.start_from == run.id
    assert summary.test_accuracy == adapted.receipt.test_after.proportion.value
    after = evaluate(adapted.run.path, "test", data_dir)
    assert after.accuracy == pytest.approx(summary.test_accuracy)
    before = evaluate(run.path, "test", data_dir)
    assert before.correct.sum() == adapted.receipt.test_before.correct
    assert [event["event"] for event in adapted.run.metrics()] == [
        "FitStarted",
        "EpochEnd",
        "FitEnded",
    ]


@pytest.mark.numeric
def test_the_receipt_counts_each_drawing_by_a_model_that_never_saw_it(place, adapted) -> None:
    store, run, data_dir = place
    receipt = read_receipt(adapted.run)
    assert receipt == adapted.receipt
    before = evaluate_handwriting(run.path, store, data_dir)
    assert receipt.drawings_before.correct == before.accuracy.count
    assert receipt.drawings_before.total == receipt.drawings_after.total == receipt.drawings == 30
    change = receipt.drawings_after.correct - receipt.drawings_before.correct
    assert receipt.fixed - receipt.broken == change
    assert "adapted without it" in " ".join(receipt.lines)
    folds = assign_folds(np.repeat(np.arange(10), 3))
    assert np.bincount(folds).tolist() == [10] * FOLDS


@pytest.mark.numeric
def test_only_the_last_layers_change_and_the_old_run_stays(place, adapted) -> None:
    _, run, _ = place
    old, card = load_model(run.best_weights)
    new, _ = load_model(adapted.run.best_weights)
    first = first_trained_layer(card.model)
    for number, (before, after) in enumerate(
        zip(old.get_submodule("layers"), new.get_submodule("layers"), strict=True)
    ):
        for name, value in before.state_dict().items():
            same = torch.equal(value, after.state_dict()[name])
            assert same == (number < first or "running" in name or "num_batches" in name)


@pytest.mark.numeric
def test_drawings_a_run_was_trained_on_are_no_evidence(place, adapted) -> None:
    store, run, data_dir = place
    evaluation = evaluate_handwriting(adapted.run.path, store, data_dir)
    assert evaluation.seen.all()
    assert evaluation.accuracy.total == 0
    assert evaluation.seen_accuracy.total == 30
    drawings = HandwritingStore(handwriting_dir(data_dir))
    listing, images = drawings.read()
    # A run that follows from an adapted one has seen them too, and so has a copy of the drawings.
    child = store.create(adapted.run.config, adapted.run.id)
    assert trained_on(child.path, store, ()) == set(map(sample_key, listing.samples))
    fresh = replace(
        listing.samples[0],
        record=listing.samples[0].record.model_copy(update={"time": 5.0, "label": "x"}),
    )
    samples = (fresh, *listing.samples[1:])
    result = evaluate_drawings(
        Predictor.load(run.path), "r", samples, images, {sample_key(listing.samples[1])}
    )
    assert result.labels[0] == -1  # no class of the model
    assert result.accuracy.total == 28
    assert result.confusion.sum() == 28


@pytest.mark.numeric
def test_the_same_seed_gives_the_same_bits(place, adapted) -> None:
    store, run, data_dir = place
    again = adapt_to_handwriting(run.path, store, data_dir, SETTINGS)
    old, _ = load_model(adapted.run.best_weights)
    new, _ = load_model(again.run.best_weights)
    assert all(torch.equal(a, b) for a, b in zip(old.parameters(), new.parameters(), strict=True))


def test_a_cancelled_adaptation_leaves_nothing(place) -> None:
    store, run, data_dir = place
    before = {path.name for path in store.runs_dir.iterdir()}
    calls = iter(range(1000))
    with pytest.raises(Stopped):
        adapt_to_handwriting(
            run.path, store, data_dir, SETTINGS, should_stop=lambda: next(calls) > 15
        )
    assert {path.name for path in store.runs_dir.iterdir()} == before


def test_what_cannot_be_adapted_says_what_to_do(place, tmp_path: Path) -> None:
    store, run, _ = place
    with pytest.raises(DatasetError, match="no drawings"):
        adapt_to_handwriting(run.path, store, tmp_path)
    drawings = HandwritingStore(handwriting_dir(tmp_path))
    image = Writer.invent(1).draw(3, np.random.default_rng(0))
    for _ in range(3):
        drawings.add(image, "3")
    with pytest.raises(DatasetError, match="too few to adapt"):
        adapt_to_handwriting(run.path, store, tmp_path)
    for digit in "456":
        drawings.add(image, digit)
    with pytest.raises(MissingDatasetError, match="own dataset beside yours") as caught:
        adapt_to_handwriting("bundled", store, tmp_path)
    assert "download mnist" in caught.value.hint
    assert caught.value.dataset == "mnist"


def test_the_commands(place, adapted, cli, tmp_path: Path) -> None:
    store, run, data_dir = place
    folders = "--data-dir", str(data_dir), "--runs-dir", str(store.runs_dir), "--json"

    def call(*words: str) -> dict:
        code, out, err = cli("handwriting", *words)
        assert (code, "Traceback" in err) == (0, False), err
        return json.loads(out.splitlines()[-1])

    assert call("list", *folders[:2], "--json")["classes"] == dict.fromkeys("0123456789", 3)
    found = call("evaluate", run.id, *folders)
    assert found["accuracy"] == pytest.approx(adapted.receipt.drawings_before.proportion.value)
    everything = call("evaluate", "--all", *folders)
    assert {row["run"] for row in everything["evaluations"]} >= {run.id, "bundled"}
    archive = tmp_path / "drawings.zip"
    assert call("export", str(archive), *folders[:2], "--json")["count"] == 30
    target = "--data-dir", str(tmp_path), "--json"
    assert call("import", str(archive), *target)["added"] == 30
    assert call("import", str(archive), *target)["known"] == 30
    copied, images = HandwritingStore(handwriting_dir(tmp_path)).read()
    original, originals = HandwritingStore(handwriting_dir(data_dir)).read()
    assert [s.record for s in copied.samples] == [s.record for s in original.samples]
    assert np.array_equal(images, originals)
    (tmp_path / "no.zip").write_text("no archive")
    code, _, err = cli("handwriting", "import", str(tmp_path / "no.zip"), *target[:2])
    assert code == 1
    assert "cannot be imported" in err
