"""Reading files of known datasets: real, generated and damaged ones."""

import struct
from pathlib import Path

import numpy as np
import pytest

from studio.data import DATASETS, dataset_reader, is_available
from studio.data.dataset_reader import read_dataset_files
from studio.data.formats.idx import read_idx
from studio.errors import DatasetError
from tests.data.make_dataset_files import cifar_files, emnist_files, idx_bytes, make_mnist, md5

MNIST = DATASETS["mnist"]


def test_the_builtin_digits_are_those_of_uci():
    images, labels, test_count = read_dataset_files(DATASETS["digits"], Path("nowhere"))
    assert images.shape == (1797, 1, 8, 8)
    assert (images.dtype, labels.dtype) == (np.uint8, np.int64)
    assert images.max() == 255
    # The counts of 0..16 can be had back exactly.
    assert set(np.unique(np.rint(images.astype(float) * 16 / 255))) == set(range(17))
    assert np.bincount(labels).min() == 174
    assert test_count == 0


@pytest.mark.parametrize("packed", [True, False])
def test_idx_files_are_read_packed_or_not_without_writing(tmp_path, packed):
    raw = tmp_path / "MNIST" / "raw"
    expected, expected_labels = make_mnist(raw, packed=packed)
    before = {path.name: path.read_bytes() for path in raw.iterdir()}
    for path in (raw, raw.parent, tmp_path):
        path.chmod(0o500)
    images, labels, test_count = read_dataset_files(MNIST, tmp_path)
    tmp_path.chmod(0o700)
    assert np.array_equal(images[:60, 0], expected)
    assert np.array_equal(labels[:60], expected_labels)
    assert (len(images), test_count) == (80, 20)
    assert {path.name: path.read_bytes() for path in raw.iterdir()} == before


@pytest.mark.parametrize("source_id", ["emnist_digits", "emnist_letters"])
def test_emnist_is_transposed_and_its_labels_start_at_0(tmp_path, source_id):
    source = DATASETS[source_id]
    upright = np.random.default_rng(0).integers(0, 256, (52, 28, 28), np.uint8)
    raw = source.raw_dir(tmp_path)
    raw.mkdir(parents=True)
    for name, data in emnist_files(upright).items():
        (raw / name).write_bytes(data)
    images, labels, test_count = read_dataset_files(source, tmp_path)
    assert np.array_equal(images[:52, 0], upright)
    assert np.array_equal(images[52:, 0], upright)
    assert labels[:52].tolist() == [k % len(source.class_names) for k in range(52)]
    assert test_count == 52


def test_labels_that_start_at_0_are_not_those_of_the_letters(tmp_path):
    source = DATASETS["emnist_letters"]
    raw = source.raw_dir(tmp_path)
    raw.mkdir(parents=True)
    for name, data in emnist_files(np.zeros((26, 28, 28), np.uint8)).items():
        wrong = idx_bytes(np.arange(26)) if "labels" in name else data
        (raw / name).write_bytes(wrong)
    with pytest.raises(DatasetError, match="labels outside 1 to 26"):
        read_dataset_files(source, tmp_path)


@pytest.fixture
def cifar(monkeypatch, tmp_path):
    """Six small batches whose checksums are taken for the published ones."""
    files, folder = cifar_files(), DATASETS["cifar10"].raw_dir(tmp_path)
    folder.mkdir()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    sums = {name: md5(data) for name, data in files.items() if "batch" in name and "." not in name}
    monkeypatch.setattr(dataset_reader, "CIFAR10_MD5", sums)
    return folder


def test_cifar_is_five_batches_for_training_and_one_for_test(cifar, tmp_path):
    images, labels, test_count = read_dataset_files(DATASETS["cifar10"], tmp_path)
    assert images.shape == (120, 3, 32, 32)
    assert labels.tolist() == [*range(10)] * 12
    assert test_count == 20


def test_a_changed_batch_is_refused(cifar, tmp_path):
    path = cifar / "test_batch"
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    with pytest.raises(DatasetError, match=r"test_batch.*checksum"):
        read_dataset_files(DATASETS["cifar10"], tmp_path)


@pytest.mark.parametrize("source_id", [row.id for row in DATASETS.values() if not row.is_builtin])
def test_the_error_of_a_missing_dataset_says_how_to_download_it(tmp_path, source_id):
    with pytest.raises(DatasetError, match=f"vgg-studio data download {source_id}"):
        read_dataset_files(DATASETS[source_id], tmp_path)


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
    make_mnist(raw, packed=packed)
    path = next(raw.glob("train-images*"))
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(DatasetError, match="train-images"):
        read_dataset_files(MNIST, tmp_path)


def test_files_that_do_not_match_are_refused(tmp_path):
    raw = tmp_path / "MNIST" / "raw"
    make_mnist(raw)
    (raw / "train-labels-idx1-ubyte").write_bytes(idx_bytes(np.zeros(9)))
    with pytest.raises(DatasetError, match="are not those of MNIST"):
        read_dataset_files(MNIST, tmp_path)
    (raw / "train-labels-idx1-ubyte").write_bytes(idx_bytes(np.full(60, 77)))
    with pytest.raises(DatasetError, match="labels outside 0 to 9"):
        read_dataset_files(MNIST, tmp_path)


@pytest.mark.parametrize("source", DATASETS.values(), ids=lambda source: source.id)
def test_the_real_datasets_agree_with_the_registry(data_dir, source):
    if not is_available(source.id, data_dir):
        pytest.skip(f"{source.title} is not in {data_dir}")
    images, labels, _ = read_dataset_files(source, data_dir)
    size = source.image_size
    assert images.shape == (source.count, source.channels, size, size)
    assert len(np.unique(labels)) == len(source.class_names)


def test_idx_files_of_one_axis(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(idx_bytes(np.array([3, 1, 2])))
    assert read_idx(path).tolist() == [3, 1, 2]
