"""Damages every settings and state file of the window, and starts the window each time.

Run with `python -m tests.attacks.settings --count 100 --seed 1`: each start gets another variant of
every file at once. The window must open, work and close, and name each damaged file that it keeps.
"""

import argparse
import json
import os
import random
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QDeadlineTimer, QEventLoop, QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget

from studio import paths
from studio.ui import theme
from studio.ui.context import StudioContext
from studio.ui.draw.drawing_state import DrawingEncoder
from studio.ui.main_window import MainWindow
from studio.ui.page_stack import DRAW, PAGES
from studio.ui.settings import Settings
from studio.ui.widgets.banner import Banner
from studio.ui.widgets.strokes import Background, HistorySnapshot, Stroke
from studio.ui.window_state.state_file import write_state

WAIT_MS = 20_000
SETTINGS = (
    "[General]\nedited_samples_folder=/pictures\nmistakes_image_side=64\n"
    'mistakes_saved_views="[{\\"name\\": \\"Mine\\", \\"outcome\\": \\"all\\"}]"\n'
    'opened_folders="[\\"/runs/a\\", \\"/runs/é\\"]"\npage=3\ntheme=dark\n'
)
PAGE = {"page": 2, "geometry": "AdnQywADAAAAAAAAAAAAAAAABP8AAAMfAAAAAAAAAAA="}
SAMPLE = {"run": "bundled", "split": "test"}
SECTIONS: dict[str, Any] = {
    "window": PAGE,
    "draw_model": "20260101-120000-digits-quickstart-0a1b",
    "mistakes": SAMPLE | {"view": "overview"},
    "samples": SAMPLE
    | {"view": {"name": "last", "sort": "margin"}, "sample": "test:3", "pane": "saliency"},
    "fix_prompt": SAMPLE | {"kind": "note", "samples": ["test:3", "test:4"], "text": "blurred"},
    "view_name": SAMPLE | {"renamed": "", "text": "My hard ones"},
    "sample_edit": {
        "run": "bundled",
        "sample": "test:3",
        "shape": [1, 2, 2],
        "images": ["eJxjYGBgAAAABAAB"],
        "edits": [
            {"image": 0, "values": {}, "done": []},
            {"image": 0, "values": {"rotation": 7.0}, "done": ["Drawn on"]},
        ],
        "index": 1,
        "open": True,
    },
    "train_form": {"recipe": "digits-quickstart", "seed": 3, "optim": {"epochs": 3, "lr": 0.02}},
    "runs": {"selected": ["20260101-120000-digits-quickstart-0a1b"], "filter": "digits"},
}
ODD_VALUES = (
    None, True, -1, 0, 2**63, 10**400, 1e308, -0.5, "", "x" * 10_000, "\ud800", "\0", "..", [], {},
    [[]] * 3, {"a": {}}, [None], ["test:1"], "test:99999999999999999999", "<b>", "/", 1e-320,
)  # fmt: skip


def write_home(home: Path) -> None:
    """Write settings and state as an undamaged window leaves them."""
    folder = state_folder(home)
    folder.mkdir(parents=True)
    (home / "window.conf").write_text(SETTINGS, encoding="utf-8")
    for name, value in SECTIONS.items():
        write_state(folder / f"{name}.json", value)
    image = Background(np.full((5, 4), 90, np.uint8), np.full((5, 4, 3), 90, np.uint8))
    steps = (image, Stroke("pen", 0.06, [(0.1, 0.2), (0.5, 0.75)]), Stroke("eraser", 0.1, [(1, 0)]))
    value = DrawingEncoder().encode(HistorySnapshot(steps, (Background(),)), folder)
    write_state(folder / "drawing.json", value | {"tool": "pen", "pen_width": 0.06})
    (folder / "lock").write_text("0\nnobody\n\n")


def state_folder(home: Path) -> Path:
    """The folder of the state that the first window uses."""
    return home / "state" / "window-1"


def damage(path: Path, rng: random.Random) -> str:
    """Damage one file, and return how."""
    kinds: list[Callable[[Path, random.Random], None]] = [
        flip_bits, truncate, duplicate, insert, overwrite, replace_by_noise,
    ]  # fmt: skip
    if path.suffix == ".json":
        kinds += [change_value] * 4
    if os.name != "nt":
        kinds += [replace_by_special]
    kind = rng.choice(kinds)
    kind(path, rng)
    return kind.__name__


def flip_bits(path: Path, rng: random.Random) -> None:
    """Flip one to three bits."""
    content = bytearray(path.read_bytes())
    for _ in range(rng.randint(1, 3)):
        content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
    path.write_bytes(content)


def truncate(path: Path, rng: random.Random) -> None:
    """Cut the file anywhere, also to nothing."""
    content = path.read_bytes()
    path.write_bytes(content[: rng.randrange(len(content))])


def duplicate(path: Path, rng: random.Random) -> None:
    """Repeat the end of the file."""
    content = path.read_bytes()
    path.write_bytes(content + content[rng.randrange(len(content)) :])


def insert(path: Path, rng: random.Random) -> None:
    """Insert random bytes anywhere."""
    content, at = path.read_bytes(), rng.randrange(path.stat().st_size)
    path.write_bytes(content[:at] + rng.randbytes(rng.randint(1, 50)) + content[at:])


def overwrite(path: Path, rng: random.Random) -> None:
    """Overwrite a range with zeros, as after a power failure."""
    content = bytearray(path.read_bytes())
    start = rng.randrange(len(content))
    end = rng.randint(start + 1, len(content))
    content[start:end] = bytes(end - start)
    path.write_bytes(content)


def replace_by_noise(path: Path, rng: random.Random) -> None:
    """Replace the file by random bytes, or by the brackets of deep JSON."""
    path.write_bytes(rng.choice([rng.randbytes(999), b"[" * 50_000, b"\0" * 4096, b"{}"]))


def replace_by_special(path: Path, rng: random.Random) -> None:
    """Replace the file by a folder, a pipe, a device, or links that lead nowhere."""
    path.unlink()
    kind = rng.choice(["folder", "pipe", "device", "loop"])
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/zero" if kind == "device" else path)


def change_value(path: Path, rng: random.Random) -> None:
    """Replace one value of the JSON by an odd one; the checksum is right again."""
    value = json.loads(path.read_bytes().partition(b"\n")[2])
    holder = {"": value}
    spots = list(_spots(holder))
    container, key = rng.choice(spots)
    if rng.random() < 0.2 and isinstance(container, dict) and key:
        del container[key]
    else:
        container[key] = rng.choice(ODD_VALUES)
    write_state(path, holder[""])


def _spots(container: Any) -> Iterator[tuple[Any, Any]]:
    """All places of values in nested lists and dicts."""
    keys = container.keys() if isinstance(container, dict) else range(len(container))
    for key in keys:
        yield container, key
        if isinstance(container[key], dict | list):
            yield from _spots(container[key])


def attack(count: int, seed: int, folder: Path) -> list[str]:
    """Start `count` windows over damaged files; return what went wrong, with the seeds."""
    failures = []
    for number in range(seed, seed + count):
        home = folder / str(number)
        write_home(home)
        rng = random.Random(number)
        files = [home / "window.conf", *sorted(state_folder(home).iterdir())]
        before = {path: path.read_bytes() for path in files}
        damaged = {path: damage(path, rng) for path in files}
        contents = {path: _content(path) for path in files}
        problems = [*check_window(home, contents)]
        for path in files:
            is_changed = damaged[path] != "change_value" and contents[path] != before[path]
            if path.suffix == ".json" and is_changed and not list(_copies(path)):
                problems.append(f"{path.name} was used")
        kinds = ", ".join(f"{path.name}: {kind}" for path, kind in damaged.items())
        failures += [f"seed {number}: {problem} ({kinds})" for problem in problems]
        shutil.rmtree(home)
    return failures


def check_window(home: Path, contents: Mapping[Path, bytes | None]) -> Iterator[str]:
    """Open, use and close a window; yield what is wrong."""
    errors: list[str] = []
    with caught_errors(errors), state_in(home / "state"):
        try:
            text = use_window(home)
        except TimeoutError as error:
            yield str(error)
            return
    yield from errors
    kept = [path for path in home.rglob("*.damaged-*") if ".damaged-" not in path.parent.name]
    for path in kept:
        original = path.with_name(path.name.rpartition(".damaged-")[0])
        if path.name not in text:
            yield f"{path.name} is not named"
        if original in contents and _content(path) != contents[original]:
            yield f"{path.name} is not the damaged file"


def use_window(home: Path) -> str:
    """Open a window, show all pages, draw, and close it; return the text of its banner."""
    context = StudioContext(home / "runs", home / "data", Settings(home / "window.conf"))
    app = theme.application()
    theme.apply(app, context.theme)
    with theme.style_once(app):
        window = MainWindow(context)
    closed: list[bool] = []
    window.closed.connect(lambda: closed.append(True))
    window.show()
    stack = window.findChild(QStackedWidget, "pages")
    wait_until(lambda: stack.count() == len(PAGES), "the pages were not created")
    # Made when it is first opened; it reads the edits.
    window.mistakes_page.samples_view.detail.pane("edit")
    for page in (*PAGES, DRAW):
        window.show_page(page)
        if stack.currentIndex() != page:
            raise TimeoutError(f"page {page} was not shown")
    wait_until(lambda: not context.tasks.is_busy, "the state was not restored")
    draw(window.findChild(QWidget, "digit_canvas"))
    banner = window.findChild(Banner, "settings_banner")
    text = banner.text() if banner else ""
    window.close()
    wait_until(lambda: bool(closed), "the window was not closed")
    context.tasks.wait_all()
    window.deleteLater()
    return text


def draw(canvas: QWidget) -> None:
    """Draw a stroke, and raise TimeoutError if it is not on the canvas."""
    canvas.clear()
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(60, 60))
    QTest.mouseMove(canvas, QPoint(90, 120))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(90, 120))
    if canvas.is_blank():
        raise TimeoutError("nothing can be drawn")


def wait_until(condition: Callable[[], bool], problem: str) -> None:
    """Process events until a condition holds. Raises TimeoutError."""
    deadline = QDeadlineTimer(WAIT_MS)
    while not condition():
        if deadline.hasExpired():
            raise TimeoutError(problem)
        loop = QEventLoop()  # unlike QTest.qWait, it lets threads of Python run
        QTimer.singleShot(5, loop.quit)
        loop.exec()


@contextmanager
def caught_errors(errors: list[str]) -> Iterator[None]:
    """Collect uncaught errors of slots and threads."""
    before = sys.excepthook
    sys.excepthook = lambda kind, error, trace: errors.append(f"{kind.__name__}: {error}")
    try:
        yield
    finally:
        sys.excepthook = before


@contextmanager
def state_in(folder: Path) -> Iterator[None]:
    """Let windows keep their state in a folder, and not load torch."""
    before = paths.window_state_dir, StudioContext.load_torch
    paths.window_state_dir = lambda: folder
    StudioContext.load_torch = lambda context: None  # type: ignore[method-assign]
    try:
        yield
    finally:
        paths.window_state_dir, StudioContext.load_torch = before  # type: ignore[method-assign]


def _copies(path: Path) -> Iterator[Path]:
    return path.parent.glob(f"{path.name}.damaged-*")


def _content(path: Path) -> bytes | None:
    """The bytes of a regular file, None for anything else."""
    return path.read_bytes() if path.is_file() and not path.is_symlink() else None


def main() -> int:
    """Run the attack at full size, and print what went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    app = QApplication([])
    with tempfile.TemporaryDirectory() as folder:
        failures = attack(chosen.count, chosen.seed, Path(folder))
    for failure in failures:
        print(failure)  # noqa: T201
    files = len(SECTIONS) + 4
    print(  # noqa: T201
        f"seed {chosen.seed}: {chosen.count} windows, {chosen.count * files} damaged files, "
        f"{len(failures)} failures"
    )
    app.processEvents()
    return bool(failures)


if __name__ == "__main__":
    sys.exit(main())
