"""Downloads of datasets from a local server: verified, unpacked, resumed and cancelled."""

import contextlib
import dataclasses
import hashlib
import threading

import numpy as np
import pytest

from studio.data import DATASETS, download_dataset, is_available
from studio.errors import DatasetError, Stopped
from tests.data.make_dataset_files import (
    cifar_files,
    cifar_tar,
    emnist_files,
    emnist_zip,
    make_mnist,
)
from tests.data.serving import Quiet, Stalling, serving


@pytest.fixture
def publish(monkeypatch, tmp_path):
    """Serve the archives of a dataset, given as bytes by name; returns the folder served."""
    with contextlib.ExitStack() as stack:

        def start(dataset_id, contents, handler=Quiet):
            folder = tmp_path / "published"
            folder.mkdir()
            for name, content in contents.items():
                (folder / name).write_bytes(content)
            url = stack.enter_context(serving(folder, handler))
            info = DATASETS[dataset_id]
            archives = tuple(
                dataclasses.replace(
                    archive,
                    url=url + archive.name,
                    sha256=hashlib.sha256(contents.get(archive.name, b"")).hexdigest(),
                    size_bytes=len(contents.get(archive.name, b"x" * 1_000_000)),
                )
                for archive in info.archives
            )
            row = dataclasses.replace(info, archives=archives)
            monkeypatch.setitem(DATASETS, dataset_id, row)
            return folder

        yield start


@pytest.fixture
def fashion(tmp_path):
    """The four published files of a small dataset, as bytes by name."""
    raw = tmp_path / "packed"
    make_mnist(raw)
    return {path.name: path.read_bytes() for path in raw.iterdir()}


@pytest.fixture
def target(tmp_path):
    return tmp_path / "data"


def files_in(folder):
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_dataset_arrives_unpacked_and_its_archives_are_deleted(publish, fashion, target):
    publish("fashion_mnist", fashion)
    progress = []
    download_dataset("fashion_mnist", target, lambda *report: progress.append(report))
    assert is_available("fashion_mnist", target)
    assert {path.name for path in target.rglob("*ubyte*")} == set(DATASETS["fashion_mnist"].files)
    fractions = [fraction for fraction, _ in progress]
    assert fractions == sorted(fractions)
    assert (fractions[0] > 0, fractions[-1]) == (True, 1)
    assert any(message == "Unpacking Fashion-MNIST" for _, message in progress)


def test_files_that_are_there_are_not_downloaded_again(publish, fashion, target):
    folder = publish("fashion_mnist", fashion)
    download_dataset("fashion_mnist", target)
    first, *others = DATASETS["fashion_mnist"].files
    raw = DATASETS["fashion_mnist"].raw_dir(target)
    (raw / first).unlink()
    for name in others:
        (folder / f"{name}.gz").unlink()
    download_dataset("fashion_mnist", target)
    assert is_available("fashion_mnist", target)


def test_a_wrong_checksum_is_refused_and_nothing_is_kept(publish, fashion, target):
    folder = publish("fashion_mnist", fashion)
    for path in folder.iterdir():
        path.write_bytes(b"something else")
    with pytest.raises(DatasetError, match="Fashion-MNIST is not the published file"):
        download_dataset("fashion_mnist", target)
    assert files_in(target) == {}


def test_one_archive_brings_both_emnist_datasets_and_no_more(publish, target):
    images = np.random.default_rng(0).integers(0, 256, (30, 28, 28), np.uint8)
    publish("emnist_letters", {"gzip.zip": emnist_zip(images)})
    download_dataset("emnist_letters", target)
    assert is_available("emnist_letters", target)
    assert is_available("emnist_digits", target)
    assert files_in(target) == emnist_files(images)


def test_cifar_arrives_as_torchvision_expects_it(publish, target):
    files = cifar_files()
    publish("cifar10", {"cifar-10-python.tar.gz": cifar_tar(files)})
    download_dataset("cifar10", target)
    assert files_in(target / "cifar-10-batches-py") == files
    assert files_in(target) == files


def test_a_missing_file_on_the_server_is_reported(publish, target):
    publish("fashion_mnist", {})
    with pytest.raises(DatasetError, match=r"could not be downloaded: .*404") as caught:
        download_dataset("fashion_mnist", target)
    assert "\n" not in str(caught.value)


def test_a_stopped_download_keeps_what_it_received(publish, target):
    publish("fashion_mnist", {}, Stalling)
    received = threading.Event()

    def should_stop():
        if any(path.stat().st_size for path in target.rglob("*.partial")):
            received.set()
        return received.is_set()

    with pytest.raises(Stopped):
        download_dataset("fashion_mnist", target, should_stop=should_stop)
    assert [path.name for path in target.rglob("*") if path.is_file()] == [
        "train-images-idx3-ubyte.gz.partial"
    ]
    assert not is_available("fashion_mnist", target)


def test_stopping_while_files_are_unpacked_keeps_the_verified_archive(publish, target):
    files = cifar_files()
    publish("cifar10", {"cifar-10-python.tar.gz": cifar_tar(files)})
    messages = []
    with pytest.raises(Stopped):
        download_dataset(
            "cifar10",
            target,
            lambda _fraction, message: messages.append(message),
            lambda: any("Unpacking" in message for message in messages),
        )
    assert [path.name for path in target.rglob("*") if path.is_file()] == ["cifar-10-python.tar.gz"]
    download_dataset("cifar10", target)
    assert files_in(target) == files


def test_an_archive_of_another_program_is_downloaded_again_if_it_is_damaged(publish, target):
    files = cifar_files()
    archive = cifar_tar(files)
    publish("cifar10", {"cifar-10-python.tar.gz": archive})
    raw = DATASETS["cifar10"].raw_dir(target)
    raw.mkdir(parents=True)
    (raw / "cifar-10-python.tar.gz").write_bytes(archive[:-100])
    download_dataset("cifar10", target)
    assert files_in(target) == files


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(DatasetError, match="cannot be written"):
        download_dataset("mnist", tmp_path / "file" / "data")


def test_too_little_space_is_reported_before_anything_is_downloaded(monkeypatch, tmp_path):
    row = dataclasses.replace(DATASETS["mnist"], unpacked_bytes=10**18)
    monkeypatch.setitem(DATASETS, "mnist", row)
    with pytest.raises(DatasetError, match="are free"):
        download_dataset("mnist", tmp_path)


def test_a_builtin_dataset_needs_no_download(tmp_path):
    download_dataset("digits", tmp_path / "data")
    assert not (tmp_path / "data").exists()
