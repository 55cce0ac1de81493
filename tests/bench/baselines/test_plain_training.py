"""The plain loop trains the same models on the same images."""

import numpy as np
import pytest
import torch

from studio.bench.baselines.plain_training import MODELS, create_plain_training
from studio.bench.synthetic_data import find_or_create_dataset
from studio.bench.workload import Workload
from studio.config import ModelConfig
from studio.data import load_dataset
from studio.models import build_model


@pytest.mark.parametrize("variant", MODELS)
def test_the_models_have_the_same_layers(variant):
    models = MODELS[variant](), build_model(ModelConfig(variant=variant))
    plain, ours = ([tuple(p.shape) for p in model.parameters()] for model in models)
    assert sorted(plain) == sorted(ours)
    images = torch.zeros(2, 1, 28, 28)
    assert models[0](images).shape == models[1](images).shape == (2, 10)


@pytest.mark.parametrize("variant", MODELS)
def test_the_same_weights_give_the_same_logits(variant):
    plain, ours = MODELS[variant](), build_model(ModelConfig(variant=variant))
    with torch.no_grad():
        for target, source in zip(plain.parameters(), ours.parameters(), strict=True):
            target.copy_(source)
    images = torch.rand(4, 1, 28, 28)
    torch.testing.assert_close(plain.eval()(images), ours.eval()(images))


@pytest.fixture(scope="module")
def scratch(tmp_path_factory):
    return tmp_path_factory.mktemp("scratch")


def create_workload(recipe, scratch, **settings):
    return Workload(recipe, scratch, scratch / "runs", 0.0, {"engine.device": "cpu", **settings})


def test_without_the_dataset_images_of_its_shape_are_created(scratch):
    data_dir, description = find_or_create_dataset("fashion_mnist", scratch / "nothing", scratch)
    assert data_dir == scratch
    assert description == "synthetic images in the shape of Fashion-MNIST"
    created = load_dataset(create_workload("tiny-vgg-fashion", scratch).config.data, data_dir)
    assert created.images.shape[1:] == (1, 28, 28)
    assert set(created.labels.tolist()) == set(range(10))
    assert find_or_create_dataset("fashion_mnist", scratch, scratch)[1] == "Fashion-MNIST"


def test_an_epoch_of_the_plain_loop_trains_on_every_sample_once(scratch):
    find_or_create_dataset("mnist", scratch / "nothing", scratch)
    settings = {"data.subset": 100, "optim.batch_size": 32, "augment.rotate": 10}
    plain = create_plain_training(create_workload("mini-vgg-v2-mnist", scratch, **settings))
    assert plain.conditions["precision"] == "float32"
    before = plain.model[0].weight.clone()
    assert list(plain.train_epoch()) == [32, 32, 26]
    assert not torch.equal(before, plain.model[0].weight)
    assert 0 <= plain.validate() <= 1


def test_validation_images_are_normalized_like_ours(scratch):
    find_or_create_dataset("mnist", scratch / "nothing", scratch)
    workload = create_workload("mini-vgg-v1-mnist", scratch, **{"data.subset": 100})
    images, labels = next(iter(create_plain_training(workload).val))
    dataset = load_dataset(workload.config.data, scratch)
    indices = dataset.splits["val"]
    ours = (dataset.images[indices] - dataset.mean[0]) / dataset.std[0]
    np.testing.assert_allclose(images.numpy(), ours[: len(images)], atol=1e-5)
    assert labels.tolist() == dataset.labels[indices][: len(labels)].tolist()
