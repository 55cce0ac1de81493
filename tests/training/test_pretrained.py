"""Training with a pretrained backbone: what is frozen, what is trained, what is refused."""

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from studio.data import load_dataset
from studio.data.pixel_cache import pixel_cache_dir
from studio.errors import CheckpointError, ConfigError, DatasetError, RunError
from studio.inference import Predictor
from studio.models.weights import backbone_weight_names
from studio.runs import RunStatus, RunStore
from studio.runs.checkpoints import load_model, load_state
from studio.training.events import EpochEnd, FitStarted
from tests.training.fitting import fit, same_weights, stop_after

pytestmark = pytest.mark.numeric


@pytest.fixture
def config(pretrained_config):
    return pretrained_config


def changed(pretrained_run, run):
    """Return the names of backbone weights and statistics that differ from the pretrained ones."""
    _, card = load_model(pretrained_run.best_weights)
    pretrained, trained = load_file(pretrained_run.best_weights), load_file(run.last_weights)
    return {
        name
        for name in backbone_weight_names(card.model)
        if not torch.equal(pretrained[name], trained[name])
    }


def cached():
    folder = pixel_cache_dir()
    return sorted(path.name for path in folder.iterdir() if "features" in path.name)


def test_only_the_head_is_trained(config, store, pretrained_run):
    run = store.create(config)
    ended, events = fit(config.with_values({"optim.epochs": 15}), run)
    assert changed(pretrained_run, run) == set()
    assert ended.test_accuracy > 0.6
    assert [event.epoch for event in events if isinstance(event, EpochEnd)][-1] == 15
    head = (16 * 2 * 2 + 1) * 256 + (256 + 1) * 10
    assert events[0].parameters == head == run.status.parameters
    # The blocks are those of the run, the head is that of the recipe.
    assert run.config.model.filters == ((8,), (16,))
    assert run.config.model.norm == "batch"


def test_the_saved_model_predicts_like_the_head_on_cached_features(config, store, pretrained_run):
    run = store.create(config)
    fit(config, run)
    predictor = Predictor.load(run.path)
    _, pretrained_card = load_model(pretrained_run.best_weights)
    assert (predictor.card.mean, predictor.card.std) == (pretrained_card.mean, pretrained_card.std)
    dataset = load_dataset(run.config.data, run.path)
    log_probabilities = np.log(predictor.predict(dataset.images[dataset.splits["val"]]))
    best = run.status.best_epoch
    logits = torch.tensor(np.load(run.predictions(best))["logits"]).float()
    # Features are kept in half precision, and so are these logits.
    calibrated = (logits / predictor.card.temperature).log_softmax(1).numpy()
    assert np.abs(log_probabilities - calibrated).max() < 0.05
    assert predictor.predict_drawing(np.zeros((50, 50), np.uint8)) is None


def test_features_are_computed_once_and_progress_is_reported(config, store):
    updates = []
    ended, _ = fit(config, store.create(config), on_progress=lambda *update: updates.append(update))
    about_features = [update for update in updates if "features" in update[1]]
    total = 3 * 320 + 80
    assert about_features[-1] == (1.0, f"Computing features {total:,} of {total:,}")
    assert len(cached()) == 1
    later_updates = []
    other, _ = fit(
        config, store.create(config), on_progress=lambda *update: later_updates.append(update)
    )
    assert not any("features" in text for _, text in later_updates)
    assert other.test_accuracy == ended.test_accuracy


def test_settings_that_change_the_features_recompute_them(config, store, subtests):
    config = config.with_values({"engine.max_steps": 1})
    fit(config, store.create(config))
    config = config.with_values({"optim.lr": 0.1, "model.hidden": [8]})
    fit(config, store.create(config))
    assert len(cached()) == 1
    for change in (
        {"seed": 5},
        {"model.views": 2},
        {"augment.rotate": 5},
        {"data.normalize": "unit"},
        {"data.image_size": 18},
        {"data.subset": 300},
        {"engine.precision": "bfloat16"},
    ):
        with subtests.test(change=change):
            before = cached()
            fit(config.with_values(change), store.create(config))
            assert len(cached()) == len(before) + 1


def test_without_augmentation_there_is_one_view(config, store):
    off = dict.fromkeys([f"augment.{n}" for n in ("rotate", "shear", "zoom", "shift")], 0)
    config = config.with_values(off | {"augment.thickness": 0, "engine.max_steps": 1})
    messages = []
    fit(
        config, store.create(config), on_progress=lambda fraction, message: messages.append(message)
    )
    assert "Computing features 400 of 400" in messages
    fit(config.with_values({"seed": 3, "model.views": 7}), store.create(config))
    assert len(cached()) == 1


def test_each_epoch_uses_the_next_view(config, store, monkeypatch):
    from studio.training.train_step import TrainStep

    seen, step = [], TrainStep.step

    def watch(self, images, labels):
        seen.append(images)
        return step(self, images, labels)

    monkeypatch.setattr(TrainStep, "step", watch)
    config = config.with_values(
        {"optim.batch_size": 320, "optim.epochs": 4, "data.subset": 400, "model.dropout": 0.0}
    )
    fit(config, store.create(config))
    first, second, third, fourth = (images.sum((1, 2, 3)).sort().values for images in seen)
    assert torch.equal(first, fourth)
    assert not torch.allclose(first, second)
    assert not torch.allclose(second, third)


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory):
    """Return a function that trains once per configuration, with features of its own."""
    finished = {}

    def train(config):
        key = config.model.unfrozen, config.engine.precision
        if key not in finished:
            for path in pixel_cache_dir().glob("*features*"):
                path.unlink()
            finished[key] = RunStore(tmp_path_factory.mktemp("uninterrupted")).create(config)
            fit(config, finished[key])
        return finished[key]

    return train


@pytest.mark.parametrize(
    ("steps", "precision"),
    [*((steps, "float32") for steps in (0, 3, 8, 9, 12)), (9, "bfloat16")],
)
@pytest.mark.parametrize("unfrozen", [0, 1])
def test_a_stopped_and_resumed_training_gives_the_same_bits(
    config, store, uninterrupted, steps, unfrozen, precision
):
    config = config.with_values({"model.unfrozen": unfrozen, "engine.precision": precision})
    interrupted = store.create(config)
    stopped, _ = fit(config, interrupted, stop_after(steps))
    assert stopped.status == "stopped"
    assert not [path for path in pixel_cache_dir().glob("*") if "partial" in path.name]
    fit(interrupted.config, interrupted)
    # Features computed without an interruption are the same.
    uninterrupted = uninterrupted(config)
    assert same_weights(uninterrupted.last_weights, interrupted.last_weights)
    assert same_weights(uninterrupted.best_weights, interrupted.best_weights)


def test_nothing_is_cached_when_the_computation_is_stopped(config, store):
    run = store.create(config)

    def should_stop():
        return bool(messages)

    messages = []

    def on_progress(_share, text):
        if "features" in text:
            messages.append(text)

    ended, events = fit(config, run, should_stop, on_progress)
    assert len(messages) == 1
    assert ended.status == "stopped"
    assert not any(isinstance(event, FitStarted) for event in events)
    assert run.status.observed is RunStatus.STOPPED
    assert cached() == []


@pytest.mark.parametrize("unfrozen", [1, 2])
def test_unfrozen_blocks_are_trained(config, store, pretrained_run, unfrozen):
    config = config.with_values({"model.unfrozen": unfrozen, "optim.epochs": 1})
    run = store.create(config)
    fit(config, run)
    blocks = {name.split(".")[1][4] for name in changed(pretrained_run, run)}
    assert blocks == {"2"} if unfrozen == 1 else {"1", "2"}
    # Trained layers update their running statistics.
    assert "layers.norm2_1.running_mean" in changed(pretrained_run, run)
    assert not pixel_cache_dir().exists() or cached() == []


def test_frozen_layers_have_no_optimizer_state(config, store):
    config = config.with_values({"engine.max_steps": 2, "model.unfrozen": 1})
    run = store.create(config)
    fit(config, run)
    state = load_state(run.state)["learner"]["optimizer"]["state"]
    shapes = {tuple(moments["exp_avg"].shape) for moments in state.values()}
    assert (16, 8, 3, 3) in shapes
    assert (8, 1, 3, 3) not in shapes


def test_ema_label_smoothing_and_max_steps_work_with_a_backbone(config, store, pretrained_run):
    config = config.with_values(
        {"optim.ema": 0.9, "optim.label_smoothing": 0.1, "engine.max_steps": 7}
    )
    run = store.create(config)
    ended, events = fit(config, run)
    assert ended.status == "finished"
    assert [event.step for event in events if isinstance(event, EpochEnd)] == [5, 7]
    assert changed(pretrained_run, run) == set()


def test_a_weights_file_and_the_bundled_model_can_be_the_backbone(config, store, pretrained_run):
    short = config.with_values({"engine.max_steps": 1})
    by_path = short.with_values({"model.backbone": str(pretrained_run.best_weights)})
    runs = [store.create(c) for c in (short, by_path)]
    for run, chosen in zip(runs, (short, by_path), strict=True):
        fit(chosen, run)
    assert same_weights(runs[0].last_weights, runs[1].last_weights)
    bundled = short.with_values({"model.backbone": "run:bundled"})
    run = store.create(bundled)
    fit(bundled, run)
    assert run.config.model.filters == ((32, 32), (64, 64), (128, 128))


def test_a_torchvision_file_is_used_with_its_own_normalization(config, store, tmp_path):
    torch.manual_seed(0)
    from torchvision.models.vgg import make_layers

    state = make_layers([4, "M", 4, "M", 4, 4, "M", 4, 4, "M", 4, 4, "M"]).state_dict()
    path = tmp_path / "narrow.pth"
    torch.save({f"features.{name}": value for name, value in state.items()}, path)
    config = config.with_values(
        {
            "model.variant": "vgg11",
            "model.filters": [[4], [4], [4, 4], [4, 4], [4, 4]],
            "model.hidden": [8],
            "model.backbone": str(path),
            "data.image_size": 32,
            "data.color": "rgb",
            "engine.max_steps": 2,
        }
    )
    run = store.create(config)
    fit(config, run)
    ours = load_file(run.last_weights)
    assert torch.equal(ours["layers.conv1_1.weight"], state["0.weight"])
    assert torch.equal(ours["layers.conv5_2.bias"], state["18.bias"])
    _, card = load_model(run.last_weights)
    assert card.mean == pytest.approx((123.675, 116.28, 103.53))
    assert card.std == pytest.approx((58.395, 57.12, 57.375))


WRONG = [
    ({"model.backbone": "run:nothing"}, RunError, "no run"),
    ({"model.backbone": "run:"}, ConfigError, "run of the backbone"),
    ({"model.backbone": "imagenet"}, ConfigError, "simple-vgg"),
    ({"model.backbone": "imagenet", "model.variant": "vgg16"}, CheckpointError, "imagenet-vgg16"),
    ({"model.backbone": "nowhere.pth", "model.variant": "vgg16"}, CheckpointError, "no file"),
    ({"model.backbone": ""}, ConfigError, "no backbone"),
    ({"data.color": "rgb"}, ConfigError, "data.color = grey"),
    ({"model.unfrozen": 3}, ConfigError, "2 blocks"),
    ({"data.source": "mnist"}, DatasetError, "MNIST is not in"),
]


@pytest.mark.parametrize(("change", "error_type", "reason"), WRONG)
def test_unusable_backbones_are_refused_with_the_reason(config, store, change, error_type, reason):
    config = config.with_values(change)
    run = store.create(config)
    with pytest.raises(error_type, match=reason):
        fit(config, run)
    assert run.status.observed is RunStatus.FAILED


def test_a_relative_path_is_stored_as_an_absolute_one(config, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    config = config.with_values({"model.backbone": "w.pth"})
    assert config.model.backbone == str(tmp_path / "w.pth")
