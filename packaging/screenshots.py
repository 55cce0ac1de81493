"""Take the screenshots of the README: the real window, driven through real trainings.

    python packaging/screenshots.py resources/screenshots
    python packaging/screenshots.py /tmp/shots --size 960x510 --size 1920x1080 --scale 1 --scale 2

Needs Fashion-MNIST in the data folder, but no screen. Writes <page>-<scheme>.png in light and dark
for the four pages, before and after two trainings, and for the Data view of own images. Sizes are
in logical pixels. File names contain a size other than 1280x800 and a scale other than 1.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PIL import Image
from PySide6.QtCore import QEventLoop, QPoint, QSettings, Qt, QTimer, SignalInstance
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from studio.config import DataConfig
from studio.data import load_dataset
from studio.paths import data_dir
from studio.ui import theme
from studio.ui.app import create_main_window
from studio.ui.main_window import MainWindow
from studio.ui.page_stack import DRAW, MISTAKES, RUNS, TRAIN

TIMEOUT_MS = 120_000
SEVEN = [(0.30, 0.24), (0.48, 0.22), (0.70, 0.24), (0.62, 0.42), (0.52, 0.60), (0.45, 0.80)]
DEFAULT_SIZE = "1280x800"
SCREEN = {"name": "4K", "x": 0, "y": 0, "width": 3840, "height": 2160, "dpr": 1}
SCREEN |= {"logicalDpi": 96, "logicalBaseDpi": 96}


@dataclass(frozen=True)
class Camera:
    """Saves screenshots of the window to a folder, in several sizes."""

    folder: Path
    sizes: list[str]
    scale: str

    def shoot(self, window: QWidget, name: str) -> None:
        """Save the window in every size and in both color schemes; a dialog in its own size."""
        for size in self.sizes:
            width, height = map(int, size.split("x"))
            if not isinstance(window, QDialog):
                window.resize(width, height)
            for scheme in ("dark", "light"):
                theme.apply(theme.application(), scheme)
                wait(400)
                window.grab().save(str(self.folder / f"{name}-{scheme}{self._suffix(size)}.png"))

    def _suffix(self, size: str) -> str:
        shown_size = "" if size == DEFAULT_SIZE else f"-{size}"
        return shown_size + ("" if float(self.scale) == 1 else f"@{self.scale}x")


def main() -> None:
    """Take all screenshots. Each scale factor needs a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--size", action="append", help=f"WxH, repeatable; {DEFAULT_SIZE} by default"
    )
    parser.add_argument("--scale", action="append", help="such as 2, repeatable; 1 by default")
    options = parser.parse_args()
    sizes, scales = options.size or [DEFAULT_SIZE], options.scale or ["1"]
    options.folder.mkdir(parents=True, exist_ok=True)
    if len(scales) == 1:
        take_screenshots(Camera(options.folder, sizes, scales[0]))
        return
    repeated = [argument for size in sizes for argument in ("--size", size)]
    for scale in scales:
        command = [sys.executable, __file__, str(options.folder), *repeated, "--scale", scale]
        subprocess.run(command, check=True)


def take_screenshots(camera: Camera) -> None:
    """Open the window with an empty home folder and walk through it."""
    with tempfile.TemporaryDirectory() as home:
        QSettings.setDefaultFormat(QSettings.Format.IniFormat)
        os.environ |= {"XDG_CONFIG_HOME": home, "HOME": home, "QT_SCALE_FACTOR": camera.scale}
        if os.environ["QT_QPA_PLATFORM"] == "offscreen":  # its default screen is 800x800
            screens = Path(home) / "screens.json"
            screens.write_text(json.dumps({"screens": [SCREEN]}))
            os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={screens}"
        application = QApplication([])
        theme.apply(application, "light")
        window = create_main_window(runs_dir=Path(home) / "runs")
        window.show()
        wait(3000)
        show_empty_pages(window, camera)
        walk(window, camera, Path(home) / "wardrobe")
        window.close()
        until(window.closed)


def show_empty_pages(window: MainWindow, camera: Camera) -> None:
    """Take every page before the first training."""
    for page, name in ((TRAIN, "train"), (DRAW, "draw"), (MISTAKES, "mistakes"), (RUNS, "runs")):
        window.show_page(page)
        wait(1500)
        camera.shoot(window, f"{name}-empty")


def walk(window: MainWindow, camera: Camera, folder: Path) -> None:
    """Train twice, draw, open the mistakes and import own images; take a screenshot of each."""
    train(window, camera)
    camera.shoot(window, "train")
    window.open_draw("bundled")
    draw(find(window, "digit_canvas"))
    wait(3000)
    camera.shoot(window, "draw")
    show_draw_views(window, camera)
    window.open_mistakes(window.context.store.list()[0].id)
    wait(4000)
    camera.shoot(window, "mistakes")
    show_mistake_views(window, camera)
    window.show_page(RUNS)
    table = find(window, "runs_table")
    wait(1000)
    table.selectRow(0)  # type: ignore[attr-defined]
    wait(1000)
    camera.shoot(window, "runs")
    write_own_images(folder)
    window.show_page(TRAIN)
    window.train_page.choose_dataset(str(folder))
    wait(8000)
    camera.shoot(window, "data")
    window.train_page.choose_recipe("digits-quickstart")
    wait(3000)
    show_train_tools(window, camera)


def show_train_tools(window: MainWindow, camera: Camera) -> None:
    """Take the gallery, the learning-rate finder, and a training that gets advice."""
    click(find(window, "recipes_tab"))
    wait(1000)
    camera.shoot(window, "train-recipes")
    click(find(window, "lr_find_button"))
    dialog = find(window, "lr_find_dialog")
    until_true(find(dialog, "lr_find_use").isVisible)
    camera.shoot(dialog, "train-lr-find")
    dialog.close()
    rate = find(window, "lr_spin")
    usual = rate.value()  # type: ignore[attr-defined]
    rate.setValue(10)  # type: ignore[attr-defined]
    click(find(window, "train_button"))
    until_true(find(window, "advice_line").isVisible)
    wait(1500)
    click(find(window, "adjust_button"))
    wait(500)
    camera.shoot(window, "train-advice")
    window.train_page.stop()
    until(window.train_page.idle)
    rate.setValue(usual)  # type: ignore[attr-defined]
    show_sweep(window, camera)


def show_sweep(window: MainWindow, camera: Camera) -> None:
    """Plan a sweep, show the queue while it is trained, and open the test split."""
    epochs = find(window, "epochs_spin")
    usual = epochs.value()  # type: ignore[attr-defined]
    epochs.setValue(3)  # type: ignore[attr-defined]
    click(find(window, "sweep_button"))
    dialog = find(window, "sweep_dialog")
    wait(500)
    find(dialog, "sweep_values_0").setText("0.001, 0.003, 0.01")  # type: ignore[attr-defined]
    find(dialog, "sweep_axis_1_search").setText("Optimizer")  # type: ignore[attr-defined]
    QTest.keyClick(find(dialog, "sweep_axis_1_search"), Qt.Key.Key_Return)
    find(dialog, "sweep_values_1").setText("SGD, AdamW")  # type: ignore[attr-defined]
    find(dialog, "sweep_seeds").setValue(4)  # type: ignore[attr-defined]
    find(dialog, "sweep_seeds").setValue(3)  # type: ignore[attr-defined]
    until_true(find(dialog, "sweep_start").isEnabled)
    camera.shoot(dialog, "train-sweep-dialog")
    click(find(dialog, "sweep_start"))
    sweeps = window.train_page.live.sweeps
    until_true(sweeps.isVisible)  # the sweep has begun
    click(find(window, "queue_tab"))
    wait(2000)
    camera.shoot(window, "train-queue")
    click(find(window, "sweeps_tab"))
    until_true(lambda: sweeps.state is not None and sweeps.state.honest.can_open)
    click(find(window, "open_test_button"))
    click(find(find(window, "open_test_question"), "question_action"))
    until_true(find(window, "honest_number").isVisible)
    wait(1000)
    camera.shoot(window, "train-sweeps")
    epochs.setValue(usual)  # type: ignore[attr-defined]


def show_draw_views(window: MainWindow, camera: Camera) -> None:
    """Take the other views of the Draw page, of the first run where one needs kept epochs."""
    views = window.draw_page.views
    for key in ("input", "inside", "compare", "handwriting"):
        views.open(key)
        wait(2500)
        camera.shoot(window, f"draw-{key}")
    window.open_draw(window.context.store.list()[-1].id)
    views.open("over_time")
    wait(5000)
    camera.shoot(window, "draw-over-time")
    views.open("predict")


def show_mistake_views(window: MainWindow, camera: Camera) -> None:
    """Take the other views of the Mistakes page, after the work that each of them offers."""
    views = window.mistakes_page.views
    for key in ("overview", "map", "comparison"):
        views.open(key)
        wait(6000)
        camera.shoot(window, f"mistakes-{key}")
    views.open("robustness")
    click(find(window, "measure_robustness_button"))
    wait(8000)
    camera.shoot(window, "mistakes-robustness")
    window.mistakes_page.session.split_requested.emit("train")
    wait(3000)
    views.open("learning")
    wait(2000)
    camera.shoot(window, "mistakes-learning")
    views.open("label_issues")
    wait(500)
    click(find(views.current, "empty_action"))
    wait(25_000)
    click(find(views.current, "all_issues_button"))
    wait(1000)
    camera.shoot(window, "mistakes-label-issues")


def train(window: MainWindow, camera: Camera) -> None:
    """Run two trainings; the first one is paused for a screenshot."""
    keep_weights = find(window, "keep_weights_combo")
    for batch in (32, 64):
        window.show_page(TRAIN)
        kept = keep_weights.count() - 1 if batch == 32 else 0  # type: ignore[attr-defined]
        keep_weights.setCurrentIndex(kept)  # type: ignore[attr-defined]
        find(window, "batch_spin").setValue(batch)  # type: ignore[attr-defined]
        click(find(window, "train_button"))
        if batch == 32:
            until_true(find(window, "pause_button").isEnabled)
            wait(2000)
            click(find(window, "pause_button"))
            wait(500)
            camera.shoot(window, "train-paused")
            click(find(window, "pause_button"))
        until(window.train_page.run_ended)


def write_own_images(folder: Path) -> None:
    """Write images of clothes into class folders, with a duplicate and a damaged file."""
    clothes = load_dataset(DataConfig(source="fashion_mnist"), data_dir())
    for name, count in (("Bag", 90), ("Coat", 140), ("Dress", 120), ("Sneaker", 110)):
        (folder / name).mkdir(parents=True)
        indices = (clothes.labels == clothes.class_names.index(name)).nonzero()[0][:count]
        for number, index in enumerate(indices):
            Image.fromarray(clothes.images[index, 0]).save(folder / name / f"{number:03}.png")
    for copy in ("Bag/twin.png", "Coat/twin.png"):
        shutil.copy(folder / "Coat" / "000.png", folder / copy)
    data = (folder / "Dress" / "000.png").read_bytes()
    (folder / "Dress" / "broken.png").write_bytes(data[: len(data) // 2])


def draw(canvas: QWidget) -> None:
    """Draw a seven with the mouse."""
    points = [QPoint(int(x * canvas.width()), int(y * canvas.height())) for x, y in SEVEN]
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=points[0])
    for point in points[1:]:
        QTest.mouseMove(canvas, point)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=points[-1])


def find(window: QWidget, name: str) -> QWidget:
    """Find a widget inside another one by its object name."""
    widget = window.findChild(QWidget, name)
    assert widget is not None, name
    return widget


def click(widget: QWidget) -> None:
    """Click the widget with the left mouse button."""
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def until(signal: SignalInstance) -> None:
    """Run the event loop until a signal is emitted or the timeout is over."""
    loop = QEventLoop()
    signal.connect(loop.quit)
    QTimer.singleShot(TIMEOUT_MS, loop.quit)
    loop.exec()


def until_true(condition: Callable[[], bool]) -> None:
    """Run the event loop until a condition holds or the timeout is over."""
    for _ in range(TIMEOUT_MS // 200):
        if condition():
            return
        wait(200)


def wait(milliseconds: int) -> None:
    """Run the event loop for some time."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


if __name__ == "__main__":
    main()
