"""Samples that do not fit on the device are streamed from the disk, by a thread that ends."""

import os
import threading
from contextlib import closing

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from studio.data.pixel_cache import build_pixels, pixel_cache_dir
from studio.errors import DatasetError, Stopped
from studio.runs import RunStatus
from studio.training import Trainer
from studio.training.events import FitStarted, StepEnd
from studio.training.input.batches import DeviceDataset, epoch_order
from studio.training.input.prefetch import Prefetcher
from studio.training.input.samples import load_samples, read_chunks
from studio.training.input.streaming import StreamedSamples
from tests.training.fitting import same_weights, stop_after

pytestmark = pytest.mark.numeric


def numbered(count, shape=(2, 3, 3), dtype=np.uint8):
    """Samples that differ from each other."""
    values = np.random.default_rng(count).integers(0, 256, (count, *shape))
    return values.astype(dtype)


@pytest.fixture
def mapped(user_folders):
    """50 images in a memory-mapped file of the pixel cache."""
    rows = numbered(50)
    return build_pixels("streamed", (2, 3, 3), rows, dict)[0]


@pytest.fixture
def nothing_fits(monkeypatch):
    """Nothing fits on any device."""
    monkeypatch.setattr("studio.training.input.samples.available_bytes", lambda device: 0)


def prefetch_threads():
    return [thread for thread in threading.enumerate() if thread.name == "prefetch"]


def batches_of(images, labels, order, epoch, views=1):
    data = DeviceDataset(images, labels, views)
    with closing(data.batches(order, epoch)) as batches:
        return [(images.clone(), labels) for images, labels in batches]


@given(
    count=st.integers(1, 60),
    batch=st.integers(1, 70),
    views=st.integers(1, 3),
    epoch=st.integers(0, 4),
    begin=st.integers(0, 5),
    half=st.booleans(),
    spread=st.booleans(),
)
def test_streamed_batches_equal_batches_on_the_device(
    count, batch, views, epoch, begin, half, spread
):
    array = numbered(2 * views * count, dtype=np.float16 if half else np.uint8)
    if spread:  # grayscale images expanded to three channels
        array = np.broadcast_to(array[:, :1], (len(array), 3, 3, 3))
    rows = np.random.default_rng(1).permutation(len(array))[: views * count]
    labels = torch.arange(count)
    order = epoch_order(count, batch, seed=3, epoch=epoch)[begin:]
    loaded = load_samples(array, rows, "cpu")
    streamed_samples = StreamedSamples(array, rows, "cpu", 0)
    assert isinstance(loaded, torch.Tensor)
    assert loaded.shape == streamed_samples.shape
    expected = batches_of(loaded, labels, order, epoch, views)
    streamed = batches_of(streamed_samples, labels, order, epoch, views)
    assert len(streamed) == len(expected) == len(order)
    for (images, names), (others, other_names) in zip(streamed, expected, strict=True):
        assert images.dtype == others.dtype == (torch.float32 if half else torch.uint8)
        assert torch.equal(images, others)
        assert torch.equal(names, other_names)
    assert not prefetch_threads()


@given(count=st.integers(1, 40), chunk_size=st.integers(1, 50))
def test_chunks_contain_all_samples_in_order(count, chunk_size):
    array = numbered(count)
    chunks = [
        chunk.clone()
        for chunk in read_chunks(StreamedSamples(array, np.arange(count), "cpu", 0), chunk_size)
    ]
    assert torch.equal(torch.cat(chunks), torch.from_numpy(array))
    assert [len(chunk) for chunk in chunks[:-1]] == [chunk_size] * (len(chunks) - 1)


def test_samples_are_streamed_if_they_do_not_fit(mapped, monkeypatch):
    rows = np.arange(10, 30)
    size = 20 * 2 * 3 * 3
    monkeypatch.setattr("studio.training.input.samples.available_bytes", lambda device: size)
    loaded = load_samples(mapped, rows, "cpu")
    assert torch.equal(loaded, torch.from_numpy(numbered(50)[10:30]))
    monkeypatch.setattr("studio.training.input.samples.available_bytes", lambda device: size - 1)
    assert isinstance(load_samples(mapped, rows, "cpu"), StreamedSamples)


def test_the_reason_names_the_source_and_the_sizes():
    rows = np.zeros(4_000_000, np.int64)
    wide = np.broadcast_to(np.zeros((1, 1, 1, 1), np.uint8), (1, 3, 32, 32))
    streamed = StreamedSamples(wide, rows, "cpu", 8_000_000_000)
    assert streamed.reason == "streamed from memory: 12.3 GB do not fit into 8.0 GB"


def test_loading_can_be_stopped(monkeypatch):
    monkeypatch.setattr("studio.training.input.samples.CHUNK_BYTES", 100)
    with pytest.raises(Stopped):
        load_samples(numbered(50), np.arange(50), "cpu", lambda: True)
    assert not prefetch_threads()


def test_the_thread_prefetches_only_a_few_items():
    filled, far = [], threading.Event()

    def fill(item, buffer):
        filled.append(item)
        if len(filled) == 3:
            far.set()

    buffers = [torch.empty(1) for _ in range(3)]
    with closing(Prefetcher(fill, range(100), buffers)) as reader:
        buffer = reader.get()
        assert buffer is buffers[0]
        assert far.wait(10)
        assert filled == [0, 1, 2]
        reader.release(buffer)
        assert [reader.get() for _ in range(3)] == [buffers[1], buffers[2], buffers[0]]
    assert filled == [0, 1, 2, 3]


def test_closing_a_reader_ends_its_thread(mapped):
    streamed = StreamedSamples(mapped, np.arange(50), "cpu", 0)
    reader = streamed.read([slice(start, start + 1) for start in range(50)])
    next(reader)
    assert len(prefetch_threads()) == 1
    reader.close()
    assert not prefetch_threads()


def test_an_error_while_reading_is_raised_in_the_consumer():
    def fill(item, buffer):
        if item == 2:
            raise OSError(5, "Input/output error")

    reader = Prefetcher(fill, range(5), [torch.empty(1) for _ in range(5)])
    reader.get()
    reader.get()
    with pytest.raises(OSError, match="Input/output"):
        reader.get()
    reader.close()
    assert not prefetch_threads()


def test_a_truncated_file_raises_an_error_with_a_hint(mapped):
    (path,) = pixel_cache_dir().iterdir()
    streamed = StreamedSamples(mapped, np.arange(50), "cpu", 0)
    with closing(streamed.read([slice(0, 5), slice(5, 10)])) as reader:
        next(reader)
    os.truncate(path, 10)
    with pytest.raises(DatasetError, match=r"cut short.*resume"):
        list(streamed.read([slice(0, 5)]))
    assert not prefetch_threads()


def test_a_removed_file_can_be_read_to_the_end(mapped):
    (path,) = pixel_cache_dir().iterdir()
    try:
        path.unlink()
    except PermissionError:
        pytest.skip("this system keeps a file that is in use")
    (rows,) = StreamedSamples(mapped, np.arange(50), "cpu", 0).read([slice(0, 50)])
    assert torch.equal(rows, torch.from_numpy(numbered(50)))


def fit(config, run, should_stop=lambda: False, on_event=lambda event: None):
    """Train, and return the first event."""
    events = []

    def record(event):
        events.append(event)
        on_event(event)

    Trainer(config, run).fit(record, should_stop)
    return next(event for event in events if isinstance(event, FitStarted))


@pytest.fixture
def small(config):
    """Seven steps per epoch, the last one with fewer images."""
    return config.with_values(
        {"optim.epochs": 2, "optim.batch_size": 48, "data.subset": 400, "data.test_subset": 60}
    )


@pytest.mark.parametrize("config_fixture", ["small", "pretrained_config"])
def test_a_streamed_training_gives_the_same_bits_also_when_resumed(
    config_fixture, request, store, monkeypatch
):
    config = request.getfixturevalue(config_fixture).with_values({"optim.epochs": 2})
    uninterrupted, stopped = store.create(config), store.create(config)
    assert fit(config, uninterrupted).streamed == ""
    monkeypatch.setattr("studio.training.input.samples.available_bytes", lambda device: 0)
    assert "do not fit" in fit(config, stopped, stop_after(3)).streamed
    assert stopped.status.status is RunStatus.STOPPED
    assert not prefetch_threads()
    fit(config, stopped)
    assert stopped.status.status is RunStatus.FINISHED
    assert same_weights(uninterrupted.best_weights, stopped.best_weights)
    assert same_weights(uninterrupted.last_weights, stopped.last_weights)
    assert stopped.status.test_accuracy == uninterrupted.status.test_accuracy


def test_a_training_with_a_truncated_file_fails_with_a_hint(small, store, nothing_fits):
    config = small.with_values({"data.image_size": 12, "optim.batch_size": 8})
    run = store.create(config)

    def cut_short(event):
        if isinstance(event, StepEnd):
            (path,) = pixel_cache_dir().iterdir()
            os.truncate(path, 10)

    with pytest.raises(DatasetError, match="can no longer be read"):
        fit(config, run, on_event=cut_short)
    assert run.status.status is RunStatus.FAILED
    assert "cut short" in run.status.reason
    assert not prefetch_threads()
