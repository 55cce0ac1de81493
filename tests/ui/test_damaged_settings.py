"""Whatever the settings file holds, the window starts, works and closes."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QLabel, QListWidget, QStackedWidget

from studio.ui import theme
from studio.ui.page_stack import PAGES
from studio.ui.settings import MAX_FILE_BYTES, Settings
from studio.ui.widgets.banner import Banner

GEOMETRY = (
    "@ByteArray(\\x1\\xd9\\xd0\\xcb\\0\\x3\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0"
    "\\x5\\x3\\0\\0\\x3#\\0\\0\\0\\x2\\0\\0\\0\\x2\\0\\0\\x5\\x1\\0\\0\\x3!"
    "\\0\\0\\0\\0\\0\\0\\0\\0\\x3 \\0\\0\\0\\x2\\0\\0\\0\\x2\\0\\0\\x5\\x1\\0\\0\\x3!)"
)
SETS = '"[{\\"path\\": \\"/pictures/pets\\", \\"rename\\": [[\\"kitty\\", \\"cat\\"]]}]"'
WHOLE = (
    f'[General]\ngeometry={GEOMETRY}\nopened_folders="[\\"/runs/a\\", \\"/runs/é\\"]"\n'
    f"own_sets={SETS}\npage=3\ntheme=dark\n"
)
LONG = 60_000
DEEP = "[" * 5_000
KEYS = ("geometry", "page", "theme", "opened_folders", "own_sets")
WRONG = {
    "text": "hello",
    "empty": "",
    "list": "a, b",
    "number": "17",
    "negative": "-1",
    "bytes": "@ByteArray(\\x1\\xd9\\xd0\\xcb\\0\\x3)",
    "invalid": "@Invalid()",
    "rectangle": "@Rect(1 2 3 4)",
    "deep": DEEP,
    "object": '"{\\"path\\": 3}"',
    "rows": '"[{\\"path\\": \\"\\", \\"rename\\": 1}]"',
    "nul": '"[\\"\\\\u0000\\"]"',
    "surrogate": '"[\\"/\\\\ud800\\"]"',
}
CUTS = range(0, len(WHOLE.encode()), 48)
FILES = {f"cut at {cut}": WHOLE.encode()[:cut] for cut in CUTS}
# Each setting is read by itself, so that all of them can be wrong in the same window.
FILES |= {
    f"all {name}": "".join(["[General]\n", *(f"{key}={value}\n" for key in KEYS)]).encode()
    for name, value in WRONG.items()
}
FILES |= {
    "binary": bytes(range(256)) * 9,
    "zeros": b"\0" * 4096,
    "brackets": DEEP.encode(),
    "utf-16": WHOLE.encode("utf-16"),
    "latin-1": WHOLE.encode("latin-1"),
    "huge": WHOLE.encode() + b"x" * MAX_FILE_BYTES,
    "no section": WHOLE.encode().removeprefix(b"[General]\n"),
    "other section": WHOLE.encode().replace(b"[General]", b"[Special]"),
    "twice": WHOLE.encode() * 2,
    "old newlines": WHOLE.encode().replace(b"\n", b"\r"),
    "prose": b"These are not the settings you are looking for.\n" * 20,
    "json": b'{"geometry": [1, 2, 3], "page": null}\n',
}


@pytest.fixture(autouse=True)
def no_torch(monkeypatch):
    """Torch stays out: nothing here needs it."""
    monkeypatch.setattr("studio.ui.context.StudioContext.load_torch", lambda context: None)


@pytest.fixture(autouse=True)
def light_again(qapp):
    yield
    theme.apply(qapp, "light")


@pytest.fixture
def file(user_folders):
    path = Path(Settings().fileName())
    path.parent.mkdir(parents=True)
    return path


def banner_of(window):
    return window.findChild(Banner, "settings_banner")


def start_and_close(qtbot, open_window):
    """Returns the window, closed, and what its banner said."""
    window = open_window(complete=False)
    stack = window.findChild(QStackedWidget, "pages")
    qtbot.waitUntil(lambda: stack.count() == len(PAGES), timeout=LONG)
    nav = window.findChild(QListWidget, "nav")
    for row in PAGES:
        place = nav.visualItemRect(nav.item(row)).center()
        qtbot.mouseClick(nav.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert stack.currentIndex() == row
    banner = banner_of(window)
    said = banner.text() if banner else ""
    with qtbot.waitSignal(window.closed, timeout=LONG):
        window.close()
    return window, said


def check(qtbot, open_window):
    """Returns the settings of a window that started, worked and closed."""
    window, said = start_and_close(qtbot, open_window)
    settings = window.context.settings
    assert bool(said) == settings.is_damaged
    if settings.is_damaged:
        assert str(settings.damaged_copy) in said
        assert os.path.lexists(settings.damaged_copy)
    return settings


@pytest.mark.parametrize("content", FILES.values(), ids=FILES)
def test_the_window_starts_works_and_closes(qtbot, open_window, file, content):
    file.write_bytes(content)
    settings = check(qtbot, open_window)
    if settings.is_damaged:
        assert settings.damaged_copy.read_bytes() == content


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
@pytest.mark.parametrize("kind", ["folder", "pipe", "device"])
def test_what_is_no_file_hinders_nobody(qtbot, open_window, file, kind):
    if kind == "folder":
        file.mkdir()
    elif kind == "pipe":
        os.mkfifo(file)
    else:
        file.symlink_to("/dev/zero")
    assert check(qtbot, open_window).is_damaged


@pytest.mark.parametrize("name", ["prose", "all deep"])
def test_the_damage_is_told_once(qtbot, open_window, file, name):
    file.write_bytes(FILES[name])
    assert check(qtbot, open_window).is_damaged
    assert not check(qtbot, open_window).is_damaged


def test_an_undamaged_file_is_used_without_a_word(qtbot, open_window, file):
    file.write_text(WHOLE, encoding="utf-8")
    window = open_window()
    assert banner_of(window) is None
    assert window.findChild(QListWidget, "nav").currentRow() == 3
    assert window.context.store.opened == (Path("/runs/a"), Path("/runs/é"))
    assert list(file.parent.glob("*.damaged-*")) == []


def test_what_is_right_in_a_damaged_file_is_used(open_window, file):
    file.write_text(WHOLE.replace(GEOMETRY, "hello"), encoding="utf-8")
    window = open_window()
    assert window.findChild(QListWidget, "nav").currentRow() == 3
    assert window.context.theme == "dark"
    label = banner_of(window).findChild(QLabel, "banner_text")
    assert label.isVisible()
    assert f"{file.name}.damaged-1" in label.text()


@pytest.mark.skipif(sys.platform == "win32", reason="signals end the process on Windows")
@pytest.mark.parametrize("damage", ["values", "pipe"])
def test_the_command_ends_on_sigterm_despite_a_damaged_file(tmp_path, damage):
    code = (
        "import sys; from studio.cli import main; from studio.ui import context, main_window\n"
        "context.StudioContext.load_torch = lambda context: None\n"
        "complete = main_window.MainWindow.complete\n"
        "def complete_aloud(window):\n"
        "    complete(window)\n"
        "    print('complete', flush=True)\n"
        "main_window.MainWindow.complete = complete_aloud\n"
        "sys.argv = ['vgg-studio']\n"
        "main()\n"
    )
    folder = tmp_path / "config" / "vgg-studio"
    folder.mkdir(parents=True)
    names = ("window.conf", "window.ini", "vgg-studio.conf")
    for name in names:
        if damage == "pipe":
            os.mkfifo(folder / name)
        else:
            lines = ["[General]", "geometry=hello", *(f"{key}={DEEP}" for key in KEYS[1:])]
            (folder / name).write_text("\n".join(lines))
    program = subprocess.Popen(
        [sys.executable, "-c", code],
        env=os.environ
        | {"QT_QPA_PLATFORM": "offscreen", "XDG_CONFIG_HOME": str(tmp_path / "config")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert program.stdout.readline() == "complete\n"
        program.send_signal(signal.SIGTERM)
        _, said = program.communicate(timeout=100)
    finally:
        program.kill()
    assert program.returncode == 128 + signal.SIGTERM, said
    assert "Traceback" not in said
    if QSettings.defaultFormat() != QSettings.Format.NativeFormat or sys.platform == "linux":
        assert (folder / "window.conf.damaged-1").exists()
