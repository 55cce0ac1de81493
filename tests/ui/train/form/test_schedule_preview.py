"""The schedule of the learning rate in numbers, before a training."""

import pytest

from studio.config import TrainConfig
from studio.training.schedules import learning_rate
from studio.ui.train.form.schedule_preview import preview_schedule


def configured(**optim):
    values = {"lr": 0.01, "epochs": 20, "batch_size": 10} | optim
    return TrainConfig().with_values({f"optim.{name}": value for name, value in values.items()})


def test_the_points_are_the_rates_of_the_training():
    config = configured(schedule="onecycle")
    preview = preview_schedule(config, 100)
    for position, rate in zip(preview.positions[:-1], preview.rates[:-1], strict=True):
        assert rate == learning_rate(config.optim, round(position * 10), 10, 200)
    assert preview.length == 20
    assert preview.figures() == ("Start 0.0005", "Peak 0.01 at epoch 4", "End ≈ 0")
    assert preview.readout(4) == "Epoch 4: 0.01"
    assert preview.describe() == (
        "Learning rate over 20 epochs: Start 0.0005, Peak 0.01 at epoch 4, End ≈ 0."
    )


@pytest.mark.parametrize(
    ("optim", "figures"),
    [
        ({}, ("0.01 throughout", "", "")),
        ({"schedule": "cosine"}, ("Start 0.01", "", "End ≈ 0")),
        (
            {"schedule": "cosine", "warmup": 1.9},
            ("Start 0.0005", "Peak 0.01 at epoch 1.9", "End ≈ 0"),
        ),
        ({"schedule": "step", "step_epochs": 7}, ("Start 0.01", "", "End 0.0001")),
        ({"schedule": "exponential", "decay": 0.9}, ("Start 0.01", "", "End 0.00135")),
        ({"warmup": 40}, ("Start 2.49e-05", "Peak 0.00499 at epoch 19.9", "End 0.00499")),
    ],
)
def test_start_peak_and_end_are_shown(optim, figures):
    assert preview_schedule(configured(**optim), 100).figures() == figures


def test_a_step_is_vertical():
    preview = preview_schedule(configured(schedule="step", step_epochs=7), 100)
    before, after = preview.positions.index(6.9), preview.positions.index(7.0)
    assert (after - before, preview.rates[before], preview.rates[after]) == (
        1, 0.01, pytest.approx(0.001),
    )  # fmt: skip


def test_a_length_in_steps_needs_the_samples_only_where_epochs_matter():
    steps = {"engine.max_steps": 50, "optim.epochs": 10_000}
    cosine = configured(schedule="cosine").with_values(steps)
    preview = preview_schedule(cosine, None)
    assert (preview.length, preview.unit) == (50, "steps")
    stepped = configured(schedule="step", step_epochs=2).with_values(steps)
    assert not preview_schedule(stepped, None).rates
    assert "have been read" in preview_schedule(stepped, None).describe()
    assert preview_schedule(stepped, 100).figures() == ("Start 0.01", "", "End 0.0001")


def test_a_length_in_minutes_is_shown_over_the_time():
    minutes = {"engine.max_minutes": 5.0, "optim.epochs": 10_000}
    preview = preview_schedule(configured(schedule="onecycle").with_values(minutes), 100)
    assert (preview.length, preview.unit) == (5, "minutes")
    assert preview.figures()[1] == "Peak 0.01 at minute 1"
    stepped = configured(schedule="exponential").with_values(minutes)
    assert "depends on the epochs" in preview_schedule(stepped, 100).describe()
