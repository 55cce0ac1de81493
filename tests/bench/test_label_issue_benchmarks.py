"""Flipped labels for the benchmark of label issues."""

import struct

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from studio.bench.benchmarks import BENCHMARKS, run_benchmarks
from studio.bench.flipped_labels import copy_with_flipped_labels, flip_labels, read_flipped_rows
from studio.bench.session import BenchmarkSession
from studio.data import find_dataset
from studio.data.formats.idx import read_idx


@given(st.integers(0, 500), st.integers(2, 12), st.integers(0, 5))
def test_two_percent_of_the_labels_become_another_class(count, classes, seed):
    labels = np.random.default_rng(seed).integers(0, classes, count).astype(np.uint8)
    changed, flipped = flip_labels(labels, classes, seed)
    assert np.array_equal(np.flatnonzero(changed != labels), flipped)
    assert len(flipped) == round(0.02 * count)
    assert changed.dtype == np.uint8
    assert (changed < classes).all()


def test_the_copy_differs_in_its_training_labels_only(tmp_path):
    info = find_dataset("mnist")
    source = info.raw_dir(tmp_path / "source")
    source.mkdir(parents=True)
    for name in info.files:
        values = np.arange(100, dtype=np.uint8) % 10
        (source / name).write_bytes(struct.pack(">4BI", 0, 0, 8, 1, 100) + values.tobytes())
    target = tmp_path / "target"
    copy_with_flipped_labels(info, tmp_path / "source", target)
    flipped = read_flipped_rows(target)
    assert len(flipped) == 2
    for name in info.files:
        before, after = (read_idx(folder / name) for folder in (source, info.raw_dir(target)))
        expected = flipped if name == info.files[1] else []
        assert np.flatnonzero(before != after).tolist() == list(expected)


def test_without_the_datasets_the_results_say_so(tmp_path):
    session = BenchmarkSession(tmp_path / "data", tmp_path, repeats=1, seconds=0.0)
    results = list(run_benchmarks([BENCHMARKS["label-issues"]], session))
    assert [result.conditions for result in results] == [
        "MNIST is not downloaded",
        "Fashion-MNIST is not downloaded",
    ]
    assert all(result.value is None and not result.failure for result in results)


def test_it_does_not_run_by_default():
    assert not BENCHMARKS["label-issues"].by_default
