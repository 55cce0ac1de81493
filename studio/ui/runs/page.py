"""The Runs page: every run in a table, the chosen ones below it."""

from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from studio.runs.run_folders import add_opened_folder
from studio.ui.context import StudioContext
from studio.ui.icons import icon
from studio.ui.runs.folder_opener import FolderOpener
from studio.ui.runs.opened_folders_bar import OpenedFoldersBar
from studio.ui.runs.run_detail_panel import RunDetailPanel
from studio.ui.runs.run_list_reader import RunList, RunListReader
from studio.ui.runs.run_reader import Details, RunReader
from studio.ui.runs.run_row import RunRow
from studio.ui.runs.run_table import RunTable
from studio.ui.runs.run_table_model import RunTableModel
from studio.ui.runs.runs_header import RunsHeader
from studio.ui.shared.desktop import open_path
from studio.ui.shared.error_dialog import error_words
from studio.ui.tasks import LatestWorker
from studio.ui.widgets.banner import Banner
from studio.ui.widgets.empty_state import EmptyState
from studio.ui.widgets.skeleton import Skeleton

QWIDGETSIZE_MAX = 16_777_215  # Qt's word for no limit, which its Python binding leaves out
LOOK_MS = 1000  # between looks at the folders, which any process or machine may write
MOST_COMPARED = 12
SHORT = 620  # pixels; a page below that leaves its margins to what it shows
_LOADING_ROWS = ((1.0,),) * 8


class RunsPage(QWidget):
    """Lists runs, follows those that train anywhere, and leads to Draw and Mistakes."""

    open_draw = Signal(str)
    open_mistakes = Signal(str)
    train_wanted = Signal()
    resume_wanted = Signal(str)

    def __init__(self, context: StudioContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("page", True)
        self._context = context
        self._lister = RunListReader(context.store)
        self._follower = RunReader(context.store)
        self._listing = LatestWorker(self._read_rows, self)
        self._reader = LatestWorker(self._follower.look, self)
        self._opener = FolderOpener(context, self)
        self._rows: dict[str, RunRow] = {}
        self._details = Details(())
        self._just_opened: Path | None = None
        self._newest = ""  # the newest run of the program's own folder
        self._chosen_by_page: list[str] = []
        self._model = RunTableModel(self)
        self._table = RunTable(self._model)
        self._detail = RunDetailPanel()
        self._clock = QTimer(self)
        self._clock.setInterval(LOOK_MS)
        self._build()
        self._connect()
        # The page opens with the table in focus.
        self.setTabOrder(self._table, self._header.filter)

    def refresh(self) -> None:
        """Look at the runs again; what is chosen stays chosen."""
        self._listing.submit(None)
        self._follow()

    def open_folder(self, folder: str) -> None:
        """Also show the runs of this folder, if there are any."""
        self._opener.open(folder)

    def shutdown(self) -> None:
        """End this page's threads."""
        self._clock.stop()
        self._listing.close()
        self._reader.close()

    def _read_rows(self, _payload: object) -> RunList:
        return self._lister.look()

    def _build(self) -> None:
        self._header = RunsHeader()
        self._places = OpenedFoldersBar()
        self._banner = Banner()
        self._no_match = EmptyState(
            "No run matches", "No run has all of these words.", "Clear the filter", icon("search")
        )
        self._no_match.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._empty = EmptyState(
            "No runs yet",
            "Every training is kept here with its settings, curves and weights. "
            "Train a network to make the first one, or open a folder of runs.",
            "Go to Train",
            icon("runs"),
        )
        self._unread = EmptyState(
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
        self._loading = _loading()
        self._layers = QStackedWidget()
        for layer in (self._loading, self._empty, self._unread, self._split):
            self._layers.addWidget(layer)
        column = self._column = QVBoxLayout(self)
        column.setSpacing(12)
        for widget in (self._header, self._places, self._banner):
            column.addWidget(widget)
        column.addWidget(self._layers, 1)

    def _connect(self) -> None:
        self._listing.answered.connect(self._on_rows)
        self._listing.failed.connect(self._on_failed)
        self._reader.answered.connect(self._on_details)
        self._reader.failed.connect(self._on_failed)
        self._table.chosen_changed.connect(self._follow)
        self._table.run_opened.connect(self._on_opened)
        self._header.filter.textChanged.connect(self._on_filter)
        self._header.folder_wanted.connect(self._opener.ask)
        self._opener.opened.connect(self._on_folder_opened)
        self._opener.failed.connect(self._on_folder_refused)
        self._places.closed.connect(self._on_folder_closed)
        self._no_match.action_clicked.connect(self._header.filter.clear)
        self._empty.action_clicked.connect(self.train_wanted)
        self._unread.action_clicked.connect(self.refresh)
        self._detail.draw_wanted.connect(self._on_draw)
        self._detail.mistakes_wanted.connect(self._on_mistakes)
        self._detail.folder_wanted.connect(self._on_folder)
        self._detail.resume_wanted.connect(self._on_resume)
        self._clock.timeout.connect(self.refresh)
        QShortcut(QKeySequence("Ctrl+F"), self).activated.connect(self._header.filter.setFocus)

    def _on_rows(self, _payload: object, listing: RunList) -> None:
        self._rows = {row.id: row for row in listing.rows}
        self._say_trouble(listing.unreachable.get(self._context.runs_dir, ""))
        self._places.show_places(listing.opened, listing.unreachable)
        self._table.show_origin(any(row.place for row in listing.rows))
        self._set_rows(listing.rows)
        if self._just_opened is not None:
            self._choose_opened(listing, self._just_opened)
        self._layers.setCurrentWidget(self._split if listing.rows else self._empty)
        if self.hasFocus():  # it came here while there was no table yet
            self._table.setFocus()
        self._header.show_count(len(listing.rows))
        self._fit_list()
        self._show_details()

    def _set_rows(self, rows: list[RunRow]) -> None:
        """Show these runs, and the newest as soon as it is there.

        Runs that a person has selected since the page was opened stay selected.
        """
        chosen = self._table.chosen()
        by_hand = chosen != self._chosen_by_page
        if self._model.set_rows(rows):
            self._table.choose(chosen)
        own = [row.id for row in rows if not row.folder]
        newest = own[0] if own else ""
        if not chosen:
            self._choose([newest] if own else [row.id for row in rows[:1]])
        elif newest != self._newest and not by_hand and self._model.place(newest) is not None:
            self._choose([newest])
        self._newest = newest

    def _choose(self, run_ids: list[str]) -> None:
        self._table.choose(run_ids)
        self._chosen_by_page = self._table.chosen()

    def _choose_opened(self, listing: RunList, place: Path) -> None:
        """The newest run of a folder that was opened just now is what a person wants to see."""
        below = [r for r in listing.rows if place in (r.summary.path, r.summary.path.parent)]
        if below or place in listing.opened:
            self._just_opened = None
        if below:
            self._choose([below[0].id])

    def _say_trouble(self, reason: str) -> None:
        if reason:
            self._banner.show_message(
                f"The folder of the runs does not answer: {reason}. "
                "They are shown as they were last seen.",
                "bad",
            )
        elif self._banner.kind == "bad":  # the failure is over
            self._banner.hide()

    def _fit_list(self) -> None:
        """A short list leaves its room to the curves."""
        fits = self._list.currentWidget() is self._table
        self._list.setMaximumHeight(self._table.full_height() if fits else QWIDGETSIZE_MAX)

    def _follow(self) -> None:
        """Read what is new of the chosen runs."""
        chosen = self._compared()
        if chosen:
            self._reader.submit(chosen)
        else:
            self._detail.show_nothing()

    def _compared(self) -> tuple[str, ...]:
        """The chosen runs, as far as a plot has room for their names."""
        return tuple(self._table.chosen()[:MOST_COMPARED])

    def _on_details(self, run_ids: tuple[str, ...], details: Details) -> None:
        if run_ids != self._compared():
            return  # something else was chosen meanwhile; its answer is on the way
        self._details = details
        self._show_details()
        if details.more:
            self._reader.submit(run_ids)

    def _show_details(self) -> None:
        chosen = self._table.chosen()
        there = [d for d in self._details.runs if d.id in chosen and d.id in self._rows]
        if there:
            rows = [self._rows[detail.id] for detail in there]
            self._detail.show_runs(rows, there, len(chosen))
        elif not chosen:
            self._detail.show_nothing()

    def _on_failed(self, error: object, _traceback_text: str) -> None:
        title, hint = error_words(error)
        self._banner.show_message(f"The runs could not be read. {title} {hint}", "bad")
        if self._layers.currentWidget() is self._loading:
            self._layers.setCurrentWidget(self._unread)
        self._header.open_button.setEnabled(True)

    def _on_filter(self, text: str) -> None:
        chosen = self._table.chosen()
        if self._model.set_text(text):
            self._table.choose(chosen)
        none = self._model.rowCount() == 0
        self._list.setCurrentWidget(self._no_match if none else self._table)
        self._fit_list()
        self._follow()

    def _on_folder_opened(self, folder: Path) -> None:
        self._just_opened = folder
        store = self._context.store
        self._context.show_folders(add_opened_folder(store.opened, store.runs_dir, folder))
        self.refresh()

    def _on_folder_refused(self, error: object, _traceback_text: str) -> None:
        title, hint = error_words(error)
        self._banner.show_message(f"{title} {hint}", "warn")

    def _on_folder_closed(self, folder: Path) -> None:
        self._context.show_folders([p for p in self._context.store.opened if p != folder])
        self.refresh()

    def _on_opened(self, run_id: str) -> None:
        row = self._rows[run_id]
        if row.summary.has_weights:
            self.open_mistakes.emit(run_id)
        else:
            self._banner.show_message(f"{row.name} has no weights yet, so nothing to explore.")

    def _on_draw(self) -> None:
        self.open_draw.emit(self._table.chosen()[0])

    def _on_mistakes(self) -> None:
        self.open_mistakes.emit(self._table.chosen()[0])

    def _on_resume(self) -> None:
        self.resume_wanted.emit(self._table.chosen()[0])

    def _on_folder(self) -> None:
        path = self._rows[self._table.chosen()[0]].summary.path
        problem = open_path(path)
        if problem:
            self._banner.show_message(problem, "warn")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        short = self.height() < SHORT
        self._column.setContentsMargins(*((16, 12, 16, 16) if short else (24, 20, 24, 24)))
        self._fit_list()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()
        self._clock.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._clock.stop()
        self._chosen_by_page = self._table.chosen()


def _loading() -> QWidget:
    layer = QWidget()
    column = QVBoxLayout(layer)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(Skeleton(_LOADING_ROWS, 28))
    column.addStretch(1)
    return layer
