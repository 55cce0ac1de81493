"""The Runs page: all runs in a table, and the selected ones below it."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from studio.runs.run_folders import add_opened_folder
from studio.ui.context import StudioContext
from studio.ui.icons import icon
from studio.ui.runs.folder_opener import FolderOpener
from studio.ui.runs.opened_folders_bar import OpenedFoldersBar
from studio.ui.runs.remembered_selection import RememberedSelection
from studio.ui.runs.run_detail_panel import RunDetailPanel
from studio.ui.runs.run_list_reader import RunList, RunListReader
from studio.ui.runs.run_row import RunRow
from studio.ui.runs.run_table import RunTable
from studio.ui.runs.run_table_model import RunTableModel
from studio.ui.runs.runs_header import RunsHeader
from studio.ui.shared.desktop import open_path
from studio.ui.shared.error_dialog import error_text
from studio.ui.shared.plot_menu import PlotMenu
from studio.ui.shared.run_reader import RunDetails, RunReader
from studio.ui.shared.shortcuts import add_shortcut
from studio.ui.tasks import LatestWorker
from studio.ui.widgets.banner import Banner
from studio.ui.widgets.empty_state import EmptyState
from studio.ui.widgets.skeleton import Skeleton

QWIDGETSIZE_MAX = 16_777_215  # Qt's value for no limit, which its Python binding lacks
REFRESH_MS = 1000  # between readings of the folders, which any process or computer may write
MAX_COMPARED = 12
LOW_PX = 620  # below this height, the margins are smaller
_SKELETON_ROWS = ((1.0,),) * 8


class RunsPage(QWidget):
    """Lists runs, follows those that train anywhere, and opens them on Draw and Mistakes."""

    open_draw = Signal(str)
    open_mistakes = Signal(str)
    train_wanted = Signal()
    resume_wanted = Signal(str)

    def __init__(self, context: StudioContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("page", True)
        self.context = context
        self._list_reader = RunListReader(context.store)
        self._list_worker = LatestWorker(self._read_list, self)
        self._detail_worker = LatestWorker(RunReader(context.store).read, self)
        self._folder_opener = FolderOpener(context, self)
        self._rows: dict[str, RunRow] = {}
        self._details = RunDetails(())
        self._just_opened: Path | None = None
        self._newest = ""  # the newest run of the program's own folder
        self._selected_by_page: list[str] = []
        self._wanted: list[str] = []  # to select with the next list
        self._model = RunTableModel(self)
        self._table = RunTable(self._model)
        self._detail = RunDetailPanel()
        self.refresh_timer = QTimer(self, interval=REFRESH_MS)
        self._build()
        self._remembered = RememberedSelection(
            context.window_state, self._table, self._header.filter, self
        )
        self._connect()
        # The table gets the focus when the page is opened.
        self.setTabOrder(self._table, self._header.filter)
        self.setTabOrder(self._header.filter, self._header.open_button)

    def restore(self) -> None:
        """Select and filter as when the program last ended, once the page is opened."""
        self._remembered.restore()

    def refresh(self) -> None:
        """Read the runs again; the selection is kept."""
        self._list_worker.submit(None)
        self._read_details()

    def open_folder(self, folder: str) -> None:
        """Also show the runs of another folder."""
        self._folder_opener.open(folder)

    def show_runs(self, runs: Sequence[str]) -> None:
        """Select runs by their keys as soon as they are listed."""
        self._wanted = list(runs)
        self.refresh()

    def shutdown(self) -> None:
        """End the threads of this page."""
        self.refresh_timer.stop()
        self._list_worker.close()
        self._detail_worker.close()

    def _read_list(self, _request: object) -> RunList:
        return self._list_reader.read()

    def _build(self) -> None:
        self._header = RunsHeader()
        self._folders = OpenedFoldersBar()
        self._banner = Banner()
        self._no_match = EmptyState(
            "No run matches", "No run contains all of these words.", "Clear filter", icon("search")
        )
        self._no_match.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._empty = EmptyState(
            "No runs yet",
            "Each training run is kept here with its settings, curves and weights. "
            "Train a model to create the first one, or open a folder of runs.",
            "Go to Train",
            icon("runs"),
        )
        self._unreadable = EmptyState(
            "No runs to show", "The message above says why.", "Try again", icon("runs")
        )
        self._lay_out()

    def _lay_out(self) -> None:
        self._list = QStackedWidget()
        self._list.addWidget(self._table)
        self._list.addWidget(self._no_match)
        self._split = QSplitter(Qt.Orientation.Vertical)
        self._split.addWidget(self._list)
        self._split.addWidget(self._detail)
        self._split.setChildrenCollapsible(False)
        self._split.setStretchFactor(0, 2)
        self._split.setStretchFactor(1, 3)
        self._split.setSizes([280, 420])
        self._loading = _skeleton()
        self._layers = QStackedWidget()
        for layer in (self._loading, self._empty, self._unreadable, self._split):
            self._layers.addWidget(layer)
        column = self._column = QVBoxLayout(self)
        column.setSpacing(12)
        for widget in (self._header, self._folders, self._banner):
            column.addWidget(widget)
        column.addWidget(self._layers, 1)

    def _connect(self) -> None:
        self.context.runs_changed.connect(self.refresh)
        self._list_worker.completed.connect(self._on_list)
        self._list_worker.failed.connect(self._on_failed)
        self._detail_worker.completed.connect(self._on_details)
        self._detail_worker.failed.connect(self._on_failed)
        self._table.selection_changed.connect(self._read_details)
        self._table.run_opened.connect(self._on_run_opened)
        self._header.filter.textChanged.connect(self._on_filter)
        self._header.open_clicked.connect(self._folder_opener.open_dialog)
        self._folder_opener.opened.connect(self._on_folder_opened)
        self._folder_opener.failed.connect(self._show_error)
        self._folders.closed.connect(self._on_folder_closed)
        self._no_match.action_clicked.connect(self._header.filter.clear)
        self._empty.action_clicked.connect(self.train_wanted)
        self._unreadable.action_clicked.connect(self.refresh)
        self._detail.draw_clicked.connect(self._open_draw)
        self._detail.mistakes_clicked.connect(self._open_mistakes)
        self._detail.folder_clicked.connect(self._show_run_folder)
        self._detail.resume_clicked.connect(self._resume)
        for plot in (self._detail.plots.accuracy, self._detail.plots.loss):
            menu = PlotMenu(plot, self.context.tasks, self.context.plot_choices)
            menu.saved.connect(self._on_plot_saved)
            menu.failed.connect(self._show_error)
        self.refresh_timer.timeout.connect(self.refresh)
        add_shortcut("filter_runs", self, self._header.filter.setFocus)

    def _on_list(self, _request: object, runs: RunList) -> None:
        self._rows = {row.id: row for row in runs.rows}
        self._show_problem(runs.unreachable.get(self.context.runs_dir, ""))
        self._folders.show_folders(runs.opened, runs.unreachable)
        self._table.show_origin(any(row.origin for row in runs.rows))
        self._set_rows(runs.rows)
        self._remembered.show_last()
        if self._wanted:
            self._select_wanted()
        if self._just_opened is not None:
            self._select_opened(runs, self._just_opened)
        self._layers.setCurrentWidget(self._split if runs.rows else self._empty)
        if self.hasFocus():  # given before there was a table
            self._table.setFocus()
        self._header.show_count(len(runs.rows))
        self._fit_list()
        self._show_details()

    def _set_rows(self, rows: list[RunRow]) -> None:
        """Show these runs, and select the newest one when it appears.

        Runs that the user has selected since the page was opened stay selected.
        """
        selected = self._table.selected_ids()
        by_user = selected != self._selected_by_page
        if self._model.set_rows(rows):
            self._table.select_runs(selected)
        own = [row.id for row in rows if not row.folder]
        newest = own[0] if own else ""
        is_new = newest != self._newest and self._model.row_number(newest) is not None
        if not selected:
            self._select([newest] if own else [row.id for row in rows[:1]])
        elif is_new and not by_user:
            self._select([newest])
        self._newest = newest

    def _select(self, run_ids: list[str]) -> None:
        self._table.select_runs(run_ids)
        self._selected_by_page = self._table.selected_ids()

    def _select_wanted(self) -> None:
        wanted, self._wanted = self._wanted, []
        self._header.filter.clear()  # it could hide them
        self._select(wanted)

    def _select_opened(self, runs: RunList, folder: Path) -> None:
        """Select the newest run of a folder that was just opened."""
        inside = [r for r in runs.rows if folder in (r.summary.path, r.summary.path.parent)]
        if inside or folder in runs.opened:
            self._just_opened = None
        if inside:
            self._select([inside[0].id])

    def _show_problem(self, reason: str) -> None:
        if reason:
            self._banner.show_message(
                f"The folder of runs cannot be read: {reason}. "
                "The runs are shown as they were last read.",
                "bad",
            )
        elif self._banner.kind == "bad":  # the folder can be read again
            self._banner.hide()

    def _fit_list(self) -> None:
        """Leave the height that a short list does not need to the curves."""
        fits = self._list.currentWidget() is self._table
        self._list.setMaximumHeight(self._table.full_height() if fits else QWIDGETSIZE_MAX)

    def _read_details(self) -> None:
        """Read what is new of the selected runs."""
        compared = self._compared()
        if compared:
            self._detail_worker.submit(compared)
        else:
            self._detail.show_empty()

    def _compared(self) -> tuple[str, ...]:
        """The selected runs, as many as a plot has space for."""
        return tuple(self._table.selected_ids()[:MAX_COMPARED])

    def _on_details(self, run_ids: tuple[str, ...], details: RunDetails) -> None:
        if run_ids != self._compared():
            return  # the selection has changed; its details are being read
        self._details = details
        self._show_details()
        if details.has_more:
            self._detail_worker.submit(run_ids)

    def _show_details(self) -> None:
        selected = self._table.selected_ids()
        details = [d for d in self._details.runs if d.id in selected and d.id in self._rows]
        if details:
            rows = [self._rows[detail.id] for detail in details]
            self._detail.show_runs(rows, details, len(selected))
        elif not selected:
            self._detail.show_empty()

    def _on_failed(self, error: object, _traceback_text: str) -> None:
        title, hint = error_text(error)
        self._banner.show_message(f"The runs could not be read. {title} {hint}", "bad")
        if self._layers.currentWidget() is self._loading:
            self._layers.setCurrentWidget(self._unreadable)
        self._header.open_button.setEnabled(True)

    def _on_filter(self, text: str) -> None:
        selected = self._table.selected_ids()
        if self._model.set_filter(text):
            self._table.select_runs(selected)
        is_empty = self._model.rowCount() == 0
        self._list.setCurrentWidget(self._no_match if is_empty else self._table)
        self._fit_list()
        self._read_details()

    def _on_folder_opened(self, folder: Path) -> None:
        self._just_opened = folder
        store = self.context.store
        self.context.show_folders(add_opened_folder(store.opened, store.runs_dir, folder))

    def _show_error(self, error: object, _traceback_text: str) -> None:
        title, hint = error_text(error)
        self._banner.show_message(f"{title} {hint}", "warn")

    def _on_plot_saved(self, path: Path) -> None:
        self._banner.show_message(f"Saved {path.name} in {path.parent}.", "good")

    def _on_folder_closed(self, folder: Path) -> None:
        self.context.show_folders([p for p in self.context.store.opened if p != folder])

    def _on_run_opened(self, run_id: str) -> None:
        row = self._rows[run_id]
        if row.summary.has_weights:
            self.open_mistakes.emit(run_id)
        else:
            self._banner.show_message(
                f"{row.name} has no weights yet, so there are no mistakes to show."
            )

    def _selected_run(self) -> str:
        return self._table.selected_ids()[0]

    def _open_draw(self) -> None:
        self.open_draw.emit(self._selected_run())

    def _open_mistakes(self) -> None:
        self.open_mistakes.emit(self._selected_run())

    def _resume(self) -> None:
        self.resume_wanted.emit(self._selected_run())

    def _show_run_folder(self) -> None:
        path = self._rows[self._selected_run()].summary.path
        problem = open_path(path)
        if problem:
            self._banner.show_message(problem, "warn")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        low = self.height() < LOW_PX
        self._column.setContentsMargins(*((16, 12, 16, 16) if low else (24, 20, 24, 24)))
        self._fit_list()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()
        self.refresh_timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.refresh_timer.stop()
        self._selected_by_page = self._table.selected_ids()


def _skeleton() -> QWidget:
    layer = QWidget()
    column = QVBoxLayout(layer)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(Skeleton(_SKELETON_ROWS, 28))
    column.addStretch(1)
    return layer
