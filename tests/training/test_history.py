"""What a training records about each of its samples, and that recording changes nothing."""

import errno

import numpy as np
import pytest
import torch

from studio.data import load_dataset
from studio.runs import RunStore
from studio.runs.history import NOT_SEEN, load_history
from studio.training.events import EpochEnd
from studio.training.history import HistoryFiles, OutcomeBuffer
from tests.training.fitting import fit, of, same_history, same_weights, stop_after
from tests.training.limited_memory import limit_batch_size

pytestmark = pytest.mark.numeric


@pytest.fixture(scope="module")
def whole(config, tmp_path_factory):
    """A training that was never interrupted, and its events."""
    run = RunStore(tmp_path_factory.mktemp("whole")).create(config)
    return run, fit(config, run)[1]


def test_outcomes_are_the_softmax_and_the_correctness_of_each_prediction():
    rng = torch.Generator().manual_seed(0)
    logits = torch.randn(700, 400, generator=rng)  # more than a block
    labels = torch.randint(0, 400, (700,), generator=rng)
    labels[::2] = logits[::2].argmax(1)
    buffer = OutcomeBuffer(700, "cpu")
    for chunk in torch.arange(700).split(96):
        buffer.add(labels[chunk], logits[chunk].bfloat16().float())
    probability, correct = buffer.read()
    scores = logits.bfloat16().double()
    expected = torch.exp(scores)[torch.arange(700), labels] / torch.exp(scores).sum(1)
    torch.testing.assert_close(probability.double(), expected, atol=1e-6, rtol=1e-4)
    assert torch.equal(correct.bool(), scores.argmax(1) == labels)


def test_the_history_has_every_sample_of_every_epoch(config, whole, tmp_path):
    run, events = whole
    history = load_history(run)
    dataset = load_dataset(config.data, tmp_path)
    np.testing.assert_array_equal(history.indices, dataset.splits["train"])
    assert history.epochs == 3
    assert np.isfinite(history.probability).all()
    accuracies = [event.train_accuracy for event in of(EpochEnd, events)]
    np.testing.assert_allclose(history.correct.mean(1), accuracies)
    # A correct prediction of ten classes has a probability over 0.1, a wrong one below 0.5.
    assert history.probability[history.correct == 1].min() > 0.1
    assert history.probability[history.correct == 0].max() <= 0.5


def test_recording_changes_no_bit(config, store, whole):
    plain = store.create(config)
    fit(config.with_values({"engine.history": False}), plain)
    assert same_weights(plain.last_weights, whole[0].last_weights)
    assert load_history(plain) is None
    assert not (plain.path / "history").exists()


@pytest.mark.parametrize("steps", [5, 7])
def test_a_stopped_and_resumed_training_gives_the_same_history(config, store, whole, steps):
    stopped = store.create(config)
    fit(config, stopped, stop_after(steps))
    partial = load_history(stopped)
    seen = (partial.correct != NOT_SEEN).sum()
    assert seen == min(steps % 5 * 256, 1151) + steps // 5 * 1151
    assert np.isnan(partial.probability[partial.correct == NOT_SEEN]).all()
    fit(config, stopped)
    assert same_history(stopped, whole[0])


def test_epochs_after_the_checkpoint_are_discarded(config, store, whole):
    """The state is one epoch older than the history, as after a kill between the two."""
    run = store.create(config)
    fit(config, run, stop_after(7))
    names = ("manifest.json", "config.toml", "state.pt", "weights/best.safetensors")
    files = [run.path / name for name in names]
    contents = [path.read_bytes() for path in files]
    fit(config, run)
    for path, content in zip(files, contents, strict=True):
        path.write_bytes(content)
    fit(config, run, stop_after(0))
    partial = load_history(run)
    assert partial.epochs == 2
    assert (partial.correct[1] != NOT_SEEN).sum() == 2 * 256
    fit(config, run)
    assert same_history(run, whole[0])


def test_samples_after_the_last_step_are_not_seen(config, store):
    config = config.with_values({"engine.max_steps": 7})
    run = store.create(config)
    fit(config, run)
    history = load_history(run)
    assert history.epochs == 2
    assert (history.correct != NOT_SEEN).sum(1).tolist() == [1151, 2 * 256]


def test_micro_batches_record_the_same_samples(config, store, monkeypatch):
    config = config.with_values({"optim.epochs": 1, "model.norm": None})
    complete, split = store.create(config), store.create(config)
    fit(config, complete)
    limit_batch_size(monkeypatch, 100)
    fit(config, split)
    first, second = load_history(complete), load_history(split)
    np.testing.assert_allclose(first.probability, second.probability, atol=0.01)
    assert (first.correct == second.correct).mean() > 0.99


def test_hand_written_layers_and_overlap_are_recorded(config, store):
    config = config.with_values({"optim.epochs": 1})
    for values in ({"model.layers": "scratch"}, {"engine.threads": 2}):
        run = store.create(config)
        fit(config.with_values(values), run)
        assert np.isfinite(load_history(run).probability).all()


def test_cached_features_are_recorded(pretrained_config, store):
    run = store.create(pretrained_config)
    _, events = fit(pretrained_config, run)
    accuracies = [event.train_accuracy for event in of(EpochEnd, events)]
    np.testing.assert_allclose(load_history(run).correct.mean(1), accuracies)


def test_streamed_samples_are_recorded(config, store, whole, monkeypatch):
    streamed = store.create(config)
    monkeypatch.setattr("studio.training.input.samples.available_bytes", lambda device: 1000)
    fit(config, streamed)
    assert same_history(streamed, whole[0])


def test_a_history_that_cannot_be_written_ends_no_training(config, store, caplog):
    config = config.with_values({"optim.epochs": 2})
    run = store.create(config)
    (run.path / "history").write_text("a file where the folder belongs")
    ended, _ = fit(config, run)
    assert ended.status == "finished"
    assert load_history(run) is None
    assert caplog.text.count("history of the training samples cannot be written") == 1


def test_a_resumed_run_without_history_begins_one(config, store):
    run = store.create(config)
    fit(config.with_values({"engine.history": False}), run, stop_after(7))
    fit(config, run)
    history = load_history(run)
    assert (history.correct != NOT_SEEN).sum(1).tolist() == [0, 1151 - 2 * 256, 1151]


def test_an_epoch_lost_to_a_full_disk_is_not_seen(tmp_path, monkeypatch, caplog):
    files = HistoryFiles(tmp_path / "history", np.arange(4))
    outcomes = np.array([[0.5, 0.25, 0.75, np.nan], [1, 0, 1, np.nan]], np.float32)
    files.write(0, outcomes)
    with monkeypatch.context() as full_disk:

        def fail(*arguments):
            raise OSError(errno.ENOSPC, "No space left on device")

        full_disk.setattr("studio.runs.growing_array.GrowingArray.write_row", fail)
        files.write(1, outcomes)
        files.write(2, outcomes)
    assert caplog.text.count("There is no room for") == 1
    files.write(3, outcomes)
    history = load_history(tmp_path)
    assert history.correct.tolist() == [[1, 0, 1, 255], [255] * 4, [255] * 4, [1, 0, 1, 255]]
    np.testing.assert_array_equal(history.probability[3], outcomes[0])
