"""Events become figures and words."""

from dataclasses import replace

import pytest

from studio.config import TrainConfig
from studio.training.events import CheckpointSaved, EpochEnd, FitEnded, FitStarted, StepEnd
from studio.ui.train.live.status_text import status_words
from studio.ui.train.live.training_progress import TrainingProgress, better_validation, ended_words
from studio.ui.train.live.training_state import TrainingState

STARTED = FitStarted(
    "run-1", "digits-quickstart", 4, 20, 80, 128_000, "cpu", "no CUDA device found", "float32", 2,
    1295, 143, 359,
)  # fmt: skip
STEP = StepEnd(step=40, epoch=2, loss=0.5, lr=0.001, images_per_second=1240.4, seconds=10.0)
EPOCH = EpochEnd(2, 40, 0.6, 0.8, 0.4, 0.9, 0.001, 1200.0, 10.0, best=True)
ENDED = FitEnded(
    "finished", "run-1", 4, 2, 0.99, 0.9, 0.978, 1200.0, 72.0, 128_000, "cpu", "float32"
)


@pytest.fixture
def watch() -> TrainingProgress:
    watch = TrainingProgress()
    for event in (STARTED, STEP, EPOCH):
        watch.take(event)
    return watch


def test_figures_while_running(watch) -> None:
    assert watch.main_figure() == ("90.0\u00a0%", "validation accuracy")
    assert watch.figures() == [
        ("2 / 4", "epoch"),
        ("1,240", "images/s"),
        ("0:10", "left"),
        ("2", "best epoch"),
    ]
    assert watch.share_done == 0.5
    assert watch.epoch_at(30) == 1.5


def test_the_test_accuracy_takes_the_headline_at_the_end(watch) -> None:
    watch.take(ENDED)
    assert watch.main_figure() == ("97.8\u00a0%", "test accuracy on 359 new images")
    assert ("1:12", "training time") in watch.figures()


def test_a_later_epoch_that_is_not_better_leaves_the_best(watch) -> None:
    watch.take(replace(EPOCH, epoch=3, step=60, best=False))
    assert watch.best == EPOCH
    assert len(watch.epochs) == 2


def test_before_anything_happened() -> None:
    watch = TrainingProgress()
    assert watch.main_figure()[0] == "–"
    assert watch.figures() == []
    assert watch.share_done == 0


def test_the_log_tells_all_but_steps(watch) -> None:
    assert watch.take(STEP) == ""
    assert "128,000 parameters" in watch.take(STARTED)
    assert "the best so far" in watch.take(EPOCH)
    saved = CheckpointSaved(40, 2, "weights/best.safetensors", best=True)
    assert watch.take(saved) == "Saved weights/best.safetensors"
    assert watch.take(ENDED) == "Finished after 1:12"


def test_the_log_says_when_pictures_are_streamed() -> None:
    reason = "streamed from disk: 12.3 GB do not fit into 8.0 GB"
    assert (
        TrainingProgress().take(replace(STARTED, streamed=reason)).endswith(f"2 threads, {reason}")
    )
    assert TrainingProgress().take(STARTED).endswith("2 threads")


def test_a_training_in_steps_logs_them_with_their_time() -> None:
    watch = TrainingProgress()
    watch.take(replace(STARTED, by_steps=True))
    assert watch.take(STEP) == "Iteration 40 of 80: loss 0.5000, 250.0 ms/iteration"
    later = replace(STEP, step=60, loss=0.25, seconds=12.0)
    assert watch.take(later) == "Iteration 60 of 80: loss 0.2500, 100.0 ms/iteration"


def test_the_last_epoch_is_kept_without_being_called_the_best() -> None:
    watch = TrainingProgress()
    watch.take(STARTED)
    assert "best" not in watch.take(replace(EPOCH, select="last"))
    assert ("2", "kept epoch") in watch.figures()
    ended = replace(ENDED, select="last")
    assert "Kept: epoch 2 (last epoch, validation accuracy" in ended_words(ended)


def test_stopping_says_what_was_kept() -> None:
    stopped = replace(ENDED, status="stopped", test_accuracy=None)
    kept = "epoch 2 (highest validation accuracy, validation accuracy 90.0\u00a0%)"
    assert kept in ended_words(stopped)
    early = replace(stopped, best_epoch=None, val_accuracy=None)
    assert "before the first epoch" in ended_words(early)


@pytest.mark.parametrize("state", TrainingState)
def test_every_state_has_a_status(state: TrainingState, watch) -> None:
    assert status_words(state, watch, "CPU: no CUDA device found.", "")


def test_the_status_says_where_and_why(watch) -> None:
    words = status_words(TrainingState.RUNNING, watch, "", "")
    assert words == "Training Run 1. CPU: no CUDA device found. float32, 2 threads."
    assert "near step 40 of 80" in status_words(TrainingState.PAUSED, watch, "", "")
    assert status_words(TrainingState.READY, TrainingProgress(), "", "Mend it.") == "Mend it."


PLAIN = {"model.dropout": 0.0, "optim.label_smoothing": 0.0}


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"model.dropout": 0.5}, "because dropout applies only to training."),
        (
            {"model.dropout": 0.5, "augment.rotate": 10},
            "because dropout and augmentation apply only to training.",
        ),
        (
            {"model.dropout": 0.5, "optim.label_smoothing": 0.1, "augment.rotate": 10},
            "because dropout, label smoothing and augmentation apply only to training.",
        ),
        ({}, "because training is averaged over the epoch"),
    ],
)
def test_validation_that_beats_training_is_explained(settings, reason) -> None:
    config = TrainConfig().with_values(PLAIN | settings)
    assert reason in better_validation(config, EPOCH)
    usual = replace(EPOCH, train_accuracy=0.95, train_loss=0.3)
    assert better_validation(config, usual) == ""
    assert better_validation(config, replace(usual, train_loss=1.0))
    assert better_validation(config, None) == ""
    assert better_validation(None, EPOCH) == ""


def test_the_status_explains_it_while_training_and_at_the_end(watch) -> None:
    watch.config = TrainConfig()
    for state in (TrainingState.RUNNING, TrainingState.FINISHED):
        assert "Validation is better than training" in status_words(state, watch, "", "")
    assert "Validation is better" not in status_words(TrainingState.READY, watch, "", "")
