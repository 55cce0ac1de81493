"""The arithmetic of a forecast, the file that remembers, and warnings. No model runs here."""

from dataclasses import replace

import pytest

from studio.data import load_dataset
from studio.data.dataset_shape import shape_from_config
from studio.recipes import load_recipe
from studio.training.forecast import Calibration, Calibrations, estimate, forecast, known_forecast
from studio.training.forecast.calibration import FILE_NAME, calibration_key, describe_machine
from studio.training.forecast.correction import MeasuredRun, learn_from
from studio.training.forecast.estimate import fit_to_data, trained_multiply_adds
from studio.training.forecast.memory import prediction_bytes
from studio.training.forecast.proportion import Resources, find_warning
from studio.training.forecast.split_sizes import SplitSizes, split_sizes

PLENTY = Resources(memory_bytes=10**12, disk_bytes=10**12)


def recipe(name, **settings):
    """The configuration of a recipe, with settings such as `optim__epochs=3`, and its shape."""
    changes = {key.replace("__", "."): value for key, value in settings.items()}
    config = load_recipe(name).config.with_values(changes)
    return config, shape_from_config(config.data)


def calibration(config, **values):
    """Round times for the model of a configuration."""
    known = Calibration(
        machine=describe_machine(),
        device="cpu",
        precision="float32",
        threads=2,
        torch="2",
        multiply_adds=trained_multiply_adds(config),
        batch_size=config.optim.batch_size,
        checkpoint_bytes=1_000_000,
        step_s=0.01,
        predict_s=0.001,
        test_s=0.002,
        epoch_s=0.1,
        feature_s=0.0,
        memory_bytes=10**8,
        setup_s=2.0,
    )
    return replace(known, **values)


@pytest.fixture
def digits(tmp_path):
    """Digits with a known calibration: configuration, shape, calibrations."""
    config, shape = recipe("digits-quickstart", optim__epochs=3)
    calibrations = Calibrations(tmp_path)
    calibrations.remember(fit_to_data(config, shape), calibration(config))
    return config, shape, calibrations


def test_all_parts_of_a_training_are_counted(digits) -> None:
    config, shape, calibrations = digits
    sizes = SplitSizes(train=640, val=100, test=50)  # 10 full batches of 64
    cost = forecast(config, calibrations, shape, sizes)
    assert cost.is_measured
    assert cost.seconds_per_epoch == pytest.approx(10 * 0.01 + 100 * 0.001 + 0.1)
    assert cost.seconds == pytest.approx(2.0 + 3 * 0.3 + 50 * 0.002)
    assert cost.step_seconds == pytest.approx(30 * 0.01)
    assert cost.epochs == 3
    # scikit-learn, 8 x 8 pixels of the whole dataset, twice, and 100 images of the validation.
    predictions = prediction_bytes(fit_to_data(config, shape), sizes, threads=2)
    assert cost.memory_bytes == 10**8 + 79_000_000 + 2 * 64 * 1797 + predictions
    assert predictions == 100 * 4 * (32 * 64 + 32 * 16)  # around the first max-pool
    # Half of the steps took twice the time.
    assert cost.corrected(15, 30, 0.3) == pytest.approx(cost.seconds + 0.3)


def test_steps_minutes_and_patience_limit_it(digits) -> None:
    config, shape, calibrations = digits
    sizes = SplitSizes(640, 100, 50)
    steps = forecast(config.with_values({"engine.max_steps": 15}), calibrations, shape, sizes)
    assert (steps.epochs, steps.step_seconds) == (2, pytest.approx(0.15))
    long = config.with_values({"optim.epochs": 1000, "engine.max_minutes": 1})
    minutes = forecast(long, calibrations, shape, sizes)
    assert minutes.seconds == 60
    assert minutes.is_limit
    patience = forecast(config.with_values({"optim.patience": 2}), calibrations, shape, sizes)
    assert patience.is_limit


def test_a_first_training_loads_modules_and_a_test_can_be_left_out(digits, monkeypatch) -> None:
    config, shape, calibrations = digits
    known = calibration(config, loading_s=1.5)
    calibrations.remember(fit_to_data(config, shape), known)
    monkeypatch.setattr(estimate, "_LOADED_ONCE", "a module that is not loaded")
    first = forecast(config, calibrations, shape)
    monkeypatch.setattr(estimate, "_LOADED_ONCE", "sys")
    later = forecast(config, calibrations, shape)
    assert (first.loading_seconds, later.loading_seconds) == (1.5, 0)
    assert first.seconds == pytest.approx(later.seconds + 1.5)
    untested = forecast(config.with_values({"engine.test_at_end": False}), calibrations, shape)
    assert untested.seconds == pytest.approx(
        later.seconds - 0.002 * split_sizes(config.data, shape).test
    )


def test_predictions_of_many_images_take_most_of_the_memory() -> None:
    config, shape = recipe("tiny-vgg-fashion")
    config, sizes = fit_to_data(config, shape), split_sizes(config.data, shape)
    # 64 channels before and after a convolution in float32, for two chunks of 500 images.
    alive = 1000 * 4 * 2 * 64 * 28 * 28
    assert prediction_bytes(config, sizes, threads=2) == pytest.approx(2.2 * alive)
    assert prediction_bytes(config, sizes, threads=8) == pytest.approx(1.1 * alive)
    few = SplitSizes(100, 50, 50)
    assert prediction_bytes(config, few, threads=2) == pytest.approx(alive / 20)


@pytest.mark.parametrize(
    "settings",
    [{}, {"data.val_share": 0.35, "data.test_share": 0.1}, {"data.subset": 300}],
    ids=["all", "shares", "subset"],
)
def test_split_sizes_are_those_of_the_data(settings, tmp_path) -> None:
    config, shape = recipe("digits-quickstart")
    data = config.with_values(settings).data
    splits = load_dataset(data, tmp_path).splits
    estimated = split_sizes(data, shape)
    for name in ("train", "val", "test"):  # within half a sample per class
        assert getattr(estimated, name) == pytest.approx(len(splits[name]), abs=5)


def test_published_splits_need_no_data() -> None:
    config, shape = recipe("simple-vgg-mnist")
    assert split_sizes(config.data, shape) == SplitSizes(54_000, 6_000, 10_000)


def test_what_was_measured_is_remembered(digits, tmp_path) -> None:
    config, shape, _ = digits
    assert Calibrations(tmp_path).find(fit_to_data(config, shape)) == calibration(config)
    assert known_forecast(config, tmp_path).is_measured
    assert known_forecast(config, tmp_path / "elsewhere") is None
    (tmp_path / FILE_NAME).write_text('{"a": {"step_s": "fast"}, "b"')
    assert Calibrations(tmp_path).of_this_machine() == []


def test_another_model_is_estimated_from_the_nearest(digits) -> None:
    config, shape, calibrations = digits
    measured = forecast(config, calibrations, shape)
    tiny, tiny_shape = recipe("tiny-vgg-fashion")
    estimate = forecast(tiny, calibrations, tiny_shape)
    assert not estimate.is_measured
    assert estimate.seconds > 100 * measured.seconds
    on_gpu = tiny.with_values({"engine.device": "cuda"})
    assert forecast(on_gpu, calibrations, tiny_shape) is None


def test_the_key_has_what_the_time_depends_on() -> None:
    config, _ = recipe("digits-quickstart")

    def key(**settings):
        return calibration_key(
            config.with_values({k.replace("__", "."): v for k, v in settings.items()})
        )

    same = key(seed=3), key(optim__lr=0.1, optim__epochs=7), key(augment__rotate=20)
    assert {*same, key(model__dropout=0.3), key(model__hidden=[256])} == {key()}
    other = (
        key(optim__batch_size=32),
        key(optim__optimizer="sgd"),
        key(augment__rotate=0),
        key(optim__ema=0),
        key(model__filters=[[32], [64], [129]]),
        key(engine__precision="float32"),
    )
    assert len({key(), *other}) == 7


def test_a_finished_training_corrects_the_forecast(digits) -> None:
    config, shape, calibrations = digits
    sizes = SplitSizes(640, 100, 50)
    run = MeasuredRun(total_s=5.0, setup_s=1.0, step_s=0.9, steps=30, epochs=3)
    learn_from(run, config, calibrations, shape, sizes)
    corrected = forecast(config, calibrations, shape, sizes)
    # The end of an epoch took ten times as long; a correction is limited to four times.
    assert corrected.seconds == pytest.approx(1.0 + 0.9 + 3 * (0.1 + 0.4) + 0.1)


def test_a_long_training_comes_with_an_alternative(digits) -> None:
    _, _, calibrations = digits
    config, shape = recipe("vgg19-cifar10")
    cost = forecast(config, calibrations, shape)
    warning = find_warning(config, cost, calibrations, shape, PLENTY)
    assert warning.text.startswith("VGG-19 for CIFAR here: about ")
    assert warning.action.startswith("Use ")
    cheaper = forecast(config.with_values(warning.values), calibrations, shape)
    assert cheaper.seconds < cost.seconds / 4


def test_memory_and_disk_are_compared_with_what_is_free(digits) -> None:
    config, shape, calibrations = digits
    cost = forecast(config, calibrations, shape)
    assert find_warning(config, cost, calibrations, shape, PLENTY) is None
    little = Resources(memory_bytes=10**8, disk_bytes=10**12)
    memory = find_warning(config, cost, calibrations, shape, little)
    assert "100 MB are free" in memory.text
    assert memory.values == {"optim.batch_size": 16}
    keeping = config.with_values({"engine.keep_weights": "every"})
    # A smaller batch size does not help where validation and test take most of it.
    few = replace(cost, step_memory_bytes=10**6)
    assert find_warning(config, few, calibrations, shape, little).values is None
    full = replace(PLENTY, disk_bytes=1000)
    assert find_warning(keeping, cost, calibrations, shape, full).values == {
        "engine.keep_weights": "none"
    }
