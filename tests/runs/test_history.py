"""The files of a run's history: rows that are appended, and damage that is no error."""

import numpy as np
import pytest

from studio.runs.growing_array import GrowingArray, read_rows
from studio.runs.history import NOT_SEEN, TrainingHistory, load_history


@pytest.fixture
def array(tmp_path):
    return GrowingArray(tmp_path / "values.npy", "<f2", 3, np.nan)


def test_rows_are_appended_replaced_and_discarded(array, tmp_path):
    path = tmp_path / "values.npy"
    array.write_row(0, np.array([1, 2, 3]))
    array.write_row(1, np.array([4, 5, 6]))
    array.write_row(0, np.array([7, 8, 9]))
    assert np.load(path).tolist() == [[7, 8, 9], [4, 5, 6]]
    assert np.load(path, mmap_mode="r").dtype == np.float16
    array.truncate(1)
    assert np.load(path).tolist() == read_rows(path).tolist() == [[7, 8, 9]]
    assert np.isnan(array.read_row(1)).all()


def test_missing_rows_are_filled(array):
    array.write_row(2, np.array([1, 2, 3]))
    assert array.count_rows() == 3
    assert np.isnan(array.read_row(0)).all()
    assert array.read_row(2).tolist() == [1, 2, 3]


def test_a_file_of_another_shape_is_replaced(array, tmp_path):
    np.save(tmp_path / "values.npy", np.ones((4, 2), np.float16))
    assert array.count_rows() == 0
    array.write_row(0, np.array([1, 2, 3]))
    assert np.load(tmp_path / "values.npy").tolist() == [[1, 2, 3]]


def test_a_file_cut_short_keeps_its_complete_rows(array, tmp_path):
    for row in range(3):
        array.write_row(row, np.full(3, row))
    path = tmp_path / "values.npy"
    path.write_bytes(path.read_bytes()[:-1])
    assert read_rows(path).tolist() == [[0, 0, 0], [1, 1, 1]]


def write_history(run, epochs=2):
    folder = run / "history"
    folder.mkdir(parents=True)
    np.save(folder / "indices.npy", np.array([5, 2, 9]))
    np.save(folder / "probability.npy", np.full((epochs, 3), 0.5, np.float16))
    np.save(folder / "correct.npy", np.full((2, 3), NOT_SEEN, np.uint8))


def test_a_history_is_read_with_as_many_epochs_as_both_files_have(tmp_path):
    write_history(tmp_path, epochs=3)
    history = load_history(tmp_path)
    assert history.epochs == 2
    assert history.positions(np.array([9, 3, 5])).tolist() == [2, -1, 0]


@pytest.mark.parametrize("damage", ["missing", "text", "other"])
def test_a_history_that_cannot_be_read_is_none(tmp_path, damage):
    write_history(tmp_path)
    path = tmp_path / "history" / "probability.npy"
    if damage == "missing":
        path.unlink()
    elif damage == "text":
        path.write_text("no array")
    else:
        np.save(path, np.zeros((2, 4), np.float16))
    assert load_history(tmp_path) is None


def test_a_history_of_no_samples_has_no_positions():
    empty = np.empty((1, 0))
    history = TrainingHistory(
        np.empty(0, np.int64), empty.astype(np.float16), empty.astype(np.uint8)
    )
    assert history.positions(np.array([1])).tolist() == [-1]
