"""The Runs page: every run in a table, the chosen ones below it."""

from PySide6.QtCore import Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from studio.runs import RunStatus
from studio.ui.context import StudioContext
from studio.ui.errors import error_words
from studio.ui.icons import icon
from studio.ui.runs.detail_panel import DetailPanel
from studio.ui.runs.reading import RunDetail, RunRow, read_details, read_rows
from studio.ui.runs.runs_model import RunsFilter, RunsModel
from studio.ui.runs.runs_table import RunsTable
from studio.ui.tasks import LatestWorker
from studio.ui.widgets.banner import Banner
from studio.ui.widgets.empty_state import EmptyState
from studio.ui.widgets.skeleton import Skeleton

QWIDGETSIZE_MAX = 16_777_215  # Qt's word for no limit, which its Python binding leaves out
REFRESH_MS = 2000  # while a run trains, here or in another process
_LOADING_ROWS = ((1.0,),) * 8


class RunsPage(QWidget):
    """Lists runs, compares them, and leads to Draw and Mistakes."""

    open_draw = Signal(str)
    open_mistakes = Signal(str)
    train_wanted = Signal()
    resume_wanted = Signal(str)

    def __init__(self, context: StudioContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("page", True)
        self._context = context
        self._lister = LatestWorker(self._read_rows, self)
        self._reader = LatestWorker(self._read_details, self)
        self._model = RunsModel(self)
        self._filtered = RunsFilter(self._model, self)
        self._table = RunsTable(self._filtered)
        self._detail = DetailPanel()
        self._clock = QTimer(self)
        self._clock.setInterval(REFRESH_MS)
        self._build()
        self._connect()
        self.setTabOrder(self._table, self._filter)  # the page opens with the table in focus

    def refresh(self) -> None:
        """Read the runs again; what is chosen stays chosen."""
        self._lister.submit(None)

    def shutdown(self) -> None:
        """End this page's threads."""
        self._clock.stop()
        self._lister.close()
        self._reader.close()

    def _read_rows(self, _payload: object) -> list[RunRow]:
        return read_rows(self._context.store)

    def _read_details(self, run_ids: tuple[str, ...]) -> list[RunDetail]:
        return read_details(self._context.store, run_ids)

    def _build(self) -> None:
        self._count = QLabel()
        self._count.setObjectName("runs_count")
        self._count.setProperty("role", "muted")
        self._count.setContentsMargins(0, 5, 0, 0)  # onto the base line of the title
        self._filter = QLineEdit()
        self._filter.setObjectName("runs_filter")
        self._filter.setAccessibleName("Filter runs")
        self._filter.setPlaceholderText("Filter")
        self._filter.setToolTip("Show only runs that have these words in any column (Ctrl+F)")
        self._filter.setClearButtonEnabled(True)
        self._filter.setFixedWidth(240)
        self._filter.hide()  # until there is something to filter
        self._banner = Banner()
        self._no_match = EmptyState(
            "No run matches", "No run has all of these words.", "Clear the filter", icon("search")
        )
        self._no_match.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._empty = EmptyState(
            "No runs yet",
            "Every training is kept here with its settings, curves and weights. "
            "Train a network to make the first one.",
            "Go to Train",
            icon("runs"),
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
        for layer in (self._loading, self._empty, self._split):
            self._layers.addWidget(layer)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 24)
        column.setSpacing(12)
        column.addLayout(self._header())
        column.addWidget(self._banner)
        column.addWidget(self._layers, 1)

    def _header(self) -> QHBoxLayout:
        title = QLabel("Runs")
        title.setProperty("role", "title")
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(title)
        row.addWidget(self._count)
        row.addStretch(1)
        row.addWidget(self._filter)
        return row

    def _connect(self) -> None:
        self._lister.answered.connect(self._on_rows)
        self._lister.failed.connect(self._on_failed)
        self._reader.answered.connect(self._on_details)
        self._reader.failed.connect(self._on_failed)
        self._table.chosen_changed.connect(self._on_chosen)
        self._table.run_opened.connect(self._on_opened)
        self._filter.textChanged.connect(self._on_filter)
        self._no_match.action_clicked.connect(self._filter.clear)
        self._empty.action_clicked.connect(self.train_wanted)
        self._detail.draw_wanted.connect(self._on_draw)
        self._detail.mistakes_wanted.connect(self._on_mistakes)
        self._detail.folder_wanted.connect(self._on_folder)
        self._detail.resume_wanted.connect(self._on_resume)
        self._clock.timeout.connect(self.refresh)
        QShortcut(QKeySequence("Ctrl+F"), self).activated.connect(self._filter.setFocus)

    def _on_rows(self, _payload: object, rows: list[RunRow]) -> None:
        if self._banner.kind == "bad":  # the failure is over
            self._banner.hide()
        chosen = self._table.chosen()
        if self._model.set_rows(rows):
            self._table.choose(chosen or [row.id for row in rows[:1]])
        self._layers.setCurrentWidget(self._split if rows else self._empty)
        self._filter.setVisible(bool(rows))
        if self.hasFocus():  # it came here while there was no table yet
            self._table.setFocus()
        self._count.setText(_counted(rows))
        self._fit_list()
        self._on_chosen()
        self._watch()

    def _fit_list(self) -> None:
        """A short list leaves its room to the curves."""
        fits = self._list.currentWidget() is self._table
        self._list.setMaximumHeight(self._table.full_height() if fits else QWIDGETSIZE_MAX)

    def _on_chosen(self) -> None:
        chosen = self._table.chosen()
        if chosen:
            self._reader.submit(tuple(chosen))
        else:
            self._detail.show_nothing()

    def _on_details(self, run_ids: tuple[str, ...], details: list[RunDetail]) -> None:
        if run_ids != tuple(self._table.chosen()):
            return  # something else was chosen meanwhile; its answer is on the way
        rows = {row.id: row for row in self._model.rows()}
        there = [detail for detail in details if detail.id in rows]
        if there:
            self._detail.show_runs([rows[detail.id] for detail in there], there)
        else:
            self._detail.show_nothing()

    def _on_failed(self, error: object, _traceback_text: str) -> None:
        title, hint = error_words(error)
        self._banner.show_message(f"The runs could not be read. {title} {hint}", "bad")

    def _on_filter(self, text: str) -> None:
        chosen = self._table.chosen()
        self._filtered.set_text(text)
        self._table.choose(chosen)
        none = self._filtered.rowCount() == 0
        self._list.setCurrentWidget(self._no_match if none else self._table)
        self._fit_list()
        self._on_chosen()

    def _on_opened(self, run_id: str) -> None:
        row = self._row(run_id)
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
        path = self._row(self._table.chosen()[0]).summary.path
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
            self._banner.show_message(f"No file manager answers. The folder is {path}", "warn")

    def _row(self, run_id: str) -> RunRow:
        return next(row for row in self._model.rows() if row.id == run_id)

    def _watch(self) -> None:
        """Read again every now and then, but only while it can change and be seen."""
        rows = self._model.rows()
        training = any(row.summary.status is RunStatus.RUNNING for row in rows)
        if training and self.isVisible():
            self._clock.start()
        else:
            self._clock.stop()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._clock.stop()


def _loading() -> QWidget:
    layer = QWidget()
    column = QVBoxLayout(layer)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(Skeleton(_LOADING_ROWS, 28))
    column.addStretch(1)
    return layer


def _counted(rows: list[RunRow]) -> str:
    return {0: "", 1: "1 run"}.get(len(rows), f"{len(rows)} runs")
