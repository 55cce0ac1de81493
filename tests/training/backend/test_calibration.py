"""Calibration compares the time of steps with different settings, and caches the result."""

from contextlib import closing
from dataclasses import replace
from types import SimpleNamespace

import pytest
import torch

from studio.callbacks import ignore_progress, never_stop
from studio.config import EngineConfig, TrainConfig
from studio.errors import Stopped
from studio.paths import cache_dir
from studio.recipes import load_recipe
from studio.training.backend import calibration
from studio.training.backend.calibration import calibrate_settings, find_fastest, list_candidates
from studio.training.backend.compute_settings import ComputeSettings
from studio.training.backend.step_timer import StepTimer

pytestmark = pytest.mark.numeric

DEFAULT = ComputeSettings("float32", "channels_last", 3)
CONTIGUOUS = replace(DEFAULT, memory_format="contiguous")
BFLOAT16 = replace(DEFAULT, precision="bfloat16")
TWO, FOUR = replace(DEFAULT, threads=2), replace(DEFAULT, threads=4)


class Machine:
    """A clock that advances with each step, by a time that depends on the settings."""

    def __init__(self, seconds):
        self.now, self.seconds, self.steps = 0.0, seconds, []

    def step(self, settings):
        taken = self.seconds(settings)
        self.now += taken
        self.steps.append(settings)
        return taken

    def calibrate(self, candidates, should_stop=never_stop, on_progress=ignore_progress):
        return find_fastest(
            DEFAULT, candidates, self.step, 3.0, on_progress, should_stop, lambda: self.now
        )


def test_faster_candidates_are_combined():
    def seconds(settings):
        slow = 0.02 if settings.memory_format == "channels_last" else 0.01
        return slow * (1.5 if settings.threads == 3 else 1)

    found, complete = Machine(seconds).calibrate([BFLOAT16, CONTIGUOUS, FOUR, TWO])
    # Two threads are not faster than four, which were tried first.
    assert found == ComputeSettings("float32", "contiguous", 4, "calibrated")
    assert complete


@pytest.mark.parametrize(("gain", "chosen"), [(1.05, "channels_last"), (1.2, "contiguous")])
def test_only_a_clear_speedup_changes_the_default(gain, chosen):
    machine = Machine(lambda settings: 0.01 / gain if settings == CONTIGUOUS else 0.01)
    assert machine.calibrate([CONTIGUOUS])[0].memory_format == chosen


def test_single_slow_steps_do_not_decide():
    disturbed = iter([0.0, 0.0, 0.009, 0.0, 0.009] + [0.0] * 100)
    machine = Machine(lambda settings: 0.01 + next(disturbed))
    assert machine.calibrate([CONTIGUOUS])[0].memory_format == "channels_last"


def test_a_much_slower_candidate_is_dropped_at_once():
    machine = Machine(lambda settings: 0.1 if settings == BFLOAT16 else 0.01)
    assert machine.calibrate([BFLOAT16])[0].precision == "float32"
    assert machine.steps.count(BFLOAT16) == 2


@pytest.mark.parametrize("step", [1e-4, 0.03, 0.2, 0.9])
def test_it_takes_little_longer_than_allowed(step):
    machine = Machine(lambda settings: step)
    found, complete = machine.calibrate([BFLOAT16, CONTIGUOUS, FOUR])
    assert machine.now < 3.5
    assert complete == (step < 0.1)
    assert found == replace(DEFAULT, reason="calibrated")


def test_it_can_be_stopped_and_reports_progress():
    fractions = []
    asked = iter([False, True])
    with pytest.raises(Stopped):
        Machine(lambda settings: 0.01).calibrate(
            [CONTIGUOUS, FOUR],
            lambda: next(asked),
            lambda fraction, message: fractions.append(fraction),
        )
    assert fractions == [0.0]


def test_chosen_settings_have_no_candidates(monkeypatch):
    monkeypatch.setattr(calibration, "has_bfloat16_instructions", lambda: True)
    free = list(list_candidates(EngineConfig(), DEFAULT, 4))
    assert free == [BFLOAT16, CONTIGUOUS, FOUR, replace(DEFAULT, threads=1), TWO]
    assert list(list_candidates(EngineConfig(precision="float32", threads=3), DEFAULT, 4)) == [
        CONTIGUOUS
    ]
    chosen = EngineConfig(precision="float32", threads=3, memory_format="channels_last")
    assert not list(list_candidates(chosen, DEFAULT, 4))


def test_candidates_respect_the_processor_and_the_number_of_cores(monkeypatch):
    monkeypatch.setattr(calibration, "has_bfloat16_instructions", lambda: False)
    candidates = list(list_candidates(EngineConfig(), DEFAULT, 3))
    assert {candidate.precision for candidate in candidates} == {"float32"}
    assert max(candidate.threads for candidate in candidates) == 3


@pytest.mark.usefixtures("each_processor")
def test_two_overlapping_threads_are_kept(monkeypatch, tiny):
    monkeypatch.setattr(calibration, "MIN_TRAINING_S", 0)
    monkeypatch.setattr(calibration, "max_threads", lambda: 2)
    compared = []

    def compare(default, candidates, *_):
        compared.extend(candidates)
        return default, False

    monkeypatch.setattr(calibration, "find_fastest", compare)
    two = replace(DEFAULT, threads=2)
    calibrate_settings(*tiny, two, ignore_progress, lambda: False)
    assert compared
    assert {candidate.threads for candidate in compared} == {2}
    by_hand = tiny[0].with_values({"model.layers": "scratch"})
    calibrate_settings(by_hand, tiny[1], two, ignore_progress, lambda: False)
    assert {candidate.threads for candidate in compared} == {1, 2}


@pytest.fixture
def tiny():
    """A small model, and so many images that its training is long."""
    config = TrainConfig().with_values(
        {"model.filters": [[8], [8]], "model.norm": "batch", "optim.epochs": 10_000}
    )
    return config, SimpleNamespace(splits={"train": range(60_000)})


@pytest.fixture
def measured(monkeypatch, each_processor):
    """Count calibrations, which find contiguous memory to be fastest."""
    made = []

    def find(default, *_):
        made.append(default)
        return replace(default, memory_format="contiguous", reason="calibrated"), True

    monkeypatch.setattr(calibration, "find_fastest", find)
    monkeypatch.setattr(calibration, "max_threads", lambda: 1)
    return made


def choose(config, dataset):
    default = replace(DEFAULT, threads=1)
    return calibrate_settings(config, dataset, default, ignore_progress, lambda: False)


def test_a_result_is_cached_per_model_and_batch_size(tiny, measured):
    config, images = tiny
    first = choose(config, images)
    assert first == ComputeSettings("float32", "contiguous", 1, "calibrated")
    assert choose(config, images) == first
    assert choose(config.with_values({"optim.lr": 0.5}), images) == first
    assert len(measured) == 1
    choose(config.with_values({"optim.batch_size": 8}), images)
    choose(config.with_values({"model.norm": "none"}), images)
    choose(config.with_values({"model.image_size": 20}), images)
    assert len(measured) == 4
    assert choose(config, images) == first
    assert len(measured) == 4


def test_another_machine_measures_again(tiny, measured, monkeypatch):
    choose(*tiny)
    monkeypatch.setattr(
        "studio.training.backend.calibration.describe_machine", lambda: "something else"
    )
    choose(*tiny)
    assert len(measured) == 2


@pytest.mark.parametrize(
    "damage", ["", "{", "[]", "\xff", '{"KEY": 3}', '{"KEY": {"precision": "float64"}}']
)
def test_a_damaged_cache_is_ignored(tiny, measured, damage):
    choose(*tiny)
    path = cache_dir() / "calibration.json"
    key = path.read_text().split('"')[1]
    path.write_text(damage.replace("KEY", key), encoding="latin-1")
    assert choose(*tiny).memory_format == "contiguous"
    assert choose(*tiny).memory_format == "contiguous"
    assert len(measured) == 2


def test_a_full_disk_does_not_prevent_a_training(tiny, measured, monkeypatch):
    def fail(path, text):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("studio.training.backend.calibration.write_text", fail)
    assert choose(*tiny).reason == "calibrated"


@pytest.mark.usefixtures("each_processor")
def test_an_incomplete_comparison_is_not_cached(tiny, monkeypatch):
    monkeypatch.setattr(calibration, "max_threads", lambda: 1)
    monkeypatch.setattr(calibration, "find_fastest", lambda default, *_: (default, False))
    choose(*tiny)
    assert not (cache_dir() / "calibration.json").exists()


@pytest.mark.parametrize("recipe", ["digits-quickstart", "mini-vgg-v2-mnist"])
def test_short_trainings_are_not_measured(recipe, measured):
    images = SimpleNamespace(splits={"train": range(1_500)})
    assert choose(load_recipe(recipe).config, images).reason == "default"
    assert not measured


def test_a_step_that_takes_seconds_is_not_measured(tiny, measured):
    config = TrainConfig().with_values({"model.variant": "vgg16", "model.image_size": 224})
    assert choose(config, tiny[1]).reason == "default"
    assert not measured


def test_real_steps_do_not_change_the_random_generator(tiny, monkeypatch):
    """Neither dropout nor building the model uses the generator of the training."""
    monkeypatch.setattr(calibration, "MIN_CALIBRATION_S", 0.05)
    monkeypatch.setattr(calibration, "MAX_CALIBRATION_S", 0.05)
    monkeypatch.setattr(calibration, "max_threads", lambda: 1)
    config, images = tiny
    config = config.with_values(
        {"model.dropout": 0.5, "model.hidden": [16], "engine.precision": "float32"}
    )
    threads = torch.get_num_threads()
    before = torch.get_rng_state()
    found = choose(config, images)
    assert torch.equal(torch.get_rng_state(), before)
    assert found.precision == "float32"
    assert found.threads == 1
    assert torch.get_num_threads() == threads == 1


@pytest.mark.parametrize("memory_format", ["channels_last", "contiguous"])
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
@pytest.mark.parametrize("layers", ["native", "scratch"])
def test_all_settings_can_be_timed(tiny, precision, memory_format, layers):
    with closing(StepTimer(tiny[0].with_values({"model.layers": layers}), 1)) as trial:
        for threads in (1, 2):
            assert trial(ComputeSettings(precision, memory_format, threads)) > 0
    torch.set_num_threads(1)
