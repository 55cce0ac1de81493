"""torchvision's downloader as the child process uses it, from a server of the test's own."""

import urllib.request

import numpy as np
import pytest
from torchvision import datasets

from studio.data.datasets import DATASETS, files_together
from studio.data.fetch import main
from tests.data.make_sets import cifar_files, cifar_tar, emnist_files, emnist_zip, md5
from tests.data.serving import Quiet, serving


@pytest.fixture(autouse=True)
def opener(monkeypatch):
    """What is installed for all of Python ends with the test."""
    monkeypatch.setattr(urllib.request, "_opener", None)


def fetch(source_id, root, url):
    source = DATASETS[source_id]
    words = [source.kind, str(root), "--mirrors", url, "--files", *files_together(source)]
    return main(words)


def publish_cifar(monkeypatch, folder, files):
    packed = cifar_tar(files)
    (folder / "cifar-10-python.tar.gz").write_bytes(packed)
    kind = datasets.CIFAR10
    monkeypatch.setattr(kind, "url", "")
    monkeypatch.setattr(kind, "tgz_md5", md5(packed))
    for part in ("train_list", "test_list"):
        named = [[name, md5(files[name])] for name, _ in getattr(kind, part)]
        monkeypatch.setattr(kind, part, named)
    monkeypatch.setitem(kind.meta, "md5", md5(files["batches.meta"]))


def test_cifar_arrives_as_torchvision_wants_it(monkeypatch, tmp_path):
    files = cifar_files()
    publish_cifar(monkeypatch, tmp_path, files)
    with serving(tmp_path) as url:
        assert fetch("cifar10", tmp_path / "got", url + "cifar-10-python.tar.gz") == 0
    folder = tmp_path / "got" / DATASETS["cifar10"].folder
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == files


def test_a_wrong_checksum_of_an_archive_is_refused(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(datasets.CIFAR10, "url", "")
    (tmp_path / "cifar-10-python.tar.gz").write_bytes(cifar_tar(cifar_files()))
    (tmp_path / "gzip.zip").write_bytes(emnist_zip(np.zeros((1, 28, 28), np.uint8)))
    with serving(tmp_path) as url:
        assert fetch("cifar10", tmp_path / "got", url + "cifar-10-python.tar.gz") == 1
        assert fetch("emnist_digits", tmp_path / "got", url + "gzip.zip") == 1
    assert capsys.readouterr().err.count("File not found or corrupted.\n") == 2
    assert not list(tmp_path.glob("got/**/*-ubyte"))
    assert not list(tmp_path.glob("got/**/data_batch*"))


def test_of_an_archive_only_what_is_wanted_is_unpacked(monkeypatch, tmp_path):
    images = np.random.default_rng(0).integers(0, 256, (30, 28, 28), np.uint8)
    packed = emnist_zip(images)
    (tmp_path / "gzip.zip").write_bytes(packed)
    monkeypatch.setattr(datasets.EMNIST, "md5", md5(packed))
    with serving(tmp_path) as url:
        assert fetch("emnist_digits", tmp_path / "got", url + "gzip.zip") == 0
    unpacked = {path.name: path.read_bytes() for path in tmp_path.glob("got/EMNIST/raw/*-ubyte")}
    assert unpacked == emnist_files(images)


def test_what_fails_encrypted_is_not_asked_for_in_the_open(monkeypatch, capsys, tmp_path):
    asked = []

    class Counting(Quiet):
        def send_head(self):
            asked.append(self.path)
            return super().send_head()

    # torchvision asks http where https fails, once past its look for redirections.
    monkeypatch.setattr("torchvision.datasets.utils._get_redirect_url", lambda url, **_: url)
    monkeypatch.setattr(datasets.KMNIST, "mirrors", [])
    (tmp_path / "train-images-idx3-ubyte.gz").write_bytes(b"")
    with serving(tmp_path, Counting) as url:
        assert fetch("kmnist", tmp_path / "got", url.replace("http:", "https:")) == 1
    assert "did not answer encrypted" in capsys.readouterr().err
    assert asked == []
