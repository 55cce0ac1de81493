"""The registry agrees with torchvision, whose layout on disk and checksums it uses."""

import hashlib

import pytest
from torchvision import datasets

from studio.data import DATASETS, is_available
from studio.data.datasets import files_in_folder, find_dataset
from studio.data.formats.cifar import CIFAR10_MD5
from studio.errors import ConfigError

DOWNLOADED = [info for info in DATASETS.values() if not info.is_builtin]
TORCHVISION = {
    "mnist": datasets.MNIST,
    "fashion_mnist": datasets.FashionMNIST,
    "kmnist": datasets.KMNIST,
    "emnist_digits": datasets.EMNIST,
    "emnist_letters": datasets.EMNIST,
    "cifar10": datasets.CIFAR10,
}


@pytest.mark.parametrize("info", DOWNLOADED, ids=lambda info: info.id)
def test_files_are_where_torchvision_keeps_them(info, tmp_path):
    kind = TORCHVISION[info.id]
    if info.reader == "idx":
        kept = [f"{kind.__name__}/raw/{name.removesuffix('.gz')}" for name, _ in kind.resources]
    elif info.reader == "emnist":
        split = kind.__new__(kind)
        split.root, split.split = "", info.id.removeprefix("emnist_")
        kept = []
        for split.train in (True, False):
            kept += [split.images_file, split.labels_file]
    else:
        names = [name for name, _ in kind.train_list + kind.test_list] + [kind.meta["filename"]]
        kept = [f"{kind.base_folder}/{name}" for name in names]
    assert [f"{info.folder}/{name}" for name in info.files] == kept
    assert not is_available(info.id, tmp_path)
    for name in kept:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert is_available(info.id, tmp_path)


@pytest.mark.parametrize("info", DOWNLOADED, ids=lambda info: info.id)
def test_archives_of_torchvision_come_over_https_with_a_checksum(info):
    assert all(archive.url.startswith("https://") for archive in info.archives)
    kind = TORCHVISION[info.id]
    if info.reader == "idx":
        expected = [name for name, _ in kind.resources]
    else:
        expected = ["gzip.zip" if info.reader == "emnist" else kind.filename]
    assert [archive.name for archive in info.archives] == expected
    assert all(len(bytes.fromhex(archive.sha256)) == 32 for archive in info.archives)
    assert all(archive.url.endswith(f"/{archive.name}") for archive in info.archives)
    assert set(info.files) <= {name for archive in info.archives for name in archive.files}


def test_checksums_and_sizes_are_those_of_the_files_that_torchvision_accepts(data_dir):
    md5 = dict(datasets.FashionMNIST.resources)
    info = DATASETS["fashion_mnist"]
    folder = info.raw_dir(data_dir)
    if not all((folder / archive.name).is_file() for archive in info.archives):
        pytest.skip(f"no archives in {folder}")
    for archive in info.archives:
        content = (folder / archive.name).read_bytes()
        assert hashlib.md5(content, usedforsecurity=False).hexdigest() == md5[archive.name]
        assert hashlib.sha256(content).hexdigest() == archive.sha256
        assert len(content) == archive.size_bytes


def test_the_checksums_of_cifar_batches_are_torchvisions():
    kind = datasets.CIFAR10
    assert list(CIFAR10_MD5.items()) == [tuple(row) for row in kind.train_list + kind.test_list]


def test_the_classes_are_torchvisions():
    assert list(DATASETS["kmnist"].class_names) == datasets.KMNIST.classes
    letters = [name.upper() for name in datasets.EMNIST.classes_split_dict["letters"]]
    assert [letters[0], *DATASETS["emnist_letters"].class_names] == letters
    assert (
        list(DATASETS["emnist_digits"].class_names) == datasets.EMNIST.classes_split_dict["digits"]
    )


def test_both_emnist_datasets_are_downloaded_together():
    digits, letters = DATASETS["emnist_digits"], DATASETS["emnist_letters"]
    assert files_in_folder(digits) == files_in_folder(letters) == digits.files + letters.files
    images = digits.count + letters.count
    # Images and labels, and the headers of the four files of each dataset.
    assert digits.unpacked_bytes == letters.unpacked_bytes == images * 785 + 2 * (2 * 16 + 2 * 8)
    assert files_in_folder(DATASETS["mnist"]) == DATASETS["mnist"].files


def test_an_unknown_dataset_names_the_most_similar_one():
    with pytest.raises(ConfigError, match="emnist_letters"):
        find_dataset("emnist-letters")
