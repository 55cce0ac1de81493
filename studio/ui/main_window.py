"""The main window: the pages, and the signals that connect them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QImage, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QVBoxLayout, QWidget

from studio.callbacks import OnProgress, ShouldStop
from studio.crash_log import note_in_session
from studio.insight.retraining import Retraining
from studio.runs.abandoned_files import remove_abandoned_files
from studio.ui import theme
from studio.ui.context import StudioContext
from studio.ui.frame.close_controller import CloseController
from studio.ui.frame.drop_controller import DropController
from studio.ui.frame.nav_bar import NavBar
from studio.ui.frame.nav_list import NavEntry
from studio.ui.frame.remembered_window import RememberedWindow
from studio.ui.frame.shortcuts_dialog import ShortcutsDialog
from studio.ui.frame.state_banner import MARGIN_PX, StateBanner
from studio.ui.frame.window_shortcuts import WindowShortcuts
from studio.ui.icons import icon
from studio.ui.page_stack import DRAW, MISTAKES, RUNS, TRAIN, PageStack
from studio.ui.shared.confirm_dialog import ConfirmDialog, stop_question
from studio.ui.shared.error_dialog import show_error
from studio.ui.shared.shortcuts import with_keys
from studio.ui.widgets.banner import Banner
from studio.ui.widgets.empty_state import EmptyState

if TYPE_CHECKING:
    from studio.ui.draw.page import DrawPage
    from studio.ui.mistakes.page import MistakesPage
    from studio.ui.runs.page import RunsPage
    from studio.ui.train.page import TrainPage

T = TypeVar("T")

ENTRIES = [
    NavEntry("Train", "train", with_keys("Choose a model and a dataset, and train", "show_train")),
    NavEntry("Draw", "draw", with_keys("Draw, and see the prediction of a model", "show_draw")),
    NavEntry(
        "Mistakes", "mistakes", with_keys("See where a model is wrong, and why", "show_mistakes")
    ),
    NavEntry("Runs", "runs", with_keys("Compare all training runs", "show_runs")),
]


class MainWindow(QMainWindow):
    """Shows the pages and connects them.

    Its constructor creates the page that is shown first. The others are created once that one is
    painted, or by `complete`.
    """

    closed = Signal()

    def __init__(self, context: StudioContext) -> None:
        super().__init__()
        self.context = context
        context.setParent(self)
        self.setWindowTitle("VGG Studio")
        self.nav_bar = NavBar(ENTRIES)
        self._pages = PageStack(context)
        # Created before the pages, so that the window can be closed whatever fails later.
        self._close_controller = CloseController(self, context.tasks)
        self._connect_closing()
        self._is_saving = self._is_complete = self._was_painted = False
        self._lay_out()
        self._state_banner = StateBanner(context, self._column, self)
        self._remembered = RememberedWindow(context, self, self.nav_bar.pages)
        self._restore()
        theme.prepare(self)
        self.nav_bar.pages.setFocus()

    def complete(self) -> None:
        """Create and connect what the first frame does not need; later calls do nothing."""
        if self._is_complete:
            return
        self._is_complete = True
        self._connect_frame()
        with theme.style_once(theme.application()):
            self._create_pages()
        self._connect_pages()
        self._restore_pages()
        self._state_banner.show_problems_so_far()
        theme.prepare(self)
        self._pages.setCurrentIndex(self.nav_bar.pages.currentRow())

    def show_page(self, index: int) -> None:
        """Show a page, unless the window is being closed."""
        if not self._is_saving:
            self.nav_bar.pages.setCurrentRow(index)

    def open_draw(self, run: str) -> None:
        """Draw with the model of `run`, a run id or "bundled"."""
        if self._pages.draw is not None:
            self._pages.draw.set_model(run)
        self.show_page(DRAW)

    def open_image(self, run: str, image: QImage) -> None:
        """Put an image on the canvas of the Draw page, and predict it with the model of `run`."""
        self.open_draw(run)
        if self._pages.draw is not None:
            self._pages.draw.open_image(image)

    def open_mistakes(self, run: str) -> None:
        """Show the mistakes of the model of `run`, a run id or "bundled"."""
        if self._pages.mistakes is not None:
            self._pages.mistakes.show_run(run)
        self.show_page(MISTAKES)

    def open_comparison(self, run: str) -> None:
        """Show what a run fixed and what it broke, compared with its parent."""
        if self._pages.mistakes is not None:
            self._pages.mistakes.show_comparison(run)
        self.show_page(MISTAKES)

    def open_runs(self, runs: Sequence[str]) -> None:
        """Compare runs, by their keys, on the Runs page."""
        if self._pages.runs is not None:
            self._pages.runs.show_runs(runs)
        self.show_page(RUNS)

    def open_train(self) -> None:
        """Show the Train page."""
        self.show_page(TRAIN)

    def resume_run(self, run: str) -> None:
        """Resume a run on the Train page."""
        self.show_page(TRAIN)
        if self._pages.train is not None:
            self._pages.train.resume_run(run)

    def retrain(self, retraining: Retraining) -> None:
        """Train a run again on the Train page, after the training that runs."""
        if self._pages.train is not None:
            self.show_page(TRAIN)
            self._pages.train.retrain(retraining.config, retraining.parent)

    def open_run_folder(self, folder: str) -> None:
        """Also show the runs of a folder, which any process or computer may be writing."""
        self.show_page(RUNS)
        if self._pages.runs is not None:
            self._pages.runs.open_folder(folder)

    def choose_theme(self, choice: str) -> None:
        """Use the theme "system", "light" or "dark", now and after the next start."""
        self.context.settings.setValue("theme", choice)
        self.nav_bar.set_theme(choice)
        theme.apply(theme.application(), choice)

    def add_banner(self, banner: Banner) -> None:
        """Add a banner above the pages, below those that are there."""
        row = QHBoxLayout()
        row.setContentsMargins(MARGIN_PX, MARGIN_PX, MARGIN_PX, 0)
        row.addWidget(banner)
        self._column.insertLayout(self._column.count() - 1, row)

    def close_and_save(self) -> None:
        """Close without a confirmation; a training is stopped and saved first."""
        self._close_controller.save_and_end()

    def limit_closing(self, seconds: float | None) -> None:
        """Give up after so long what loses nothing by it; only for a process that ends then."""
        self._close_controller.patience_s = seconds

    @property
    def train_page(self) -> "TrainPage":
        """The Train page. Raises RuntimeError if it could not be created."""
        return _existing(self._pages.train)

    @property
    def draw_page(self) -> "DrawPage":
        """The Draw page. Raises RuntimeError as above."""
        return _existing(self._pages.draw)

    @property
    def mistakes_page(self) -> "MistakesPage":
        """The Mistakes page. Raises RuntimeError as above."""
        return _existing(self._pages.mistakes)

    @property
    def runs_page(self) -> "RunsPage":
        """The Runs page. Raises RuntimeError as above."""
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

    def _create_pages(self) -> None:
        self._pages.complete()
        draw = self._pages.draw
        drop_targets: list[QWidget] = [] if draw is None else [draw]
        self._drops = DropController(self, drop_targets)
        self._drops.dataset_dropped.connect(self.open_train)
        self._drops.recipe_dropped.connect(self.open_train)
        self._drops.run_dropped.connect(self.open_run_folder)
        self._drops.refused.connect(self.open_train)

    def _connect_pages(self) -> None:
        """Connect the pages that could be created."""
        pages = self._pages
        if pages.train is not None:
            self._connect_train(pages.train)
        if pages.draw is not None:
            pages.draw.session.train_requested.connect(self.open_train)
        if pages.mistakes is not None:
            pages.mistakes.open_draw.connect(self.open_draw)
            pages.mistakes.open_image.connect(self.open_image)
            pages.mistakes.train_wanted.connect(self.open_train)
            pages.mistakes.retrain_wanted.connect(self.retrain)
        if pages.runs is not None:
            self._connect_runs(pages.runs)

    def _connect_train(self, train: "TrainPage") -> None:
        train.open_draw.connect(self.open_draw)
        train.open_mistakes.connect(self.open_mistakes)
        train.open_comparison.connect(self.open_comparison)
        train.runs_wanted.connect(self.open_runs)
        train.retrained.connect(self._on_retrained)
        train.session.run_created.connect(self._on_run_created)
        train.run_started.connect(self._on_run_started)
        train.run_ended.connect(self._on_run_ended)
        train.stop_wanted.connect(self._ask_to_stop)
        train.session.state_changed.connect(self._update_shortcuts)
        self._shortcuts.pause_pressed.connect(train.pause_or_resume)
        self._shortcuts.resume_pressed.connect(train.resume_last)
        self._drops.dataset_dropped.connect(train.choose_dataset)
        self._drops.recipe_dropped.connect(train.open_recipe)
        self._drops.refused.connect(train.refuse_dataset)
        self._close_controller.saving.connect(train.queue.begin_closing)
        self._close_controller.set_training_page(train)

    def _connect_runs(self, runs: "RunsPage") -> None:
        runs.open_draw.connect(self.open_draw)
        runs.open_mistakes.connect(self.open_mistakes)
        runs.train_wanted.connect(self.open_train)
        runs.resume_wanted.connect(self.resume_run)

    def _connect_frame(self) -> None:
        self.nav_bar.page_chosen.connect(self._pages.setCurrentIndex)
        self.nav_bar.theme_chosen.connect(self.choose_theme)
        self.nav_bar.keys_clicked.connect(self._show_shortcuts)
        self._shortcuts = WindowShortcuts(self)
        self._shortcuts.page_pressed.connect(self._on_page_shortcut)
        self._shortcuts.train_pressed.connect(self._start_training)
        self._shortcuts.form_pressed.connect(self._toggle_form)
        self._shortcuts.stop_pressed.connect(self._ask_to_stop)
        self._shortcuts.resume_pressed.connect(self.open_train)
        self._shortcuts.list_pressed.connect(self._show_shortcuts)
        self.context.torch_loaded.connect(self.detect_device)
        self.context.torch_failed.connect(self._on_torch_failed)

    def _connect_closing(self) -> None:
        self._close_controller.saving.connect(self._on_saving)
        self._close_controller.ending.connect(self._on_ending)
        self._close_controller.ending.connect(self._pages.shutdown)
        # Queued, because Qt ignores close() inside a close event.
        self._close_controller.done.connect(self.close, Qt.ConnectionType.QueuedConnection)

    def _restore(self) -> None:
        self.nav_bar.set_theme(self.context.theme)
        self.context.window_state.open(self.context.restore_state)
        index = self._remembered.restore(DRAW)
        self._pages.open_on(index)
        self.nav_bar.pages.setCurrentRow(index)
        self._remembered.follow()

    def _restore_pages(self) -> None:
        """Show what pages showed when the program last ended; others restore themselves."""
        if self._pages.draw is not None:
            self._pages.draw.restore()
        if self._pages.runs is not None:
            self._pages.runs.restore()

    def _on_page_shortcut(self, index: int) -> None:
        """Show a page, and give it the focus if the navigation has it."""
        self.show_page(index)
        if self.nav_bar.isAncestorOf(self.focusWidget() or self):
            self._pages.focus_page()

    def _start_training(self) -> None:
        self.show_page(TRAIN)
        if self._pages.train is not None and not self._is_training():
            self._pages.train.start()

    def _is_training(self) -> bool:
        return self._pages.train is not None and self._pages.train.is_training

    def _toggle_form(self) -> None:
        page = self._pages.train
        if page is not None and self._pages.currentWidget() is page:
            page.toggle_setup()

    def _on_run_created(self, run: str) -> None:
        note_in_session(run=run)  # after a crash, the next start offers to resume it

    def _on_run_started(self, _run: str) -> None:
        self.nav_bar.pages.set_mark(TRAIN, True)
        self.context.runs_changed.emit()

    def _update_shortcuts(self) -> None:
        """Let Space and Esc act while the buttons do, also before the first step."""
        self._shortcuts.set_training(self.train_page.session.state.value.stop)

    def _on_run_ended(self, _run: str) -> None:
        note_in_session(run="")
        self.nav_bar.pages.set_mark(TRAIN, False)
        self.context.runs_changed.emit()

    def _on_retrained(self, run: str, parent: str) -> None:
        mistakes = self._pages.mistakes
        if mistakes is not None and self._pages.currentWidget() is mistakes:
            mistakes.offer_comparison(run, parent)

    def _ask_to_stop(self) -> None:
        note = "The queue waits until you start it." if self.train_page.queue.waiting_count else ""
        question = stop_question("Stop this training?", note)
        dialog = ConfirmDialog("stop_question", question, self)
        dialog.accepted.connect(self.train_page.stop)
        self.train_page.idle.connect(dialog.reject)  # the training ended meanwhile
        dialog.open()

    def _show_shortcuts(self) -> None:
        ShortcutsDialog(self).open()

    def _on_painted(self) -> None:
        if self.isVisible():  # it may have been closed meanwhile
            try:
                self.context.load_torch()  # in a thread, while the other pages are created
            finally:
                self.complete()
            self.context.tasks.start(self._remove_abandoned_files)

    def _remove_abandoned_files(self, _on_progress: OnProgress, _should_stop: ShouldStop) -> None:
        remove_abandoned_files(self.context.runs_dir, self.context.data_dir)

    def _on_saving(self) -> None:
        self.nav_bar.setEnabled(False)
        self._is_saving = True
        state = EmptyState(
            "Saving", "The window closes as soon as the run is saved.", "", icon("runs")
        )
        self._pages.addWidget(state)
        self._pages.setCurrentWidget(state)

    def _on_ending(self) -> None:
        self._remembered.save()
        self.context.window_state.close()
        self.hide()

    def detect_device(self) -> None:
        """Show the device that trains, which is found in a thread."""
        task = self.context.tasks.start(_describe_device)
        task.succeeded.connect(self._on_device)
        task.failed.connect(self._on_torch_failed)

    def _on_device(self, choice: Any) -> None:
        self.nav_bar.device_badge.show_device(choice.device, choice.name, choice.reason)

    def _on_torch_failed(self, error: object, traceback_text: str) -> None:
        self.nav_bar.device_badge.show_failure(str(error))
        show_error(self, error, traceback_text)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._was_painted:  # the rest must not delay the first frame
            self._was_painted = True
            QTimer.singleShot(0, self._on_painted)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._close_controller.is_done:
            event.accept()
            self.closed.emit()
        else:
            event.ignore()
            self._close_controller.begin()


def _existing(page: T | None) -> T:
    if page is None:
        raise RuntimeError("The page could not be created.")
    return page


def _describe_device(_on_progress: OnProgress, _should_stop: ShouldStop) -> Any:
    from studio.training.backend.devices import describe_device

    return describe_device("auto")
