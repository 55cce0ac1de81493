"""The shared context knows folders, keeps settings, and brings torch in behind the window."""

import pytest
from PySide6.QtCore import QObject

from studio import paths
from studio.ui import context as context_module
from studio.ui.context import StudioContext


class Heard(QObject):
    """Counts the words of the context about torch."""

    def __init__(self, context):
        super().__init__()
        self.loaded, self.failed = 0, []
        context.torch_loaded.connect(self.on_loaded)
        context.torch_failed.connect(self.on_failed)

    def on_loaded(self):
        self.loaded += 1

    def on_failed(self, error, text):
        self.failed.append((error, text))


@pytest.fixture
def context(qapp):
    made = StudioContext()
    yield made
    made.tasks.wait_all()


def test_folders_default_to_the_users_own(context):
    assert context.runs_dir == paths.runs_dir()
    assert context.data_dir == paths.data_dir()
    assert context.store.list() == []


def test_settings_outlive_the_context(qapp, user_folders):
    first = StudioContext()
    first.settings.setValue("theme", "dark")
    first.settings.sync()
    second = StudioContext()
    assert second.settings.value("theme") == "dark"
    assert second.settings.fileName().startswith(str(user_folders))


def test_torch_is_loaded_once_and_said_once(qtbot, context, monkeypatch):
    calls = []
    monkeypatch.setattr(context_module, "_import_torch", lambda *words: calls.append(words))
    heard = Heard(context)
    assert not context.torch_ready
    with qtbot.waitSignal(context.torch_loaded):
        context.load_torch()
        context.load_torch()
    assert context.torch_ready
    context.load_torch()
    with qtbot.waitSignal(context.tasks.idle, raising=False, timeout=100):
        pass
    assert (heard.loaded, len(calls)) == (1, 1)


def test_a_torch_that_cannot_be_loaded_is_said_and_may_be_tried_again(qtbot, context, monkeypatch):
    def fail(on_progress, should_stop):
        raise ImportError("No module named torch")

    monkeypatch.setattr(context_module, "_import_torch", fail)
    heard = Heard(context)
    with qtbot.waitSignal(context.torch_failed):
        context.load_torch()
    assert not context.torch_ready
    assert str(heard.failed[0][0]) == "No module named torch"
    with qtbot.waitSignal(context.torch_failed):
        context.load_torch()
