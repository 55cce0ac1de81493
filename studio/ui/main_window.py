"""The main window: pages behind a navigation, wired to each other by signals."""

from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QWidget

from studio.ui import theme
from studio.ui.context import StudioContext
from studio.ui.errors import show_error
from studio.ui.frame.closing import Closing
from studio.ui.frame.dropping import Dropping
from studio.ui.frame.keys_dialog import KeysDialog
from studio.ui.frame.nav_bar import NavBar
from studio.ui.frame.nav_list import NavEntry
from studio.ui.frame.question import Question
from studio.ui.frame.shortcuts import Shortcuts
from studio.ui.icons import icon
from studio.ui.page_stack import DRAW, MISTAKES, PAGES, RUNS, TRAIN, PageStack
from studio.ui.tasks import Progress, ShouldStop
from studio.ui.widgets.empty_state import EmptyState

ENTRIES = [
    NavEntry("Train", "train", "Choose a network and data, and train (Ctrl+1)"),
    NavEntry("Draw", "draw", "Draw and see what a network reads (Ctrl+2)"),
    NavEntry("Mistakes", "mistakes", "See where a network is wrong, and why (Ctrl+3)"),
    NavEntry("Runs", "runs", "Every training so far, side by side (Ctrl+4)"),
]
START_SIZE = (1280, 800)
LEAST_SIZE = (880, 640)


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
        self.setMinimumSize(*LEAST_SIZE)
        self.nav_bar = NavBar(ENTRIES)
        self._pages = PageStack(context)
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
        with theme.style_afterwards(theme.application()):
            self._make_the_rest()
        self._connect_pages()
        self._connect_frame()
        theme.dress(self)
        self._pages.setCurrentIndex(self.nav_bar.pages.currentRow())

    def show_page(self, index: int) -> None:
        """Bring a page to the front, unless the window is on its way out."""
        if self._pages.currentWidget() is self._saving:
            return
        self.nav_bar.pages.setCurrentRow(index)

    def open_draw(self, run: str) -> None:
        """Draw with the network of `run`, a run id or "bundled"."""
        self.draw_page.set_model(run)
        self.show_page(DRAW)

    def open_mistakes(self, run: str) -> None:
        """Explore where the network of `run` is wrong."""
        self.mistakes_page.show_run(run)
        self.show_page(MISTAKES)

    def open_train(self) -> None:
        """Go where a new run starts."""
        self.show_page(TRAIN)

    def resume_run(self, run: str) -> None:
        """Go on with a run, where the one training there can be is seen."""
        self.show_page(TRAIN)
        self.train_page.resume_run(run)

    def open_run_folder(self, folder: str) -> None:
        """Show the runs of a folder, which any process or machine may be writing."""
        self.show_page(RUNS)
        self.runs_page.open_folder(folder)

    def choose_theme(self, choice: str) -> None:
        """Show "system", "light" or "dark" colours, now and at the next start."""
        self.context.settings.setValue("theme", choice)
        self.nav_bar.set_theme(choice)
        theme.apply(theme.application(), choice)

    def close_and_save(self) -> None:
        """Close without asking; a training is stopped and saved first."""
        self.complete()
        self._closing.save_and_end()

    def _lay_out(self) -> None:
        body = QWidget()
        row = QHBoxLayout(body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.nav_bar)
        row.addWidget(self._pages, 1)
        self.setCentralWidget(body)

    def _make_the_rest(self) -> None:
        pages = self._pages
        pages.complete()
        self.train_page, self.draw_page = pages.train, pages.draw
        self.mistakes_page, self.runs_page = pages.mistakes, pages.runs
        self._saving = EmptyState(
            "Saving", "The window closes by itself as soon as the run is on disk.", "", icon("runs")
        )
        pages.addWidget(self._saving)
        self._shortcuts = Shortcuts(self, len(ENTRIES))
        self._closing = Closing(self, self.train_page, self.context.tasks)
        self._dropping = Dropping(self, [self.draw_page], lambda: self.train_page.is_training)

    def _connect_pages(self) -> None:
        train, mistakes, runs = self.train_page, self.mistakes_page, self.runs_page
        for signal in (train.open_draw, mistakes.open_draw, runs.open_draw):
            signal.connect(self.open_draw)
        for signal in (train.open_mistakes, runs.open_mistakes):
            signal.connect(self.open_mistakes)
        runs.train_wanted.connect(self.open_train)
        runs.resume_wanted.connect(self.resume_run)
        mistakes.train_wanted.connect(self.open_train)
        train.run_started.connect(self._on_run_started)
        train.run_ended.connect(self._on_run_ended)
        self.context.runs_changed.connect(self.draw_page.refresh_runs)
        self.context.runs_changed.connect(runs.refresh)

    def _connect_frame(self) -> None:
        self.nav_bar.page_chosen.connect(self._pages.setCurrentIndex)
        self.nav_bar.theme_chosen.connect(self.choose_theme)
        self.nav_bar.keys_wanted.connect(self._show_keys)
        self._shortcuts.page_wanted.connect(self.show_page)
        self._shortcuts.train_wanted.connect(self._train)
        self._shortcuts.pause_wanted.connect(self.train_page.pause_or_resume)
        self._shortcuts.stop_wanted.connect(self._ask_to_stop)
        self._shortcuts.keys_wanted.connect(self._show_keys)
        self._dropping.taken.connect(self._take_pictures)
        self._dropping.run_opened.connect(self.open_run_folder)
        self._dropping.refused.connect(self._refuse_pictures)
        self._closing.saving.connect(self._on_saving)
        self._closing.ending.connect(self._on_ending)
        # Queued: inside a close event Qt takes another close() for done.
        self._closing.done.connect(self.close, Qt.ConnectionType.QueuedConnection)
        self.context.torch_loaded.connect(self._find_device)
        self.context.torch_failed.connect(self._on_torch_failed)

    def _restore(self) -> None:
        settings = self.context.settings
        self.nav_bar.set_theme(self.context.theme)
        geometry = settings.read_bytes("geometry")
        if geometry is None:
            self.resize(*START_SIZE)
        elif not self.restoreGeometry(geometry):
            settings.reject("geometry")
            self.resize(*START_SIZE)
        index = settings.read_int("page", DRAW, PAGES)
        self._pages.open_on(index)
        self.nav_bar.pages.setCurrentRow(index)

    def _train(self) -> None:
        self.show_page(TRAIN)
        if not self.train_page.is_training:
            self.train_page.start()

    def _take_pictures(self, path: str) -> None:
        self.show_page(TRAIN)
        self.train_page.take_pictures(path)

    def _refuse_pictures(self, reason: str) -> None:
        self.show_page(TRAIN)
        self.train_page.refuse_pictures(reason)

    def _on_run_started(self, _run: str) -> None:
        self._shortcuts.set_training(True)
        self.nav_bar.pages.set_mark(TRAIN, True)
        self.context.runs_changed.emit()

    def _on_run_ended(self, _run: str) -> None:
        self._shortcuts.set_training(False)
        self.nav_bar.pages.set_mark(TRAIN, False)
        self.context.runs_changed.emit()

    def _ask_to_stop(self) -> None:
        question = Question(
            "stop_question",
            "Stop this training?",
            "The best and the last weights are kept. You can go on with the run later.",
            "Stop and save",
            "Keep training",
            self,
        )
        question.accepted.connect(self.train_page.stop)
        question.open()

    def _show_keys(self) -> None:
        KeysDialog(self).open()

    def _on_painted(self) -> None:
        if self.isVisible():  # not closed again meanwhile
            self.context.load_torch()  # in a thread, beside the pages that are made now
            self.complete()

    def _on_saving(self) -> None:
        self.nav_bar.setEnabled(False)
        self._pages.setCurrentWidget(self._saving)

    def _on_ending(self) -> None:
        self._remember()
        self.hide()
        for page in (self.train_page, self.draw_page, self.mistakes_page, self.runs_page):
            page.shutdown()

    def _remember(self) -> None:
        settings = self.context.settings
        settings.setValue("geometry", self.saveGeometry())
        settings.setValue("page", self.nav_bar.pages.currentRow())
        settings.sync()

    def _find_device(self) -> None:
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
        self.complete()
        if self._closing.finished:
            event.accept()
            self.closed.emit()
        else:
            event.ignore()
            self._closing.begin()


def _describe_device(_progress: Progress, _should_stop: ShouldStop) -> Any:
    from studio.training.devices import describe_device

    return describe_device("auto")
