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
from studio.runs import RunStatus
from studio.runs.checkpoints import load_model, load_state
from studio.training.events import EpochEnd, FitStarted
from tests.training.fitting import fit, same_weights, stop_after

pytestmark = pytest.mark.numeric


@pytest.fixture
def config(transfer):
    return transfer


def changed(pretrained_run, run):
    """Names of the blocks' weights and statistics that are no longer those that were lent."""
    _, card = load_model(pretrained_run.best_weights)
    lent, now = load_file(pretrained_run.best_weights), load_file(run.last_weights)
    return {
        name for name in backbone_weight_names(card.model) if not torch.equal(lent[name], now[name])
    }


def cached():
    folder = pixel_cache_dir()
    return sorted(path.name for path in folder.iterdir() if "features" in path.name)


def test_only_the_head_learns_and_it_learns(config, store, pretrained_run):
    run = store.create(config)
    ended, events = fit(config.with_values({"optim.epochs": 15}), run)
    assert changed(pretrained_run, run) == set()
    assert ended.test_accuracy > 0.6
    assert [event.epoch for event in events if isinstance(event, EpochEnd)][-1] == 15
    head = (16 * 2 * 2 + 1) * 256 + (256 + 1) * 10
    assert events[0].parameters == head == run.status.parameters
    # The blocks are those of the run; the head is the recipe's own.
    assert run.config.model.filters == ((8,), (16,))
    assert run.config.model.norm == "batch"


def test_the_whole_network_is_saved_and_answers_as_the_features_did(config, store, pretrained_run):
    run = store.create(config)
    fit(config, run)
    predictor = Predictor.load(run.path)
    _, lent = load_model(pretrained_run.best_weights)
    assert (predictor.card.mean, predictor.card.std) == (lent.mean, lent.std)
    image_set = load_dataset(run.config.data, run.path)
    answers = np.log(predictor.predict(image_set.images[image_set.splits["val"]]))
    best = run.status.best_epoch
    logits = torch.tensor(np.load(run.predictions(best))["logits"]).float()
    # Features are kept in half precision, and so are these logits.
    calibrated = (logits / predictor.card.temperature).log_softmax(1).numpy()
    assert np.abs(answers - calibrated).max() < 0.05
    assert predictor.predict_drawing(np.zeros((50, 50), np.uint8)) is None


def test_features_are_computed_once_and_told(config, store):
    told = []
    ended, _ = fit(config, store.create(config), on_progress=lambda *words: told.append(words))
    said = [words for words in told if "features" in words[1]]
    total = 3 * 320 + 80
    assert said[-1] == (1.0, f"Computing features {total:,} of {total:,}")
    assert len(cached()) == 1
    again = []
    other, _ = fit(config, store.create(config), on_progress=lambda *words: again.append(words))
    assert not any("features" in text for _, text in again)
    assert other.test_accuracy == ended.test_accuracy


@pytest.mark.parametrize(
    "change",
    [
        {"seed": 5},
        {"model.views": 2},
        {"augment.rotate": 5},
        {"data.normalize": "unit"},
        {"data.image_size": 18},
        {"data.subset": 300},
        {"engine.precision": "bfloat16"},
    ],
)
def test_what_changes_the_features_computes_them_anew(config, store, change):
    config = config.with_values({"engine.max_steps": 1})
    fit(config, store.create(config))
    config = config.with_values({"optim.lr": 0.1, "model.hidden": [8]})
    fit(config, store.create(config))
    assert len(cached()) == 1
    fit(config.with_values(change), store.create(config))
    assert len(cached()) == 2


def test_without_changes_of_the_pictures_one_view_is_enough(config, store):
    off = dict.fromkeys([f"augment.{n}" for n in ("rotate", "shear", "zoom", "shift")], 0)
    config = config.with_values(off | {"augment.thickness": 0, "engine.max_steps": 1})
    told = []
    fit(config, store.create(config), on_progress=lambda share, text: told.append(text))
    assert "Computing features 400 of 400" in told
    fit(config.with_values({"seed": 3, "model.views": 7}), store.create(config))
    assert len(cached()) == 1


def test_each_epoch_learns_from_the_next_view(config, store, monkeypatch):
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
    first, second, third, again = (images.sum((1, 2, 3)).sort().values for images in seen)
    assert torch.equal(first, again)
    assert not torch.allclose(first, second)
    assert not torch.allclose(second, third)


@pytest.mark.parametrize(
    ("steps", "precision"),
    [*((steps, "float32") for steps in (0, 3, 8, 9, 12)), (9, "bfloat16")],
)
@pytest.mark.parametrize("unfrozen", [0, 1])
def test_stopped_anywhere_and_resumed_it_ends_with_the_same_bits(
    config, store, steps, unfrozen, precision
):
    config = config.with_values({"model.unfrozen": unfrozen, "engine.precision": precision})
    parts, whole = store.create(config), store.create(config)
    stopped, _ = fit(config, parts, stop_after(steps))
    assert stopped.status == "stopped"
    assert not [path for path in pixel_cache_dir().glob("*") if "partial" in path.name]
    fit(parts.config, parts)
    for path in pixel_cache_dir().glob("*features*"):
        path.unlink()  # features computed in one go are no others
    fit(config, whole)
    assert same_weights(whole.last_weights, parts.last_weights)
    assert same_weights(whole.best_weights, parts.best_weights)


def test_a_stop_while_features_are_computed_keeps_none(config, store):
    run = store.create(config)

    def should_stop():
        return bool(told)

    told = []

    def on_progress(_share, text):
        if "features" in text:
            told.append(text)

    ended, events = fit(config, run, should_stop, on_progress)
    assert len(told) == 1
    assert ended.status == "stopped"
    assert not any(isinstance(event, FitStarted) for event in events)
    assert run.status.observed is RunStatus.STOPPED
    assert cached() == []


@pytest.mark.parametrize("unfrozen", [1, 2])
def test_the_last_blocks_learn_too_when_they_are_asked_to(config, store, pretrained_run, unfrozen):
    config = config.with_values({"model.unfrozen": unfrozen, "optim.epochs": 1})
    run = store.create(config)
    fit(config, run)
    blocks = {name.split(".")[1][4] for name in changed(pretrained_run, run)}
    assert blocks == {"2"} if unfrozen == 1 else {"1", "2"}
    # The statistics of what learns are its own again.
    assert "layers.norm2_1.running_mean" in changed(pretrained_run, run)
    assert not pixel_cache_dir().exists() or cached() == []


def test_what_is_frozen_has_neither_gradients_nor_moments(config, store):
    config = config.with_values({"engine.max_steps": 2, "model.unfrozen": 1})
    run = store.create(config)
    fit(config, run)
    state = load_state(run.state)["learner"]["optimizer"]["state"]
    shapes = {tuple(moments["exp_avg"].shape) for moments in state.values()}
    assert (16, 8, 3, 3) in shapes
    assert (8, 1, 3, 3) not in shapes


def test_averages_smoothing_and_max_steps_go_on_working(config, store, pretrained_run):
    config = config.with_values(
        {"optim.ema": 0.9, "optim.label_smoothing": 0.1, "engine.max_steps": 7}
    )
    run = store.create(config)
    ended, events = fit(config, run)
    assert ended.status == "finished"
    assert [event.step for event in events if isinstance(event, EpochEnd)] == [5, 7]
    assert changed(pretrained_run, run) == set()


def test_a_file_of_ones_own_and_the_bundled_network_lend_too(config, store, pretrained_run):
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


def test_torchvisions_layout_lends_with_its_own_moments(config, store, tmp_path):
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


@pytest.mark.parametrize(("change", "kind", "reason"), WRONG)
def test_what_cannot_be_is_refused_with_the_reason(config, store, change, kind, reason):
    config = config.with_values(change)
    run = store.create(config)
    with pytest.raises(kind, match=reason):
        fit(config, run)
    assert run.status.observed is RunStatus.FAILED


def test_a_path_is_found_again_from_another_folder(config, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    config = config.with_values({"model.backbone": "w.pth"})
    assert config.model.backbone == str(tmp_path / "w.pth")
