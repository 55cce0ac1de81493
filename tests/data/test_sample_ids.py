import numpy as np
import pytest

from studio.config import DataConfig
from studio.data import load_dataset
from studio.data.sample_ids import SampleIds, published_ids


def test_published_samples_are_named_by_split_and_index_within_it():
    ids = published_ids(70_000, 10_000)
    assert ids.ids(np.array([0, 59_999, 60_000, 69_729])) == [
        "train:0",
        "train:59999",
        "test:0",
        "test:9729",
    ]
    assert ids.id(60_729) == "test:729"
    assert ids.find(["test:729", "train:5", "test:10000", "val:1", "test:-1", "x"]).tolist() == [
        60_729,
        5,
        -1,
        -1,
        -1,
        -1,
    ]


def test_a_dataset_without_published_splits_counts_all_samples():
    ids = published_ids(1797, 0)
    assert ids.id(17) == "all:17"
    assert ids.find(["all:17", "all:1797", "test:0"]).tolist() == [17, -1, -1]
    assert SampleIds().id(5) == "all:5"


def test_a_subset_keeps_the_names_of_the_whole_dataset():
    ids = SampleIds(published=(("train", 10), ("test", 5)), rows=np.array([3, 9, 11]))
    assert ids.ids([0, 1, 2]) == ["train:3", "train:9", "test:1"]
    assert ids.find(["test:1", "train:3", "train:4"]).tolist() == [2, 0, -1]
    assert ids.exists("train:4")
    assert not ids.exists("train:10")


def test_own_images_are_named_by_their_file():
    ids = SampleIds(files=("cats/1.png", "dogs/test:1.png"))
    assert ids.id(1) == "dogs/test:1.png"
    assert ids.find(["dogs/test:1.png", "x"]).tolist() == [1, -1]
    assert ids.exists("cats/1.png")
    assert not ids.exists("all:0")


@pytest.mark.parametrize(
    "changes",
    [{"split_seed": 5}, {"subset": 200, "test_subset": 50}, {"subset": 200, "image_size": 16}],
)
def test_names_do_not_depend_on_splits_subsets_and_size(changes, tmp_path):
    whole = load_dataset(DataConfig(), tmp_path)
    part = load_dataset(DataConfig(**changes), tmp_path)
    assert part.source_key == whole.source_key
    for split in part.splits.values():
        names = part.sample_ids.ids(split)
        rows = whole.sample_ids.find(names)
        assert np.array_equal(whole.labels[rows], part.labels[split])
        assert np.array_equal(part.sample_ids.find(names), split)
