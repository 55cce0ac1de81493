"""Downloads through torchvision's own code, from a server of the test's own."""

import contextlib
import dataclasses
import sys
import threading

import numpy as np
import pytest

from studio.data import DATASETS, download_dataset, is_available
from studio.data import datasets as table
from studio.errors import DatasetError, Stopped
from tests.data.make_sets import emnist_files, emnist_zip, md5
from tests.data.serving import Quiet, Stalling, serving


@pytest.fixture
def serve():
    with contextlib.ExitStack() as stack:
        yield lambda handler, folder: stack.enter_context(serving(folder, handler))


@pytest.fixture
def mirror(monkeypatch):
    def point(url):
        row = dataclasses.replace(DATASETS["fashion_mnist"], mirrors=(url,))
        monkeypatch.setitem(table.DATASETS, "fashion_mnist", row)

    return point


def test_a_set_arrives_whole_and_unpacked(serve, mirror, data_dir, tmp_path):
    mirror(serve(Quiet, data_dir / "FashionMNIST" / "raw"))
    target, told = tmp_path / "sets", []
    download_dataset("fashion_mnist", target, lambda share, text: told.append((share, text)))
    assert is_available("fashion_mnist", target)
    assert [path.name for path in target.iterdir()] == ["FashionMNIST"]
    assert all(0 <= share <= 1 and "MB" in text for share, text in told)


def test_a_wrong_checksum_is_refused_and_nothing_is_kept(serve, mirror, tmp_path):
    published = tmp_path / "published"
    published.mkdir()
    for name in DATASETS["fashion_mnist"].files:
        (published / f"{name}.gz").write_bytes(b"something else")
    mirror(serve(Quiet, published))
    target = tmp_path / "sets"
    with pytest.raises(DatasetError, match="Fashion-MNIST could not be downloaded"):
        download_dataset("fashion_mnist", target)
    assert list(target.iterdir()) == []


def test_one_archive_brings_the_sets_that_share_it_and_no_more(monkeypatch, serve, tmp_path):
    images = np.random.default_rng(0).integers(0, 256, (30, 28, 28), np.uint8)
    published = emnist_zip(images)
    (tmp_path / "gzip.zip").write_bytes(published)
    # The checksum of the real archive cannot be met; the child is told another one.
    script = tmp_path / "fetch.py"
    script.write_text(
        "import sys\nfrom torchvision import datasets\nfrom studio.data.fetch import main\n"
        f"datasets.EMNIST.md5 = {md5(published)!r}\nsys.exit(main(sys.argv[1:]))\n"
    )
    module = sys.modules["studio.data.dataset_download"]  # its function has the same name
    monkeypatch.setattr(module, "_FETCH", (sys.executable, str(script)))
    url = serve(Quiet, tmp_path) + "gzip.zip"
    row = dataclasses.replace(DATASETS["emnist_letters"], mirrors=(url,))
    monkeypatch.setitem(table.DATASETS, "emnist_letters", row)
    target = tmp_path / "sets"
    download_dataset("emnist_letters", target)
    assert is_available("emnist_letters", target)
    assert is_available("emnist_digits", target)
    kept = {path.name: path.read_bytes() for path in target.rglob("*") if path.is_file()}
    assert kept == emnist_files(images)


def test_a_missing_file_on_the_server_is_said(serve, mirror, tmp_path):
    mirror(serve(Quiet, tmp_path))
    with pytest.raises(DatasetError, match="404") as caught:
        download_dataset("fashion_mnist", tmp_path / "sets")
    assert "\n" not in str(caught.value)


def test_stopping_ends_the_download_and_leaves_nothing(serve, mirror, tmp_path):
    mirror(serve(Stalling, tmp_path))
    target = tmp_path / "sets"
    arrived = threading.Event()

    def on_progress(_share, _text):
        if any(path.stat().st_size for path in target.rglob("*.gz")):
            arrived.set()

    with pytest.raises(Stopped):
        download_dataset("fashion_mnist", target, on_progress, arrived.is_set)
    assert list(target.iterdir()) == []


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(DatasetError, match="cannot be written"):
        download_dataset("mnist", tmp_path / "file" / "sets")


def test_too_little_room_is_said_before_anything_is_fetched(monkeypatch, tmp_path):
    row = dataclasses.replace(DATASETS["mnist"], unpacked_bytes=10**18)
    monkeypatch.setitem(table.DATASETS, "mnist", row)
    with pytest.raises(DatasetError, match="are free"):
        download_dataset("mnist", tmp_path)


def test_the_embedded_set_needs_none(tmp_path):
    download_dataset("digits", tmp_path / "sets")
    assert not (tmp_path / "sets").exists()
