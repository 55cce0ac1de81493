"""The state of a window: saved a moment after each change, restored once, damaged files kept."""

import base64
import json
import os

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from shiboken6 import Shiboken

from studio.data.opened_image import load_opened_image
from studio.ui.draw.remembered_drawing import RememberedDrawing
from studio.ui.tasks import TaskHost
from studio.ui.widgets.digit_canvas import DigitCanvas
from studio.ui.widgets.strokes import HistorySnapshot, Stroke
from studio.ui.window_state import WindowState
from studio.ui.window_state.state_file import read_state, write_state


@pytest.fixture
def make_state(qapp, tmp_path):
    """Opens the state of a window, in the first folder that no other one uses."""
    made = []

    def make(restores=True):
        tasks = TaskHost()
        state = WindowState(tasks, tmp_path / "state", tasks)
        state.kept = []
        state.damage_found.connect(state.kept.append)
        state.open(restores)
        made.append((tasks, state))
        return state

    yield make
    for tasks, state in made:
        state.close()
        tasks.wait_all()
        Shiboken.delete(tasks)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "state" / "window-1"


def number(value):
    if not isinstance(value, int):
        raise TypeError("no number")
    return value


def save(qtbot, state, name, value):
    state.add(name, lambda: value)
    with qtbot.waitSignal(state.saved):
        state.mark_changed(name)


def test_a_section_is_saved_by_itself_and_read_again(qtbot, make_state):
    state = make_state()
    save(qtbot, state, "a", 7)
    state.close()
    assert make_state().read("a", number, 0) == 7


def test_changes_of_a_moment_are_saved_together(qtbot, make_state):
    state, taken = make_state(), []
    state.add("a", lambda: taken.append(1) or len(taken))
    with qtbot.waitSignal(state.saved):
        for _ in range(100):
            state.mark_changed("a")
    assert len(taken) == 1


def test_closing_saves_what_has_just_changed(make_state):
    state = make_state()
    state.add("a", lambda: 3)
    state.mark_changed("a")
    state.close()
    assert make_state().read("a", number, 0) == 3


def test_nothing_is_written_before_it_is_opened(qapp, tmp_path):
    tasks = TaskHost()
    state = WindowState(tasks, tmp_path / "state", tasks)
    state.add("a", lambda: 3)
    state.mark_changed("a")
    assert state.is_saved
    state.close()
    assert not (tmp_path / "state").exists()
    Shiboken.delete(tasks)


def test_two_windows_do_not_share_their_state(qtbot, make_state):
    first, second = make_state(), make_state()
    save(qtbot, first, "a", 1)
    save(qtbot, second, "a", 2)
    first.close()
    second.close()
    assert make_state().read("a", number, 0) == 1
    assert make_state().read("a", number, 0) == 2


def test_a_safe_start_restores_nothing_and_overwrites_nothing(qtbot, make_state):
    state = make_state()
    save(qtbot, state, "a", 1)
    state.close()
    safe = make_state(restores=False)
    assert safe.read("a", number, 0) == 0
    save(qtbot, safe, "a", 2)
    safe.close()
    assert make_state().read("a", number, 0) == 1


@pytest.mark.parametrize("content", [b"", b"7", b"x\n7", b'0\n{"a": 1}', b"[" * 100_000])
def test_a_damaged_file_is_kept_and_named(make_state, folder, content):
    folder.mkdir(parents=True)
    (folder / "a.json").write_bytes(content)
    state = make_state()
    assert state.read("a", number, 5) == 5
    assert state.kept == [folder / "a.json.damaged-1"]
    assert state.kept[0].read_bytes() == content


def test_a_value_of_another_kind_is_damage_too(make_state, folder):
    folder.mkdir(parents=True)
    write_state(folder / "a.json", "text")
    state = make_state()
    assert state.read("a", number, 5) == 5
    assert len(state.kept) == 1


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
@pytest.mark.parametrize("kind", ["folder", "pipe", "loop"])
@pytest.mark.parametrize("name", ["a.json", "lock"])
def test_what_is_no_file_is_set_aside(qtbot, make_state, folder, kind, name):
    path = folder / name
    if kind == "folder":
        path.mkdir(parents=True)
    else:
        folder.mkdir(parents=True)
        os.mkfifo(path) if kind == "pipe" else path.symlink_to(path)
    state = make_state()
    assert state.read("a", number, 5) == 5
    assert state.kept == [folder / f"{name}.damaged-1"]
    save(qtbot, state, "a", 6)
    assert read_state(folder / "a.json") == 6


@pytest.mark.parametrize("name", ["state", "state/window-1"])
def test_a_file_in_place_of_the_folder_is_set_aside(qtbot, make_state, tmp_path, name):
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("no folder")
    state = make_state()
    assert state.kept == [path.with_name(f"{path.name}.damaged-1")]
    save(qtbot, state, "a", 6)


def test_what_cannot_be_written_is_reported_and_retried(qtbot, make_state, monkeypatch):
    state, module = make_state(), "studio.ui.window_state.window_state"
    monkeypatch.setattr(f"{module}.RETRY_AFTER_MS", 1)
    state._retry_timer.setInterval(1)

    def refuse(path, value):
        raise OSError(28, "No space left on device")

    state.add("a", lambda: 8)
    with monkeypatch.context() as patch:
        patch.setattr(f"{module}.write_state", refuse)
        with qtbot.waitSignal(state.failed):
            state.mark_changed("a")
        assert not state.is_saved
    with qtbot.waitSignal(state.saved):
        pass
    state.close()
    assert make_state().read("a", number, 0) == 8


# The drawing

POINT = base64.b64encode(np.array([0.2, 0.2], "<f8").tobytes()).decode()


@pytest.fixture
def make_canvas(qtbot, make_state):
    """Makes a canvas whose drawing is remembered, and shows the last one."""

    def make():
        state, canvas = make_state(), DigitCanvas()
        qtbot.addWidget(canvas)
        canvas.resize(300, 300)
        canvas.remembered = RememberedDrawing(state, canvas, canvas)
        canvas.state = state
        canvas.remembered.restore()
        qtbot.waitUntil(lambda: not state._restoring)
        return canvas

    return make


def stroke(*points):
    return HistorySnapshot((Stroke("pen", 0.06, list(points)),))


@pytest.mark.parametrize("form", ["file", "pixels"])
def test_an_opened_image_comes_back_for_any_model(qtbot, make_canvas, tmp_path, form):
    pixels = np.random.default_rng(0).integers(0, 256, (40, 30, 3), np.uint8)
    Image.fromarray(pixels).save(tmp_path / "photo.png")
    source = tmp_path / "photo.png" if form == "file" else Image.fromarray(pixels)
    opened = load_opened_image(source)
    canvas = make_canvas()
    canvas.set_image(opened.drawing, opened.photo, opened)
    canvas.state.close()
    again = make_canvas()
    again.show_photos(True, "")
    assert np.array_equal(again.photo(), opened.photo)
    assert np.array_equal(again.image(), canvas.image())
    with Image.open(again.origin.source) if form == "file" else again.origin.source as image:
        assert np.array_equal(np.asarray(image.convert("RGB")), pixels)


def test_an_image_that_is_gone_is_deleted_and_a_kept_one_written_once(qtbot, make_canvas, folder):
    canvas = make_canvas()
    for level in (90, 120):
        canvas.undo()
        canvas.set_image(np.full((8, 8), level, np.uint8))
        qtbot.waitUntil(lambda: canvas.state.is_saved)
        (image,) = folder.glob("image-*.npz")
    written = image.stat().st_mtime_ns
    canvas.prepend(stroke((0.2, 0.2)))
    qtbot.waitUntil(lambda: canvas.state.is_saved)
    assert image.stat().st_mtime_ns == written
    assert len(json.loads((folder / "drawing.json").read_bytes().split(b"\n")[1])["done"]) == 2


def test_strokes_survive_a_damaged_image(qtbot, make_canvas, folder):
    canvas = make_canvas()
    canvas.set_image(np.full((8, 8), 90, np.uint8))
    canvas._drawing.history.push(stroke((0.5, 0.5), (0.6, 0.6)).done[0])
    canvas.changed.emit()
    canvas.state.close()
    (image,) = folder.glob("image-*.npz")
    image.write_bytes(image.read_bytes()[:-1])
    again = make_canvas()
    assert again.state.kept == [image.with_name(f"{image.name}.damaged-1")]
    assert not again.is_blank()
    assert again.image()[280 // 2, 280 // 2] == 255


def test_a_stroke_in_progress_comes_back_as_finished(qtbot, make_canvas):
    canvas = make_canvas()
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(60, 60))
    for step in range(1, 9):
        qtbot.mouseMove(canvas, QPoint(60 + 9 * step, 60 + step**2))
    canvas.state.close()
    again = make_canvas()
    assert np.array_equal(again.image(), canvas.image())
    assert again.can_undo


def test_what_is_drawn_while_the_last_drawing_is_read_lies_on_it(qtbot, make_state, folder):
    folder.mkdir(parents=True)
    state, canvas = make_state(), DigitCanvas()
    qtbot.addWidget(canvas)
    write_state(
        folder / "drawing.json",
        {
            "done": [{"tool": "pen", "width": 0.06, "points": POINT}],
            "undone": [],
            "tool": "eraser",
            "pen_width": 0.1,
        },
    )
    remembered = RememberedDrawing(state, canvas, canvas)
    remembered.restore()
    canvas.prepend(stroke((0.7, 0.7)))
    state.save()
    qtbot.waitUntil(lambda: len(canvas.snapshot().done) == 2)
    assert canvas.snapshot().done[1].points == [(0.7, 0.7)]
    assert (canvas.tool, canvas.pen_width) == ("eraser", 0.1)
    qtbot.waitUntil(lambda: state.is_saved)
    assert len(read_state(folder / "drawing.json")["done"]) == 2


def test_a_section_that_cannot_be_restored_is_saved_again_later(
    qtbot, make_state, folder, monkeypatch
):
    def fail(path, decode):
        raise MemoryError

    monkeypatch.setattr("studio.ui.window_state.window_state._restore", fail)
    state = make_state()
    state.add("number", lambda: 7)
    with qtbot.waitSignal(state.failed) as failed:
        state.restore("number", lambda value, files: value, pytest.fail)
    assert isinstance(failed.args[0], MemoryError)
    with qtbot.waitSignal(state.saved):
        state.mark_changed("number")
    assert read_state(folder / "number.json") == 7
