"""Events become figures, lines of the log, and the status line."""

from dataclasses import replace

import pytest

from studio.config import TrainConfig
from studio.formatting import duration
from studio.training.events import (
    CheckpointSaved,
    EpochEnd,
    FitEnded,
    FitStarted,
    StepEnd,
    remaining_seconds,
)
from studio.ui.train.live.status_text import status_text
from studio.ui.train.live.training_progress import TrainingProgress, better_validation, result_text
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
def progress() -> TrainingProgress:
    progress = TrainingProgress()
    for event in (STARTED, STEP, EPOCH):
        progress.add(event)
    return progress


def test_figures_while_running(progress) -> None:
    assert progress.main_figure() == ("90.0 %", "validation accuracy")
    assert progress.figures() == [
        ("2 / 4", "epoch"),
        ("1,240", "images/s"),
        ("10 s", "left"),
        ("2", "best epoch"),
    ]
    assert progress.fraction_done == 0.5
    assert progress.epoch_at(30) == 1.5


def test_the_test_accuracy_takes_the_headline_at_the_end(progress) -> None:
    progress.add(ENDED)
    assert progress.main_figure() == ("97.8 %", "test accuracy on 359 samples")
    assert ("1 min 12 s", "training time") in progress.figures()


def test_a_later_epoch_that_is_not_better_leaves_the_best(progress) -> None:
    progress.add(replace(EPOCH, epoch=3, step=60, best=False))
    assert progress.best == EPOCH
    assert len(progress.epochs) == 2


def test_before_anything_happened() -> None:
    progress = TrainingProgress()
    assert progress.main_figure()[0] == "–"
    assert progress.figures() == []
    assert progress.fraction_done == 0


def test_the_log_has_all_events_except_steps(progress) -> None:
    assert progress.add(STEP) == ""
    assert "128,000 parameters" in progress.add(STARTED)
    assert "the best so far" in progress.add(EPOCH)
    saved = CheckpointSaved(40, 2, "weights/best.safetensors", best=True)
    assert progress.add(saved) == "Saved weights/best.safetensors"
    assert progress.add(ENDED) == "Finished after 1 min 12 s"


def test_the_log_says_when_images_are_streamed() -> None:
    reason = "streamed from disk: 12.3 GB do not fit into 8.0 GB"
    assert (
        TrainingProgress().add(replace(STARTED, streamed=reason)).endswith(f"2 threads, {reason}")
    )
    assert TrainingProgress().add(STARTED).endswith("2 threads")


def test_a_training_in_steps_logs_them_with_their_time() -> None:
    progress = TrainingProgress()
    progress.add(replace(STARTED, by_steps=True))
    assert progress.add(STEP) == "Step 40 of 80: loss 0.5000, 250.0 ms/step"
    later = replace(STEP, step=60, loss=0.25, seconds=12.0)
    assert progress.add(later) == "Step 60 of 80: loss 0.2500, 100.0 ms/step"


def test_the_last_epoch_is_kept_without_being_called_the_best() -> None:
    progress = TrainingProgress()
    progress.add(STARTED)
    assert "best" not in progress.add(replace(EPOCH, select="last"))
    assert ("2", "kept epoch") in progress.figures()
    ended = replace(ENDED, select="last")
    assert "Kept: epoch 2 (last epoch, validation accuracy" in result_text(ended)


def test_a_stopped_run_says_what_was_kept() -> None:
    stopped = replace(ENDED, status="stopped", test_accuracy=None)
    kept = "epoch 2 (highest validation accuracy, validation accuracy 90.0 %)"
    assert kept in result_text(stopped)
    early = replace(stopped, best_epoch=None, val_accuracy=None)
    assert "end of the first epoch" in result_text(early)


@pytest.mark.parametrize("state", TrainingState)
def test_every_state_has_a_status(state: TrainingState, progress) -> None:
    assert status_text(state, progress, "CPU: no CUDA device found.", "")


def test_the_status_says_where_and_why(progress) -> None:
    words = status_text(TrainingState.RUNNING, progress, "", "")
    assert words == "Training Run 1. CPU: no CUDA device found. float32, 2 threads."
    assert "near step 40 of 80" in status_text(TrainingState.PAUSED, progress, "", "")
    assert status_text(TrainingState.READY, TrainingProgress(), "", "Fix it.") == "Fix it."


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


def test_the_status_explains_it_while_training_and_at_the_end(progress) -> None:
    progress.config = TrainConfig()
    for state in (TrainingState.RUNNING, TrainingState.FINISHED):
        assert "Validation is better than training" in status_text(state, progress, "", "")
    assert "Validation is better" not in status_text(TrainingState.READY, progress, "", "")


def test_the_remaining_time_assumes_a_constant_speed() -> None:
    assert remaining_seconds(25, 100, 10) == 30
    assert duration(remaining_seconds(0, 100, 0)) == "–"
