"""The user's drawings as a dataset like any other."""

from pathlib import Path

import numpy as np
import pytest

from studio.config import DataConfig
from studio.data import DATASETS, is_available, load_dataset, require_splits
from studio.data.drawing.preprocessing import prepare_drawing
from studio.data.handwriting.store import HandwritingStore
from studio.data.loading import source_key
from studio.errors import DatasetError
from studio.paths import handwriting_dir

CONFIG = DataConfig(source="handwriting")


def fill(data_dir: Path, labels: str) -> HandwritingStore:
    store = HandwritingStore(handwriting_dir(data_dir))
    for number, label in enumerate(labels):
        image = np.zeros((280, 280), np.uint8)
        image[40 + number : 240, 100:150] = 255
        store.add(image, label)
    return store


def test_it_loads_like_any_dataset(tmp_path: Path) -> None:
    assert not is_available("handwriting", tmp_path)
    fill(tmp_path, "0123456789" * 6)
    assert is_available("handwriting", tmp_path)
    dataset = load_dataset(CONFIG, tmp_path)
    require_splits(dataset, CONFIG)
    assert dataset.images.shape == (60, 1, 28, 28)
    assert dataset.class_names == DATASETS["handwriting"].class_names
    assert {name: len(rows) for name, rows in dataset.splits.items()} == {
        "train": 30,
        "val": 10,
        "test": 20,
    }
    drawn = HandwritingStore(handwriting_dir(tmp_path)).image("00001")
    assert np.array_equal(dataset.images[0, 0], prepare_drawing(drawn, "mnist", 28))
    assert dataset.sample_ids.id(0) == "00001.png"


def test_the_same_drawings_give_the_same_splits_and_fingerprint(tmp_path: Path) -> None:
    store = fill(tmp_path, "0123456789" * 3)
    first, again = load_dataset(CONFIG, tmp_path), load_dataset(CONFIG, tmp_path)
    assert first.fingerprint == again.fingerprint
    test_files = {first.files[row] for row in first.splits["test"]}
    fill(tmp_path, "000111")
    grown = load_dataset(CONFIG, tmp_path)
    assert grown.fingerprint != first.fingerprint
    assert {grown.files[row] for row in grown.splits["test"]} > test_files
    store.relabel("00001", "1")
    assert load_dataset(CONFIG, tmp_path).fingerprint != grown.fingerprint
    # Label fixes are of samples by name: their overlay is the same when drawings are added.
    assert first.source_key == grown.source_key == source_key(CONFIG, tmp_path)


def test_a_subset_of_another_size_keeps_the_names(tmp_path: Path) -> None:
    fill(tmp_path, "01" * 12)
    config = DataConfig(source="handwriting", image_size=32, subset=6)
    dataset = load_dataset(config, tmp_path)
    assert dataset.images.shape[2:] == (32, 32)
    assert len(dataset.files) == len(dataset.images)
    whole = load_dataset(CONFIG, tmp_path)
    rows = whole.sample_ids.find(dataset.files)
    assert np.array_equal(whole.labels[rows], dataset.labels)


def test_other_classes_than_digits_are_those_that_were_drawn(tmp_path: Path) -> None:
    fill(tmp_path, "BAAB9")
    assert load_dataset(CONFIG, tmp_path).class_names == ("9", "A", "B")


@pytest.mark.parametrize(
    ("labels", "message"), [("", "no drawings"), ("01", "too few"), ("1" * 9, "only one class")]
)
def test_too_few_drawings_are_an_error_with_the_next_step(
    tmp_path: Path, labels: str, message: str
) -> None:
    fill(tmp_path, labels)
    with pytest.raises(DatasetError, match=message) as caught:
        require_splits(load_dataset(CONFIG, tmp_path), CONFIG)
    assert "Draw page" in caught.value.hint
