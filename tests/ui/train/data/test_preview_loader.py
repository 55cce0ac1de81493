"""One reading at a time: a newer wish stops the older, the latest previews are remembered."""

import threading
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QObject

from studio.config import DataConfig
from studio.errors import DatasetError, Stopped
from studio.ui.tasks import TaskHost
from studio.ui.train.data.preview_loader import MAX_CACHED, PreviewLoader

LONG = 10_000


class Reader:
    """Stands in for reading: waits for its gate or for the wish to stop."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.begun: list[DataConfig] = []
        self.stopped: list[DataConfig] = []
        self.errors: dict[DataConfig, Exception] = {}

    def __call__(self, config, data_dir, on_progress, should_stop):
        self.begun.append(config)
        on_progress(0.5, f"Reading {config.source}")
        while not self.gate.wait(0.001):
            if should_stop():
                self.stopped.append(config)
                raise Stopped
        if config in self.errors:
            raise self.errors[config]
        return SimpleNamespace(config=config)


class Heard(QObject):
    """What the loader told, in order."""

    def __init__(self, loader: PreviewLoader) -> None:
        super().__init__()
        self.told: list[object] = []
        loader.loaded.connect(self.on_loaded)
        loader.progressed.connect(self.on_progress)
        loader.stopped.connect(self.on_stopped)
        loader.failed.connect(self.on_failed)

    def on_loaded(self, preview) -> None:
        self.told.append(preview.config)

    def on_progress(self, share, text) -> None:
        self.told.append(text)

    def on_stopped(self) -> None:
        self.told.append("stopped")

    def on_failed(self, error, _traceback) -> None:
        self.told.append(error.message)


@pytest.fixture
def reader(monkeypatch) -> Reader:
    reader = Reader()
    monkeypatch.setattr("studio.ui.train.data.preview_loader.make_preview", reader)
    return reader


@pytest.fixture
def loader(qapp, tmp_path):
    tasks = TaskHost()
    loader = PreviewLoader(tasks, tmp_path, tasks)
    yield loader
    loader.load(None)
    tasks.wait_all()


def config(size: int) -> DataConfig:
    return DataConfig(image_size=size)


def test_the_one_wanted_last_comes_and_the_older_is_stopped(qtbot, loader, reader) -> None:
    heard = Heard(loader)
    loader.load(config(8))
    qtbot.waitUntil(lambda: reader.begun == [config(8)], timeout=LONG)
    loader.load(config(16))
    loader.load(config(32))
    qtbot.waitUntil(lambda: reader.begun == [config(8), config(32)], timeout=LONG)
    assert reader.stopped == [config(8)]
    assert loader.is_busy
    reader.gate.set()
    qtbot.waitUntil(lambda: heard.told[-1:] == [config(32)], timeout=LONG)
    assert "stopped" not in heard.told
    assert not loader.is_busy


def test_back_to_the_one_that_was_just_stopped_reads_it_again(qtbot, loader, reader) -> None:
    heard = Heard(loader)
    loader.load(config(8))
    qtbot.waitUntil(lambda: reader.begun == [config(8)], timeout=LONG)
    loader.load(config(16))
    loader.load(config(8))
    qtbot.waitUntil(lambda: len(reader.begun) == 2, timeout=LONG)
    reader.gate.set()
    qtbot.waitUntil(lambda: config(8) in heard.told, timeout=LONG)
    assert "stopped" not in heard.told


def test_a_cancelled_request_is_reported_and_can_be_repeated(qtbot, loader, reader) -> None:
    heard = Heard(loader)
    loader.load(config(8))
    qtbot.waitUntil(lambda: "Reading digits" in heard.told, timeout=LONG)
    loader.cancel()
    qtbot.waitUntil(lambda: heard.told[-1] == "stopped", timeout=LONG)
    assert not loader.is_busy
    reader.gate.set()
    loader.load(config(8))
    qtbot.waitUntil(lambda: heard.told[-1] == config(8), timeout=LONG)


def test_a_failure_is_reported_and_a_new_request_tries_again(qtbot, loader, reader) -> None:
    heard = Heard(loader)
    reader.gate.set()
    reader.errors[config(8)] = DatasetError("Torn.")
    loader.load(config(8))
    qtbot.waitUntil(lambda: heard.told[-1:] == ["Torn."], timeout=LONG)
    del reader.errors[config(8)]
    loader.load(config(8))
    qtbot.waitUntil(lambda: heard.told[-1] == config(8), timeout=LONG)


def test_only_the_latest_are_remembered(qtbot, loader, reader) -> None:
    heard = Heard(loader)
    reader.gate.set()
    for size in (8, 16, 32):
        loader.load(config(size))
        qtbot.waitUntil(lambda size=size: heard.told[-1:] == [config(size)], timeout=LONG)
    assert len(loader.cached()) == MAX_CACHED == 2
    loader.load(config(16))  # remembered: comes at once
    assert heard.told[-1] == config(16)
    loader.load(config(8))
    qtbot.waitUntil(lambda: heard.told[-1] == config(8), timeout=LONG)
    assert [each.image_size for each in reader.begun] == [8, 16, 32, 8]


def test_forgetting_reads_from_disk_again(qtbot, loader, reader) -> None:
    heard = Heard(loader)
    reader.gate.set()
    loader.load(config(8))
    qtbot.waitUntil(lambda: config(8) in heard.told, timeout=LONG)
    loader.forget()
    loader.load(config(8))
    qtbot.waitUntil(lambda: len(reader.begun) == 2, timeout=LONG)
