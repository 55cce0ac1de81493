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
from studio.ui.window_state.plot_choices import PlotChoices

# Weight of the past in the moving average.
SMOOTHING = {"None": 0.0, "Light": 0.6, "Medium": 0.9, "Strong": 0.98}
_FILTERS = "PNG image (*.png);;SVG image (*.svg)"


class PlotMenu(NewestTask):
    """The button at the top right of a plot, and its context menu.

    `saved` carries the path of a file. Smoothing and axis are those of `choices`, which plots of
    other pages share.
    """

    saved = Signal(object)

    def __init__(
        self, plot: CurvePlot, tasks: TaskHost, choices: PlotChoices | None = None
    ) -> None:
        super().__init__(tasks, plot)
        self._plot = plot
        self._choices = choices or PlotChoices(parent=self)
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
        menu = self.menu
        if not self._plot.is_percent:  # accuracies are measured once an epoch, and may be 0
            self._add_smoothing()
            self._logarithmic = menu.addAction("Logarithmic axis")
            self._logarithmic.setCheckable(True)
            self._logarithmic.triggered.connect(self._choices.set_logarithmic)
            self._choices.changed.connect(self._show_choices)
            self._show_choices()
        menu.addAction("Show everything").triggered.connect(self._show_everything)
        menu.addSeparator()
        menu.addAction("Copy image").triggered.connect(self._copy_image)
        menu.addAction("Save image…").triggered.connect(self._ask_for_image)
        menu.addAction("Save values…").triggered.connect(self._ask_for_values)

    def _add_smoothing(self) -> None:
        menu, self._smoothing = self.menu.addMenu("Smoothing"), QActionGroup(self)
        for title, weight in SMOOTHING.items():
            action = menu.addAction(title)
            action.setCheckable(True)
            action.setData(weight)
            self._smoothing.addAction(action)
        self._smoothing.triggered.connect(self._smooth)

    def add_menu(self, menu: QMenu) -> None:
        """Add a submenu at the top."""
        self.menu.insertMenu(self.menu.actions()[0], menu)

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
        self._choices.set_smoothing(float(action.data()))

    def _show_choices(self) -> None:
        weight, is_logarithmic = self._choices.settings
        for action in self._smoothing.actions():
            action.setChecked(action.data() == weight)
        self._logarithmic.setChecked(is_logarithmic)
        if weight != self._plot.smoothing():
            self._plot.set_smoothing(weight)
        if is_logarithmic != self._plot.is_logarithmic():
            self._plot.set_logarithmic(is_logarithmic)

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
