import pytest
from scipy.stats import binom

from studio.config import TrainConfig
from studio.runs import RunStatus, RunStore, Status
from studio.runs.chance_level import explain_chance, is_near_chance
from studio.runs.summary import summarize_run


@pytest.mark.parametrize(
    ("accuracy", "classes", "samples", "near"),
    [
        (0.10, 10, 10_000, True),
        (0.167, 10, 10_000, True),  # significant, but of no use
        (0.25, 10, 10_000, False),
        (0.50, 2, 10_000, True),
        (0.70, 2, 10_000, False),
        (0.70, 2, 10, True),  # 7 of 10 by a coin
        (0.70, 2, None, False),
        (0.98, 10, 359, False),
        (0.0, 10, 100, True),
        (1.0, 1, 100, False),
    ],
)
def test_says_whether_a_model_guesses(accuracy, classes, samples, near):
    assert is_near_chance(accuracy, classes, samples) is near


@pytest.mark.parametrize("samples", [1, 6, 10, 57, 200, 900, 5000])
@pytest.mark.parametrize("classes", [2, 3, 10])
def test_agrees_with_the_binomial_test(samples, classes):
    for correct in range(0, samples + 1, max(1, samples // 20)):
        accuracy = correct / samples
        useful = accuracy >= 1 / classes + 0.1 * (1 - 1 / classes)
        significant = binom.sf(correct - 1, samples, 1 / classes) <= 0.01
        assert is_near_chance(accuracy, classes, samples) is not (useful and significant)


def explain(settings=None, train_accuracy=0.1, **figures):
    config = TrainConfig().with_values({"optim.epochs": 10} | (settings or {}))
    figures = {"test_accuracy": 0.1, "val_accuracy": 0.5, "test_images": 359} | figures
    return explain_chance(config, train_accuracy=train_accuracy, **figures)


@pytest.mark.parametrize(
    ("settings", "train_accuracy", "reason"),
    [
        ({"optim.lr": 10}, 0.1, "The learning rate 10 is probably too high for AdamW. Try 0.001."),
        (
            {"optim.optimizer": "sgd", "optim.lr": 1},
            0.1,
            "too high for SGD. Try 0.01.",
        ),
        ({"optim.optimizer": "adam", "optim.lr": 1e-7}, 0.1, "too low for Adam. Try 0.001."),
        ({}, 0.98, "Training accuracy is 98.0 %, so the model only memorized"),
        ({"optim.epochs": 1}, 0.1, "The training was probably too short."),
        ({}, 0.1, "Try a lower learning rate or more epochs"),
        ({}, None, "Try a lower learning rate or more epochs"),
    ],
)
def test_names_the_likely_reason(settings, train_accuracy, reason):
    text = explain(settings, train_accuracy)
    assert text.startswith("Chance level: 10.0 % test accuracy, and guessing among 10 classes")
    assert reason in text


def test_the_validation_split_counts_where_there_is_no_test():
    assert explain(test_accuracy=None, val_accuracy=0.9) == ""
    assert "12.0 % validation accuracy" in explain(test_accuracy=None, val_accuracy=0.12)
    assert explain(test_accuracy=None, val_accuracy=None) == ""
    assert explain(test_accuracy=0.9) == ""


@pytest.mark.parametrize(
    ("status", "accuracy", "samples", "near"),
    [
        (RunStatus.FINISHED, 0.1, 359, True),
        (RunStatus.FINISHED, 0.9, 359, False),
        (RunStatus.FINISHED, 1.0, 1, True),
        (RunStatus.STOPPED, 0.1, 359, False),
    ],
)
def test_the_summary_of_a_finished_run_tells_it(tmp_path, status, accuracy, samples, near):
    run = RunStore(tmp_path).create(TrainConfig())
    run.write_status(Status(status, 1, 1, 1, "here", test_accuracy=accuracy, test_images=samples))
    assert bool(summarize_run(run).chance_level) is near
