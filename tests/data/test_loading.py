"""Loading a dataset: splits, subsets, sizes, colors and renamed classes."""

from pathlib import Path

import numpy as np
import pytest

from studio.config import DataConfig
from studio.data import load_dataset, require_splits
from studio.data.class_mapping import LEFT_OUT
from studio.data.datasets import FOLDER
from studio.data.quality import count_classes
from studio.data.splits import stratified_split
from studio.errors import ConfigError, DatasetError, Stopped
from tests.data.make_dataset_files import make_mnist
from tests.data.make_image_folder import make_folder

NOWHERE = Path("nowhere")


@pytest.fixture
def mnist(tmp_path):
    """A data folder with 60 and 20 images of MNIST."""
    make_mnist(tmp_path / "MNIST" / "raw")
    return tmp_path


def load_digits(**values):
    return load_dataset(DataConfig(**values), NOWHERE)


def test_splits_are_disjoint_and_the_test_split_is_fixed():
    first = load_digits(split_seed=0)
    other = load_digits(split_seed=5, val_share=0.3, rename=(("1", "one"),))
    parts = np.concatenate(list(first.splits.values()))
    assert np.array_equal(np.sort(parts), np.arange(1797))
    assert np.array_equal(first.splits["test"], other.splits["test"])
    assert not np.array_equal(first.splits["val"], other.splits["val"])
    assert first.fingerprint != other.fingerprint
    # A fifth, drawn with the seed 0 since the first version.
    _, test = stratified_split(first.labels, np.arange(1797), 0.2, 0)
    assert np.array_equal(first.splits["test"], test)


def test_the_test_fraction_counts_for_datasets_without_a_test_split(mnist):
    assert len(load_digits(test_share=0.5).splits["test"]) == pytest.approx(899, abs=5)
    found = load_dataset(DataConfig(source="mnist", test_share=0.5), mnist)
    assert np.array_equal(found.splits["test"], np.arange(60, 80))


def test_mean_and_std_are_those_of_the_training_split():
    digits = load_digits()
    train = digits.images[digits.splits["train"]].astype(np.float64)
    assert digits.mean == pytest.approx((train.mean(),), rel=1e-9)
    assert digits.std == pytest.approx((train.std(),), rel=1e-9)


def test_a_subset_has_every_class_and_keeps_the_proportions():
    digits = load_digits(subset=100, test_subset=20)
    sizes = {name: len(rows) for name, rows in digits.splits.items()}
    assert sizes == {"train": 90, "val": 10, "test": 20}
    for rows in digits.splits.values():
        assert set(digits.labels[rows]) == set(range(10))
    whole = load_digits()
    for name, rows in digits.splits.items():
        assert set(rows) <= set(whole.splits[name])
    assert load_digits(subset=10**6).fingerprint == whole.fingerprint


def test_a_resized_subset_holds_only_the_samples_it_uses():
    whole = load_digits(image_size=16)
    small = load_digits(image_size=16, subset=100, test_subset=20)
    same = load_digits(subset=100, test_subset=20).splits
    assert len(small.images) == len(small.labels) == 120
    assert sorted(np.concatenate(list(small.splits.values()))) == list(range(120))
    for name, rows in small.splits.items():
        assert np.array_equal(small.images[rows], whole.images[same[name]])
        assert np.array_equal(small.labels[rows], whole.labels[same[name]])
    assert len(load_digits(image_size=8, subset=100).images) == len(whole.images)


def test_a_smaller_subset_is_part_of_a_larger_one_of_the_same_seed():
    small, large, other = (
        load_digits(subset=n, split_seed=s) for n, s in [(50, 1), (200, 1), (200, 2)]
    )
    assert set(small.splits["train"]) < set(large.splits["train"])
    assert set(large.splits["train"]) != set(other.splits["train"])


def test_renamed_merged_and_left_out():
    whole = load_digits()
    found = load_digits(rename=(("0", "round"), ("8", "round"), ("7", "")))
    assert found.class_names == ("round", "1", "2", "3", "4", "5", "6", "9")
    assert found.images.shape == whole.images.shape  # rows keep their places
    assert set(found.labels[(whole.labels == 0) | (whole.labels == 8)]) == {0}
    assert set(found.labels[whole.labels == 9]) == {7}
    for name, rows in found.splits.items():
        kept = whole.splits[name]
        assert np.array_equal(rows, kept[whole.labels[kept] != 7])
    assert found.fingerprint != whole.fingerprint


def test_an_unknown_class_to_rename_is_an_error():
    with pytest.raises(ConfigError, match="no class “ten”"):
        load_digits(rename=(("ten", "10"),))


def test_fewer_than_two_classes_are_refused():
    config = DataConfig(rename=tuple((name, "digit") for name in "0123456789"))
    with pytest.raises(DatasetError, match="only one class, “digit”"):
        require_splits(load_dataset(config, NOWHERE), config)
    config = DataConfig(rename=tuple((name, "") for name in "0123456789"))
    with pytest.raises(DatasetError, match="no images for training"):
        require_splits(load_dataset(config, NOWHERE), config)
    require_splits(load_digits(), DataConfig())


def test_images_can_be_resized(mnist):
    config = DataConfig(source="mnist", image_size=32)
    with pytest.raises(Stopped):
        load_dataset(config, mnist, should_stop=lambda: True)
    told = []
    found = load_dataset(config, mnist, lambda share, text: told.append((share, text)))
    assert found.images.shape == (80, 1, 32, 32)
    assert any("32" in text for _, text in told)
    assert told == sorted(told, key=lambda entry: entry[0])
    assert found.mean[0] == pytest.approx(
        load_dataset(DataConfig(source="mnist"), mnist).mean[0], abs=1
    )
    assert found.fingerprint != load_dataset(DataConfig(source="mnist"), mnist).fingerprint


def test_grey_images_can_be_converted_to_rgb(mnist):
    grey = load_dataset(DataConfig(source="mnist"), mnist)
    rgb = load_dataset(DataConfig(source="mnist", color="rgb"), mnist)
    assert rgb.images.shape == (80, 3, 28, 28)
    assert rgb.mean == grey.mean * 3
    assert rgb.std == grey.std * 3
    large = load_dataset(DataConfig(source="mnist", color="rgb", image_size=32), mnist)
    assert large.images.shape == (80, 3, 32, 32)
    assert len({grey.fingerprint, rgb.fingerprint, large.fingerprint}) == 3


def test_an_unknown_dataset_names_the_most_similar_one():
    with pytest.raises(ConfigError, match="fashion_mnist"):
        load_dataset(DataConfig(source="fashion-mnist"), NOWHERE)


@pytest.fixture
def images(tmp_path):
    """Twelve images of each of three classes."""
    return make_folder(tmp_path / "pictures")


def load_own(path, **values):
    config = DataConfig(source=FOLDER, path=str(path), image_size=16, **values)
    return load_dataset(config, NOWHERE)


def test_own_images_make_a_dataset(images):
    found = load_own(images)
    assert found.class_names == ("cherry", "leaf", "sky")
    assert found.images.shape == (36, 3, 16, 16)
    assert isinstance(found.images, np.memmap)
    assert found.labels.dtype == np.int64
    assert found.files[0] == "cherry/000.png"
    assert [Path(name).parent.name for name in found.files] == [
        found.class_names[label] for label in found.labels
    ]
    assert (found.name, found.drawing) == (FOLDER, "picture")
    assert {name: len(rows) for name, rows in found.splits.items()} == {
        "train": 27,
        "val": 3,
        "test": 6,
    }
    assert load_own(images).fingerprint == found.fingerprint
    # Cherries are red.
    red, green, blue = found.images[found.labels == 0].mean((0, 2, 3))
    assert red > 2 * max(green, blue)


def test_splits_named_by_folders_are_kept(tmp_path):
    root = make_folder(tmp_path / "p", count=5, parts=("train", "val", "test"))
    found = load_own(root)
    for part, rows in found.splits.items():
        assert {found.files[row].split("/")[0] for row in rows} == {part}
        assert len(rows) == 15


def test_a_missing_split_is_taken_from_training(tmp_path):
    root = make_folder(tmp_path / "p", count=10, parts=("train", "test"))
    found = load_own(root, val_share=0.2)
    assert {found.files[row].split("/")[0] for row in found.splits["test"]} == {"test"}
    assert {found.files[row].split("/")[0] for row in found.splits["val"]} == {"train"}
    assert [len(found.splits[part]) for part in ("train", "val", "test")] == [24, 6, 30]


def test_duplicates_stay_in_one_split(images):
    for path in list(images.rglob("*.png")):
        path.with_stem(f"{path.stem}-copy").write_bytes(path.read_bytes())
    found = load_own(images)
    for first in found.splits.values():
        names = {found.files[row].replace("-copy", "") for row in first}
        assert len(first) == 2 * len(names)


def test_classes_of_own_images_can_be_merged_and_left_out(images):
    whole = load_own(images)
    merged = load_own(images, rename=(("leaf", "outdoors"), ("sky", "outdoors")))
    assert merged.class_names == ("cherry", "outdoors")
    assert np.array_equal(merged.labels, np.minimum(whole.labels, 1))
    assert all(np.array_equal(merged.splits[p], whole.splits[p]) for p in whole.splits)
    without = load_own(images, rename=(("leaf", ""),))
    assert without.files == whole.files
    assert set(without.labels) == {0, 1, LEFT_OUT}
    assert all(LEFT_OUT not in without.labels[rows] for rows in without.splits.values())
    assert [count.count for count in count_classes(without)] == [12, 12]


@pytest.mark.parametrize(
    ("count", "share", "word"), [(1, 0.2, "validation"), (2, 0.2, "validation")]
)
def test_too_few_images_are_read_but_refused_for_training(tmp_path, count, share, word):
    root = make_folder(tmp_path / "p", count=count)
    config = DataConfig(source=FOLDER, path=str(root), image_size=16, test_share=share)
    found = load_dataset(config, NOWHERE)
    assert len(found.labels) == 3 * count
    with pytest.raises(DatasetError, match=f"“p” has too few images: none is left for {word}"):
        require_splits(found, config)


def test_one_class_is_refused(tmp_path):
    root = make_folder(tmp_path / "p", classes=("sky",))
    config = DataConfig(source=FOLDER, path=str(root), image_size=16)
    with pytest.raises(DatasetError, match="only one class, “sky”"):
        require_splits(load_dataset(config, NOWHERE), config)


def test_a_missing_image_folder_is_named(images):
    with pytest.raises(DatasetError, match="elsewhere"):
        load_own(images / "elsewhere")
