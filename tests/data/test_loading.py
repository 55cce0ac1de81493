"""Reading data sets: real digits, IDX files packed or not, and what is wrong with damaged ones."""

import importlib.util
import struct
from pathlib import Path

import numpy as np
import pytest

from studio.config import DataConfig
from studio.data import SOURCES, is_available, load_image_set
from studio.data.idx import read_idx
from studio.errors import ConfigError, DatasetError, Stopped

_spec = importlib.util.spec_from_file_location("make_idx", Path(__file__).parent / "make_idx.py")
make_idx = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(make_idx)

MNIST = DataConfig(source="mnist")


def test_the_digits_are_the_real_ones():
    digits = load_image_set(DataConfig(), Path("nowhere"))
    assert digits.images.shape == (1797, 1, 8, 8)
    assert digits.images.dtype == np.uint8
    assert digits.labels.dtype == np.int64
    assert digits.images.max() == 255
    # The counts of 0..16 can be had back exactly.
    assert set(np.unique(np.rint(digits.images.astype(float) * 16 / 255))) == set(range(17))
    assert np.bincount(digits.labels).min() == 174


def test_splits_share_nothing_and_the_test_part_never_moves():
    first = load_image_set(DataConfig(split_seed=0), Path("nowhere"))
    other = load_image_set(DataConfig(split_seed=5, val_share=0.3), Path("nowhere"))
    parts = np.concatenate(list(first.splits.values()))
    assert np.array_equal(np.sort(parts), np.arange(1797))
    assert np.array_equal(first.splits["test"], other.splits["test"])
    assert not np.array_equal(first.splits["val"], other.splits["val"])
    assert first.fingerprint != other.fingerprint


def test_mean_and_std_are_those_of_the_training_split():
    digits = load_image_set(DataConfig(), Path("nowhere"))
    train = digits.images[digits.splits["train"]].astype(np.float64)
    assert digits.mean == pytest.approx((train.mean(),), rel=1e-9)
    assert digits.std == pytest.approx((train.std(),), rel=1e-9)


@pytest.mark.parametrize("packed", [True, False])
def test_idx_files_are_read_packed_or_not_and_the_folder_stays_as_it_is(tmp_path, packed):
    raw = tmp_path / "MNIST" / "raw"
    images, labels = make_idx.make_mnist(raw, packed=packed)
    before = {path.name: path.read_bytes() for path in raw.iterdir()}
    for path in (raw, raw.parent, tmp_path):
        path.chmod(0o500)
    found = load_image_set(MNIST, tmp_path)
    tmp_path.chmod(0o700)
    assert np.array_equal(found.images[:60, 0], images)
    assert np.array_equal(found.labels[:60], labels)
    assert np.array_equal(found.splits["test"], np.arange(60, 80))
    assert {path.name: path.read_bytes() for path in raw.iterdir()} == before


def test_pictures_can_be_had_in_another_size(tmp_path):
    make_idx.make_mnist(tmp_path / "MNIST" / "raw")
    config = DataConfig(source="mnist", image_size=32)
    assert load_image_set(config, tmp_path).images.shape == (80, 1, 32, 32)
    with pytest.raises(Stopped):
        load_image_set(config, tmp_path, should_stop=lambda: True)


def test_a_missing_set_says_how_to_get_it(tmp_path):
    assert not is_available("mnist", tmp_path)
    with pytest.raises(DatasetError, match="vgg-studio data download mnist"):
        load_image_set(MNIST, tmp_path)


def cut(data):
    return data[: len(data) // 2]


def bad_magic(data):
    return b"PK\x03\x04" + data[4:]


def huge(_data):
    return struct.pack(">BBBB3I", 0, 0, 8, 3, 2**31, 28, 28)


def longer(data):
    return data + b"more"


DAMAGE = [cut, bad_magic, huge, longer, lambda data: b"", lambda data: data[:7]]


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_file_is_named(tmp_path, damage, packed):
    raw = tmp_path / "MNIST" / "raw"
    make_idx.make_mnist(raw, packed=packed)
    path = next(raw.glob("train-images*"))
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(DatasetError, match="train-images"):
        load_image_set(MNIST, tmp_path)


def test_files_that_do_not_belong_together_are_refused(tmp_path):
    raw = tmp_path / "MNIST" / "raw"
    make_idx.make_mnist(raw)
    (raw / "train-labels-idx1-ubyte").write_bytes(make_idx.idx_bytes(np.zeros(9)))
    with pytest.raises(DatasetError, match="are not those of MNIST"):
        load_image_set(MNIST, tmp_path)
    (raw / "train-labels-idx1-ubyte").write_bytes(make_idx.idx_bytes(np.full(60, 77)))
    with pytest.raises(DatasetError, match="labels outside"):
        load_image_set(MNIST, tmp_path)


def test_an_unknown_set_names_the_nearest():
    with pytest.raises(ConfigError, match="fashion_mnist"):
        load_image_set(DataConfig(source="fashion-mnist"), Path("nowhere"))


@pytest.mark.parametrize(
    "source", [s for s in SOURCES.values() if not s.embedded], ids=lambda source: source.id
)
def test_the_real_sets_are_what_the_table_says(data_dir, source):
    found = load_image_set(DataConfig(source=source.id), data_dir)
    size = source.image_size
    assert found.images.shape == (source.count, source.channels, size, size)
    assert len(np.unique(found.labels)) == len(source.class_names)


def test_idx_of_labels_and_of_one_number(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(make_idx.idx_bytes(np.array([3, 1, 2])))
    assert read_idx(path).tolist() == [3, 1, 2]
