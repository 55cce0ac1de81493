"""Take the README's screenshots: the real window, driven through a real training.

    python packaging/screenshots.py resources/screenshots [--size 1280x800]

Needs no screen, and Fashion-MNIST in the data folder. Writes <page>-<scheme>.png for the four pages
and the view of own pictures, in light and dark.
"""

import argparse
import os
import shutil
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PIL import Image
from PySide6.QtCore import QEventLoop, QPoint, QSettings, Qt, QTimer, SignalInstance
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from studio.config import DataConfig
from studio.data import load_image_set
from studio.paths import data_dir
from studio.ui import theme
from studio.ui.app import create_main_window
from studio.ui.main_window import MainWindow
from studio.ui.page_stack import RUNS, TRAIN

PATIENCE = 120_000
SEVEN = [(0.30, 0.24), (0.48, 0.22), (0.70, 0.24), (0.62, 0.42), (0.52, 0.60), (0.45, 0.80)]


def main() -> None:
    """Read the command line and take every picture."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", default="1280x800")
    options = parser.parse_args()
    width, height = map(int, options.size.split("x"))
    options.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        QSettings.setDefaultFormat(QSettings.Format.IniFormat)
        os.environ |= {"XDG_CONFIG_HOME": home, "HOME": home}
        application = QApplication([])
        theme.apply(application, "light")
        window = create_main_window(runs_dir=Path(home) / "runs")
        window.resize(width, height)
        window.show()
        walk(window, options.folder, Path(home) / "wardrobe")
        window.close()
        until(window.closed)


def walk(window: MainWindow, folder: Path, pictures: Path) -> None:
    """Train twice, draw, open a mistake, look at own pictures; a screenshot of each."""
    for batch in (32, 64):
        window.show_page(TRAIN)
        find(window, "batch_spin").setValue(batch)  # type: ignore[attr-defined]
        click(find(window, "train_button"))
        until(window.train_page.run_ended)
    shoot(window, folder, "train")
    window.open_draw("bundled")
    draw(find(window, "digit_canvas"))
    wait(3000)
    shoot(window, folder, "draw")
    window.open_mistakes(window.context.store.list()[0].id)
    wait(4000)
    shoot(window, folder, "mistakes")
    window.show_page(RUNS)
    table = find(window, "runs_table")
    wait(1000)
    table.selectRow(0)  # type: ignore[attr-defined]
    wait(1000)
    shoot(window, folder, "runs")
    fill(pictures)
    window.show_page(TRAIN)
    window.train_page.take_pictures(str(pictures))
    wait(8000)
    shoot(window, folder, "data")


def fill(pictures: Path) -> None:
    """Own pictures as people have them: clothes, of which some are not as they should be."""
    clothes = load_image_set(DataConfig(source="fashion_mnist"), data_dir())
    for name, count in (("Bag", 90), ("Coat", 140), ("Dress", 120), ("Sneaker", 110)):
        (pictures / name).mkdir(parents=True)
        rows = (clothes.labels == clothes.class_names.index(name)).nonzero()[0][:count]
        for place, row in enumerate(rows):
            Image.fromarray(clothes.images[row, 0]).save(pictures / name / f"{place:03}.png")
    for copy in ("Bag/twin.png", "Coat/twin.png"):
        shutil.copy(pictures / "Coat" / "000.png", pictures / copy)
    whole = (pictures / "Dress" / "000.png").read_bytes()
    (pictures / "Dress" / "broken.png").write_bytes(whole[: len(whole) // 2])


def draw(canvas: QWidget) -> None:
    """A seven, stroke by stroke."""
    points = [QPoint(int(x * canvas.width()), int(y * canvas.height())) for x, y in SEVEN]
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=points[0])
    for point in points[1:]:
        QTest.mouseMove(canvas, point)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=points[-1])


def shoot(window: MainWindow, folder: Path, name: str) -> None:
    """The window in both schemes."""
    for scheme in ("dark", "light"):
        theme.apply(theme.application(), scheme)
        wait(400)
        window.grab().save(str(folder / f"{name}-{scheme}.png"))


def find(window: MainWindow, name: str) -> QWidget:
    """A widget by its fixed name."""
    widget = window.findChild(QWidget, name)
    assert widget is not None, name
    return widget


def click(widget: QWidget) -> None:
    """As a person would."""
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def until(signal: SignalInstance) -> None:
    """Let the window live until a signal comes."""
    loop = QEventLoop()
    signal.connect(loop.quit)
    QTimer.singleShot(PATIENCE, loop.quit)
    loop.exec()


def wait(milliseconds: int) -> None:
    """Let the window live for a while."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


if __name__ == "__main__":
    main()
