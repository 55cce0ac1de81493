"""Takes the table and the plot of a sweep out of the window."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Signal
from PySide6.QtGui import QGuiApplication

from studio.ui.shared.save_dialog import open_save_dialog, write_bytes
from studio.ui.tasks import NewestTask, TaskHost
from studio.ui.train.sweep.sweep_csv import to_csv
from studio.ui.train.sweep.sweep_view import SweepView
from studio.ui.widgets.plot_image import render_image, render_png, render_svg


class SweepExport(NewestTask):
    """Follows the menu of the view. `saved` carries the path of a file."""

    saved = Signal(object)

    def __init__(self, view: SweepView, tasks: TaskHost, parent: QObject) -> None:
        super().__init__(tasks, parent)
        self._view = view
        self._folder = QStandardPaths.writableLocation(
            QStandardPaths.StandardLocation.DocumentsLocation
        )
        view.header.table_wanted.connect(self._ask_for_table)
        view.header.copy_wanted.connect(self._copy_image)
        view.header.image_wanted.connect(self._ask_for_image)

    def _ask_for_table(self) -> None:
        suggested = str(Path(self._folder) / "sweep.csv")
        title, filters = "Save the table", "CSV table (*.csv)"
        open_save_dialog(
            self._view, "save_table_dialog", title, suggested, filters, self._save_table
        )

    def _copy_image(self) -> None:
        QGuiApplication.clipboard().setImage(render_image(self._view.plot))

    def _ask_for_image(self) -> None:
        suggested = str(Path(self._folder) / "sweep.png")
        title, filters = "Save the plot", "PNG image (*.png);;SVG image (*.svg)"
        open_save_dialog(
            self._view, "save_plot_dialog", title, suggested, filters, self._save_image
        )

    def _save_table(self, name: str) -> None:
        if self._view.state is not None:
            self._write(Path(name), to_csv(self._view.state).encode())

    def _save_image(self, name: str) -> None:
        """Render the plot on this thread, and write the file on another one."""
        plot = self._view.plot
        is_svg = Path(name).suffix.lower() == ".svg"
        self._write(Path(name), render_svg(plot, plot.title) if is_svg else render_png(plot))

    def _write(self, path: Path, content: bytes) -> None:
        self._folder = str(path.parent)
        self.start(partial(write_bytes, path, content), self.saved.emit)
