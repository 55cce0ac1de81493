"""The table agrees with torchvision, whose downloader and checksums it relies on."""

import pytest
from torchvision import datasets

from studio.data import DATASETS, is_available
from studio.data.datasets import files_together, find_dataset
from studio.data.formats.cifar import CIFAR10_MD5
from studio.errors import ConfigError

DOWNLOADED = [source for source in DATASETS.values() if not source.is_builtin]


@pytest.mark.parametrize("source", DOWNLOADED, ids=lambda source: source.id)
def test_files_lie_where_torchvision_keeps_them(source, tmp_path):
    kind = getattr(datasets, source.kind)
    if source.reader == "idx":
        kept = [f"{source.kind}/raw/{name.removesuffix('.gz')}" for name, _ in kind.resources]
    elif source.reader == "emnist":
        split = kind.__new__(kind)
        split.root, split.split = "", source.id.removeprefix("emnist_")
        kept = []
        for split.train in (True, False):
            kept += [split.images_file, split.labels_file]
    else:
        names = [name for name, _ in kind.train_list + kind.test_list] + [kind.meta["filename"]]
        kept = [f"{kind.base_folder}/{name}" for name in names]
    assert [f"{source.folder}/{name}" for name in source.files] == kept
    assert not is_available(source.id, tmp_path)
    for name in kept:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert is_available(source.id, tmp_path)


@pytest.mark.parametrize("source", DOWNLOADED, ids=lambda source: source.id)
def test_everything_comes_encrypted(source):
    assert source.mirrors
    assert all(url.startswith("https://") for url in source.mirrors)


def test_the_checksums_are_torchvisions():
    kind = datasets.CIFAR10
    assert list(CIFAR10_MD5.items()) == [tuple(row) for row in kind.train_list + kind.test_list]
    assert DATASETS["cifar10"].mirrors == (kind.url,)


def test_the_classes_are_torchvisions():
    assert list(DATASETS["kmnist"].class_names) == datasets.KMNIST.classes
    letters = [name.upper() for name in datasets.EMNIST.classes_split_dict["letters"]]
    assert [letters[0], *DATASETS["emnist_letters"].class_names] == letters
    assert (
        list(DATASETS["emnist_digits"].class_names) == datasets.EMNIST.classes_split_dict["digits"]
    )


def test_both_parts_of_emnist_come_together():
    digits, letters = DATASETS["emnist_digits"], DATASETS["emnist_letters"]
    assert files_together(digits) == files_together(letters) == digits.files + letters.files
    pictures = digits.count + letters.count
    # Pictures and labels, and the heads of the four files of each set.
    assert digits.unpacked_bytes == letters.unpacked_bytes == pictures * 785 + 2 * (2 * 16 + 2 * 8)
    assert files_together(DATASETS["mnist"]) == DATASETS["mnist"].files


def test_an_unknown_set_names_the_nearest():
    with pytest.raises(ConfigError, match="emnist_letters"):
        find_dataset("emnist-letters")
