"""The menu of a plot: smoothing, axis, and ways to take it out of the window."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, QStandardPaths, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QGuiApplication
from PySide6.QtWidgets import QMenu, QToolButton

from studio.ui.shared.builders import tool_button
from studio.ui.shared.save_dialog import open_save_dialog, write_bytes
from studio.ui.tasks import NewestTask, TaskHost
from studio.ui.widgets.curve_plot import CurvePlot
from studio.ui.widgets.plot_image import render_image, render_png, render_svg

# Weight of the past in the moving average.
SMOOTHING = {"None": 0.0, "Light": 0.6, "Medium": 0.9, "Strong": 0.98}
_FILTERS = "PNG image (*.png);;SVG image (*.svg)"


class PlotMenu(NewestTask):
    """The button at the top right of a plot, and its context menu.

    `saved` carries the path of a file.
    """

    saved = Signal(object)

    def __init__(self, plot: CurvePlot, tasks: TaskHost) -> None:
        super().__init__(tasks, plot)
        self._plot = plot
        self._folder = QStandardPaths.writableLocation(
            QStandardPaths.StandardLocation.PicturesLocation
        )
        self.menu = QMenu(plot)
        self.menu.setObjectName(f"{plot.objectName()}_menu")
        self._add_actions()
        self.button = self._create_button()
        plot.add_tool(self.button)
        plot.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        plot.customContextMenuRequested.connect(self._open_at)

    def _add_actions(self) -> None:
        menu, plot = self.menu, self._plot
        if not plot.is_percent:  # accuracies are measured once an epoch, and may be 0
            self._add_smoothing()
            logarithmic = menu.addAction("Logarithmic axis")
            logarithmic.setCheckable(True)
            logarithmic.toggled.connect(plot.set_logarithmic)
        menu.addAction("Show everything").triggered.connect(self._show_everything)
        menu.addSeparator()
        menu.addAction("Copy image").triggered.connect(self._copy_image)
        menu.addAction("Save image…").triggered.connect(self._ask_for_image)
        menu.addAction("Save values…").triggered.connect(self._ask_for_values)

    def _add_smoothing(self) -> None:
        menu, group = self.menu.addMenu("Smoothing"), QActionGroup(self)
        for title, weight in SMOOTHING.items():
            action = menu.addAction(title)
            action.setCheckable(True)
            action.setChecked(weight == self._plot.smoothing())
            action.setData(weight)
            group.addAction(action)
        group.triggered.connect(self._smooth)

    def _create_button(self) -> QToolButton:
        plot = self._plot
        title = f"Menu of the {plot.title.lower()} plot"
        tip = "Change, copy or save the plot"
        button = tool_button(f"{plot.objectName()}_menu_button", "more", title, tip)
        button.setProperty("popup", "icon")
        button.setAutoRaise(True)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setMenu(self.menu)
        return button

    def _open_at(self, position: QPoint) -> None:
        self.menu.popup(self._plot.mapToGlobal(position))

    def _smooth(self, action: QAction) -> None:
        self._plot.set_smoothing(float(action.data()))

    def _show_everything(self) -> None:
        self._plot.zoom_to(None)
        self._plot.zoomed.emit(None)

    def _copy_image(self) -> None:
        QGuiApplication.clipboard().setImage(render_image(self._plot))

    def _ask_for_image(self) -> None:
        suggested = str(Path(self._folder) / f"{self._plot.title.lower()}.png")
        open_save_dialog(
            self._plot, "save_plot_dialog", "Save the plot", suggested, _FILTERS, self._save
        )

    def _ask_for_values(self) -> None:
        suggested = str(Path(self._folder) / f"{self._plot.title.lower()}.csv")
        filters = "CSV table (*.csv)"
        open_save_dialog(
            self._plot, "save_values_dialog", "Save the values", suggested, filters, self._save
        )

    def _save(self, name: str) -> None:
        """Render the plot on this thread, and write the file on another one."""
        path = Path(name)
        self._folder = str(path.parent)
        match path.suffix.lower():
            case ".csv":
                content = self._plot.to_csv().encode()
            case ".svg":
                content = render_svg(self._plot, self._plot.title)
            case _:
                content = render_png(self._plot)
        self.start(partial(write_bytes, path, content), self.saved.emit)
