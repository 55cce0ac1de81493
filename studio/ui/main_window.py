"""The main window: pages behind a navigation, wired to each other by signals."""

from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QByteArray, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QVBoxLayout, QWidget

from studio.callbacks import OnProgress, ShouldStop
from studio.ui import theme
from studio.ui.context import StudioContext
from studio.ui.frame.close_controller import CloseController
from studio.ui.frame.confirm_dialog import ConfirmDialog
from studio.ui.frame.drop_controller import DropController
from studio.ui.frame.nav_bar import NavBar
from studio.ui.frame.nav_list import NavEntry
from studio.ui.frame.settings_banner import SettingsBanner
from studio.ui.frame.shortcuts_dialog import ShortcutsDialog
from studio.ui.frame.window_geometry import keep_on_screen, open_at_start_size
from studio.ui.frame.window_shortcuts import WindowShortcuts
from studio.ui.icons import icon
from studio.ui.page_stack import DRAW, MISTAKES, PAGES, RUNS, TRAIN, PageStack
from studio.ui.shared.error_dialog import show_error
from studio.ui.widgets.empty_state import EmptyState

if TYPE_CHECKING:
    from studio.ui.draw.page import DrawPage
    from studio.ui.mistakes.page import MistakesPage
    from studio.ui.runs.page import RunsPage
    from studio.ui.train.page import TrainPage

T = TypeVar("T")

ENTRIES = [
    NavEntry("Train", "train", "Choose a network and data, and train (Ctrl+1)"),
    NavEntry("Draw", "draw", "Draw and see what a network reads (Ctrl+2)"),
    NavEntry("Mistakes", "mistakes", "See where a network is wrong, and why (Ctrl+3)"),
    NavEntry("Runs", "runs", "Every training so far, side by side (Ctrl+4)"),
]


class MainWindow(QMainWindow):
    """Everything a person sees, and the wires between the pages.

    Made with the page it opens on. The rest follows once that is painted, or at `complete`.
    """

    closed = Signal()

    def __init__(self, context: StudioContext) -> None:
        super().__init__()
        self.context = context
        context.setParent(self)
        self.setWindowTitle("VGG Studio")
        self.nav_bar = NavBar(ENTRIES)
        self._pages = PageStack(context)
        # Made first and needing no page: the window can be closed whatever fails later.
        self._closing = CloseController(self, None, context.tasks)
        self._connect_closing()
        self._saving: EmptyState | None = None
        self._complete = False
        self._painted = False
        self._lay_out()
        self._restore()
        theme.dress(self)
        self.nav_bar.pages.setFocus()

    def complete(self) -> None:
        """Make what the first picture does without, and wire it all; later calls do nothing."""
        if self._complete:
            return
        self._complete = True
        self._connect_frame()
        with theme.style_afterwards(theme.application()):
            self._make_the_rest()
        self._connect_pages()
        self._show_settings_damage()
        theme.dress(self)
        self._pages.setCurrentIndex(self.nav_bar.pages.currentRow())

    def show_page(self, index: int) -> None:
        """Bring a page to the front, unless the window is on its way out."""
        if self._saving is None:
            self.nav_bar.pages.setCurrentRow(index)

    def open_draw(self, run: str) -> None:
        """Draw with the network of `run`, a run id or "bundled"."""
        if self._pages.draw is not None:
            self._pages.draw.set_model(run)
        self.show_page(DRAW)

    def open_mistakes(self, run: str) -> None:
        """Explore where the network of `run` is wrong."""
        if self._pages.mistakes is not None:
            self._pages.mistakes.show_run(run)
        self.show_page(MISTAKES)

    def open_train(self) -> None:
        """Go where a new run starts."""
        self.show_page(TRAIN)

    def resume_run(self, run: str) -> None:
        """Go on with a run, where the one training there can be is seen."""
        self.show_page(TRAIN)
        if self._pages.train is not None:
            self._pages.train.resume_run(run)

    def open_run_folder(self, folder: str) -> None:
        """Show the runs of a folder, which any process or machine may be writing."""
        self.show_page(RUNS)
        if self._pages.runs is not None:
            self._pages.runs.open_folder(folder)

    def choose_theme(self, choice: str) -> None:
        """Show "system", "light" or "dark" colours, now and at the next start."""
        self.context.settings.setValue("theme", choice)
        self.nav_bar.set_theme(choice)
        theme.apply(theme.application(), choice)

    def close_and_save(self) -> None:
        """Close without asking; a training is stopped and saved first."""
        self._closing.save_and_end()

    @property
    def train_page(self) -> "TrainPage":
        """Where networks are trained. Raises RuntimeError where it could not be made."""
        return _existing(self._pages.train)

    @property
    def draw_page(self) -> "DrawPage":
        """Where a network reads what is drawn."""
        return _existing(self._pages.draw)

    @property
    def mistakes_page(self) -> "MistakesPage":
        """Where a network is wrong."""
        return _existing(self._pages.mistakes)

    @property
    def runs_page(self) -> "RunsPage":
        """Every training so far."""
        return _existing(self._pages.runs)

    def _lay_out(self) -> None:
        body = QWidget()
        row = QHBoxLayout(body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.nav_bar)
        self._column = QVBoxLayout()
        self._column.setSpacing(0)
        self._column.addWidget(self._pages, 1)
        row.addLayout(self._column, 1)
        self.setCentralWidget(body)

    def _make_the_rest(self) -> None:
        self._pages.complete()
        draw = self._pages.draw
        takes_drops: list[QWidget] = [] if draw is None else [draw]
        self._dropping = DropController(self, takes_drops, self._is_training)
        self._dropping.taken.connect(self._take_pictures)
        self._dropping.run_opened.connect(self.open_run_folder)
        self._dropping.refused.connect(self._refuse_pictures)

    def _connect_pages(self) -> None:
        """Wire the pages that could be made."""
        pages, runs_changed = self._pages, self.context.runs_changed
        if pages.train is not None:
            self._connect_train(pages.train)
        if pages.draw is not None:
            runs_changed.connect(pages.draw.refresh_runs)
        if pages.mistakes is not None:
            pages.mistakes.open_draw.connect(self.open_draw)
            pages.mistakes.train_wanted.connect(self.open_train)
        if pages.runs is not None:
            self._connect_runs(pages.runs)
            runs_changed.connect(pages.runs.refresh)

    def _connect_train(self, train: "TrainPage") -> None:
        train.open_draw.connect(self.open_draw)
        train.open_mistakes.connect(self.open_mistakes)
        train.run_started.connect(self._on_run_started)
        train.run_ended.connect(self._on_run_ended)
        train.stop_wanted.connect(self._ask_to_stop)
        self._shortcuts.pause_pressed.connect(train.pause_or_resume)
        self._closing.watch(train)

    def _connect_runs(self, runs: "RunsPage") -> None:
        runs.open_draw.connect(self.open_draw)
        runs.open_mistakes.connect(self.open_mistakes)
        runs.train_wanted.connect(self.open_train)
        runs.resume_wanted.connect(self.resume_run)

    def _connect_frame(self) -> None:
        self.nav_bar.page_chosen.connect(self._pages.setCurrentIndex)
        self.nav_bar.theme_chosen.connect(self.choose_theme)
        self.nav_bar.keys_wanted.connect(self._show_keys)
        self._shortcuts = WindowShortcuts(self)
        self._shortcuts.page_pressed.connect(self._on_page_key)
        self._shortcuts.train_pressed.connect(self._train)
        self._shortcuts.form_pressed.connect(self._toggle_setup)
        self._shortcuts.stop_pressed.connect(self._ask_to_stop)
        self._shortcuts.resume_pressed.connect(self._resume)
        self._shortcuts.list_pressed.connect(self._show_keys)
        self.context.torch_loaded.connect(self.detect_device)
        self.context.torch_failed.connect(self._on_torch_failed)

    def _connect_closing(self) -> None:
        self._closing.saving.connect(self._on_saving)
        self._closing.ending.connect(self._on_ending)
        self._closing.ending.connect(self._pages.shutdown)
        # Queued: inside a close event Qt takes another close() for done.
        self._closing.done.connect(self.close, Qt.ConnectionType.QueuedConnection)

    def _restore(self) -> None:
        settings = self.context.settings
        self.nav_bar.set_theme(self.context.theme)
        geometry = settings.read_bytes("geometry")
        if geometry is not None and self.restoreGeometry(geometry):
            keep_on_screen(self)
        else:
            if geometry is not None and not self._is_geometry(geometry):
                settings.reject("geometry")
            open_at_start_size(self)
        index = settings.read_int("page", DRAW, PAGES)
        self._pages.open_on(index)
        self.nav_bar.pages.setCurrentRow(index)

    def _is_geometry(self, saved: QByteArray) -> bool:
        """Whether Qt wrote it: it also declines one of a screen much larger or smaller."""
        own = self.saveGeometry()
        return saved.size() == own.size() and saved.left(8) == own.left(8)

    def _show_settings_damage(self) -> None:
        if self.context.settings.is_damaged:
            row = QHBoxLayout()
            row.setContentsMargins(12, 12, 12, 0)
            row.addWidget(SettingsBanner(self.context.settings))
            self._column.insertLayout(0, row)

    def _on_page_key(self, index: int) -> None:
        """Show a page; the keys that follow are for it, not for the navigation."""
        self.show_page(index)
        if self.nav_bar.isAncestorOf(self.focusWidget() or self):
            self._pages.focus_page()

    def _train(self) -> None:
        self.show_page(TRAIN)
        if self._pages.train is not None and not self._is_training():
            self._pages.train.start()

    def _is_training(self) -> bool:
        return self._pages.train is not None and self._pages.train.is_training

    def _resume(self) -> None:
        self.show_page(TRAIN)
        if self._pages.train is not None:
            self._pages.train.resume_last()

    def _toggle_setup(self) -> None:
        page = self._pages.train
        if page is not None and self._pages.currentWidget() is page:
            page.toggle_setup()

    def _take_pictures(self, path: str) -> None:
        self.show_page(TRAIN)
        if self._pages.train is not None:
            self._pages.train.choose_dataset(path)

    def _refuse_pictures(self, reason: str) -> None:
        self.show_page(TRAIN)
        if self._pages.train is not None:
            self._pages.train.refuse_dataset(reason)

    def _on_run_started(self, _run: str) -> None:
        self._shortcuts.set_training(True)
        self.nav_bar.pages.set_mark(TRAIN, True)
        self.context.runs_changed.emit()

    def _on_run_ended(self, _run: str) -> None:
        self._shortcuts.set_training(False)
        self.nav_bar.pages.set_mark(TRAIN, False)
        self.context.runs_changed.emit()

    def _ask_to_stop(self) -> None:
        question = ConfirmDialog(
            "stop_question",
            "Stop this training?",
            "The best and the last weights are kept. You can resume the run later.",
            "Stop and save",
            "Keep training",
            self,
        )
        question.accepted.connect(self.train_page.stop)
        self.train_page.idle.connect(question.reject)  # the training ended meanwhile
        question.open()

    def _show_keys(self) -> None:
        ShortcutsDialog(self).open()

    def _on_painted(self) -> None:
        if self.isVisible():  # not closed again meanwhile
            try:
                self.context.load_torch()  # in a thread, beside the pages that are made now
            finally:
                self.complete()

    def _on_saving(self) -> None:
        self.nav_bar.setEnabled(False)
        self._saving = EmptyState(
            "Saving", "The window closes by itself as soon as the run is on disk.", "", icon("runs")
        )
        self._pages.addWidget(self._saving)
        self._pages.setCurrentWidget(self._saving)

    def _on_ending(self) -> None:
        self._remember()
        self.hide()

    def _remember(self) -> None:
        settings = self.context.settings
        settings.setValue("geometry", self.saveGeometry())
        settings.setValue("page", self.nav_bar.pages.currentRow())
        settings.sync()

    def detect_device(self) -> None:
        task = self.context.tasks.start(_describe_device)
        task.succeeded.connect(self._on_device)
        task.failed.connect(self._on_torch_failed)

    def _on_device(self, choice: Any) -> None:
        self.nav_bar.device_box.show_device(choice.device, choice.name, choice.reason)

    def _on_torch_failed(self, error: object, traceback_text: str) -> None:
        self.nav_bar.device_box.show_failure(str(error))
        show_error(self, error, traceback_text)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._painted:  # nothing that it does not show must delay the first picture
            self._painted = True
            QTimer.singleShot(0, self._on_painted)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._closing.finished:
            event.accept()
            self.closed.emit()
        else:
            event.ignore()
            self._closing.begin()


def _existing(page: T | None) -> T:
    if page is None:
        raise RuntimeError("The page could not be made.")
    return page


def _describe_device(_on_progress: OnProgress, _should_stop: ShouldStop) -> Any:
    from studio.training.backend.devices import describe_device

    return describe_device("auto")
