"""The nearest training samples, against a plain search."""

import dataclasses

import numpy as np
import pytest

from studio.config import ModelConfig
from studio.data import ImageDataset
from studio.insight.features import compute_features
from studio.insight.nearest import NearestSamples, load_nearest
from studio.recipes import load_recipe
from studio.runs import RunStore
from studio.training import Trainer
from tests.fixed_engine import FIXED_ENGINE
from tests.insight.test_features import make_predictor, random_images

pytestmark = pytest.mark.numeric

CONFIG = ModelConfig(
    variant="simple-vgg", image_size=8, filters=((4,), (4,)), hidden=(16,), num_classes=3
)


@pytest.fixture(scope="module")
def dataset():
    images = random_images(CONFIG, 40)
    images[7] = images[3]
    labels = np.arange(40) % 3
    labels[7] = labels[3]
    splits = {"train": np.arange(2, 40), "val": np.arange(1), "test": np.arange(1, 2)}
    files = tuple(f"{row}.png" for row in range(40))
    return ImageDataset("d", images, labels, ("a", "b", "c"), splits, "picture", files)


@pytest.fixture(scope="module")
def nearest(dataset):
    predictor = make_predictor(CONFIG)
    rows = dataset.splits["train"]
    return NearestSamples(
        predictor, dataset, rows, compute_features(predictor, dataset.images[rows])
    )


@pytest.mark.parametrize("wanted", [0, 1, 2])
def test_they_are_those_of_the_largest_cosine(nearest, dataset, wanted):
    query = dataset.images[0]
    (found,) = nearest.find(query, [wanted], 5)
    raw = make_predictor(CONFIG).features(dataset.images).astype(np.float64)
    cosines = raw @ raw[0] / np.linalg.norm(raw, axis=1) / np.linalg.norm(raw[0])
    order = np.argsort(-cosines.round(6), kind="stable")  # rows 3 and 7 are equal
    rows = [int(row) for row in order if row >= 2 and dataset.labels[row] == wanted]
    assert [neighbor.index for neighbor in found] == rows[:5]
    assert [neighbor.similarity for neighbor in found] == pytest.approx(cosines[rows[:5]], abs=1e-5)
    assert {neighbor.label for neighbor in found} == {wanted}
    assert np.array_equal(found[0].image, dataset.images[rows[0]])
    assert found[0].sample == f"{rows[0]}.png"


def test_the_sample_itself_and_its_duplicates_are_marked(nearest, dataset):
    (found,) = nearest.find(dataset.images[3], [int(dataset.labels[3])], 3, index=3)
    marks = {neighbor.index: (neighbor.is_same, neighbor.is_duplicate) for neighbor in found}
    assert marks.pop(3) == (True, False)
    assert marks.pop(7) == (False, True)
    assert set(marks.values()) == {(False, False)}
    assert all(neighbor.similarity <= 1 for neighbor in found)


def test_a_class_without_training_samples_has_none(dataset):
    predictor = make_predictor(CONFIG)
    rows = np.flatnonzero(dataset.labels == 0)
    part = dataclasses.replace(dataset, splits={**dataset.splits, "train": rows})
    nearest = NearestSamples(predictor, part, rows, compute_features(predictor, part.images[rows]))
    some, none = nearest.find(dataset.images[0], [0, 1], 50)
    assert len(some) == len(rows)
    assert none == []


def test_a_run_is_searched_with_its_own_training_split(tmp_path):
    config = load_recipe("digits-quickstart").config.with_values(FIXED_ENGINE)
    run = RunStore(tmp_path / "runs").create(config)
    trainer = Trainer(config.with_values({"optim.epochs": 1}), run)
    trainer.fit()
    nearest = load_nearest(run.path)
    assert nearest.is_complete
    assert nearest.count == 1_151
    found = nearest.find(np.zeros((1, 8, 8), np.uint8), [0, 4], 6)
    assert [len(neighbors) for neighbors in found] == [6, 6]
    assert {neighbor.label for neighbor in found[1]} == {4}
