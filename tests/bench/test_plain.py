"""The rivals train the same networks on the same pictures."""

import numpy as np
import pytest
import torch

from studio.bench.baselines import plain_loop, plain_training
from studio.bench.data import pictures_for
from studio.bench.workload import Workload
from studio.config import ModelConfig
from studio.data import load_dataset
from studio.models import build_model


@pytest.mark.parametrize("variant", plain_training.NETWORKS)
def test_plain_networks_have_the_layers_of_ours(variant):
    theirs, ours = plain_training.NETWORKS[variant](), build_model(ModelConfig(variant=variant))
    counts = [sum(p.numel() for p in network.parameters()) for network in (theirs, ours)]
    assert counts[0] == counts[1]
    shapes = [sorted(tuple(p.shape) for p in network.parameters()) for network in (theirs, ours)]
    assert shapes[0] == shapes[1]
    pictures = torch.zeros(2, 1, 28, 28)
    assert theirs(pictures).shape == ours(pictures).shape == (2, 10)


@pytest.mark.parametrize("variant", plain_training.NETWORKS)
def test_with_our_weights_they_answer_as_ours_do(variant):
    theirs, ours = plain_training.NETWORKS[variant](), build_model(ModelConfig(variant=variant))
    values = zip(theirs.parameters(), ours.parameters(), strict=True)
    with torch.no_grad():
        for mine, other in values:
            mine.copy_(other)
    pictures = torch.rand(4, 1, 28, 28)
    torch.testing.assert_close(theirs.eval()(pictures), ours.eval()(pictures))


@pytest.fixture(scope="module")
def scratch(tmp_path_factory):
    return tmp_path_factory.mktemp("scratch")


def workload(recipe, scratch, **settings):
    return Workload(recipe, scratch, scratch / "runs", 0.0, {"engine.device": "cpu", **settings})


def test_without_the_real_set_pictures_of_its_shape_are_made_up(scratch):
    folder, words = pictures_for("fashion_mnist", scratch / "nothing", scratch)
    assert folder == scratch
    assert words == "made-up pictures in the shape of Fashion-MNIST"
    made = load_dataset(workload("tiny-vgg-fashion", scratch).config.data, folder)
    assert made.images.shape[1:] == (1, 28, 28)
    assert set(made.labels.tolist()) == set(range(10))
    assert pictures_for("fashion_mnist", scratch, scratch)[1] == "Fashion-MNIST"


def test_the_plain_loop_learns_from_every_picture_once(scratch):
    pictures_for("mnist", scratch / "nothing", scratch)
    few = {"data.subset": 100, "optim.batch_size": 32, "augment.rotate": 10}
    built = plain_training.build(workload("mini-vgg-v2-mnist", scratch, **few))
    assert built.facts["precision"] == "float32"
    before = built.network[0].weight.clone()
    assert list(built.epoch()) == [32, 32, 26]
    assert not torch.equal(before, built.network[0].weight)
    assert 0 <= plain_loop.validate(built.network, built.val, "cpu") <= 1


def test_pictures_are_what_our_network_receives(scratch):
    """Without chance: as their own recipe normalises them, in their order."""
    pictures_for("mnist", scratch / "nothing", scratch)
    wanted = workload("mini-vgg-v1-mnist", scratch, **{"data.subset": 100})
    pictures, labels = next(iter(plain_training.build(wanted).val))
    image_set = load_dataset(wanted.config.data, scratch)
    rows = image_set.splits["val"]
    ours = (image_set.images[rows] - image_set.mean[0]) / image_set.std[0]
    np.testing.assert_allclose(pictures.numpy(), ours[: len(pictures)], atol=1e-5)
    assert labels.tolist() == image_set.labels[rows][: len(labels)].tolist()
