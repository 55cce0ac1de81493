"""CIFAR-10 batches are read as published, and no other pickle is loaded."""

import os
import pickle

import numpy as np
import pytest

from studio.data.formats.cifar import read_batch
from studio.errors import DatasetError
from tests.data.make_dataset_files import batch_bytes, md5

PIXELS = np.random.default_rng(0).integers(0, 256, (12, 3072), np.uint8)
LABELS = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8]


@pytest.fixture
def write(tmp_path):
    """Write a batch; returns its path and its checksum."""

    def save(data):
        path = tmp_path / "data_batch_1"
        path.write_bytes(data)
        return path, md5(data)

    return save


def test_a_batch_is_read(write):
    images, labels = read_batch(*write(batch_bytes(PIXELS, LABELS)))
    assert np.array_equal(images, PIXELS.reshape(12, 3, 32, 32))
    assert labels.tolist() == LABELS
    assert (images.dtype, labels.dtype) == (np.uint8, np.int64)


def test_a_batch_with_another_checksum_is_not_even_opened(write):
    path, _ = write(batch_bytes(PIXELS, LABELS))
    with pytest.raises(DatasetError, match=r"checksum differs.*Download it again"):
        read_batch(path, md5(b"the published one"))


class Evil:
    """Runs a command when it is unpickled."""

    def __init__(self, function, *words):
        self._call = function, words

    def __reduce__(self):
        return self._call


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_batch_that_would_run_a_command_is_refused(write, tmp_path, protocol):
    ran = tmp_path / "ran"
    evil = Evil(os.system, f"touch {ran}")
    data = pickle.dumps({"data": evil, "labels": [1]}, protocol)
    with pytest.raises(DatasetError, match=r"it refers to (posix|nt)\.system"):
        read_batch(*write(data))
    assert not ran.exists()


@pytest.mark.parametrize("function", [eval, getattr, __import__, os.remove, np.load, np.fromfile])
def test_no_other_function_can_be_named(write, function):
    data = pickle.dumps({"data": Evil(function, "x"), "labels": [1]}, 2)
    with pytest.raises(DatasetError, match="it refers to"):
        read_batch(*write(data))


WRONG = {
    "cut short": batch_bytes(PIXELS, LABELS)[:-100],
    "one label too few": batch_bytes(PIXELS, LABELS[:-1]),
    "not of color pictures": batch_bytes(PIXELS[:, :100], LABELS),
    "no batch": pickle.dumps([1, 2, 3]),
    "words for pixels": pickle.dumps({"data": "words", "labels": []}),
    "empty": b"",
}


@pytest.mark.parametrize("data", WRONG.values(), ids=WRONG)
def test_what_is_no_batch_is_named(write, data):
    with pytest.raises(DatasetError, match=r"data_batch_1.*not a batch of CIFAR-10"):
        read_batch(*write(data))


def test_a_missing_batch_is_named(tmp_path):
    with pytest.raises(DatasetError, match="cannot be read"):
        read_batch(tmp_path / "none", "")


@pytest.mark.parametrize("data", [b"\x80\x02K\x01Q.", b"\x80\x02K\x01.", b"", b"]" * 5000])
def test_the_error_about_another_pickle_is_one_clear_sentence(write, data):
    with pytest.raises(DatasetError, match="is not a batch of CIFAR-10") as caught:
        read_batch(*write(data))
    assert "\n" not in caught.value.message
