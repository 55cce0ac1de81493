"""The four pages of the window, each created when it is first needed."""

import gc
import traceback
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from studio.crash_log import record_error, release_traceback, write_log
from studio.ui.context import StudioContext
from studio.ui.frame.failed_page import FailedPage

# Imported inside the methods, because the first frame needs only the page that it shows.
if TYPE_CHECKING:
    from studio.ui.draw.page import DrawPage
    from studio.ui.mistakes.page import MistakesPage
    from studio.ui.runs.page import RunsPage
    from studio.ui.train.page import TrainPage

TRAIN, DRAW, MISTAKES, RUNS = PAGES = range(4)
TITLES = ("Train", "Draw", "Mistakes", "Runs")


class PageStack(QStackedWidget):
    """Shows one page at a time; they are in the order of `PAGES`.

    A page that has not been created or whose constructor failed is None. The latter is replaced by
    a `FailedPage`, so that the window works without it.
    """

    # A signal, because all its slots are called even if one of them fails.
    shutdown = Signal()

    def __init__(self, context: StudioContext) -> None:
        super().__init__()
        self.setObjectName("pages")
        self._context = context
        self._shown: dict[int, QWidget] = {}
        self.train: TrainPage | None = None
        self.draw: DrawPage | None = None
        self.mistakes: MistakesPage | None = None
        self.runs: RunsPage | None = None

    def open_on(self, index: int) -> None:
        """Create one page, before any other, and show it."""
        self.addWidget(self._create_or_replace(index))

    def focus_page(self) -> None:
        """Give the focus to the page shown, to the widget in it that had it last."""
        page = self.currentWidget()
        if page is not None:
            (page.focusWidget() or page).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def complete(self) -> None:
        """Create the remaining pages."""
        for index in PAGES:
            if index not in self._shown:
                self.insertWidget(index, self._create_or_replace(index))

    def _create_or_replace(self, index: int) -> QWidget:
        try:
            page = self._create(index)
        except Exception as error:  # noqa: BLE001  # the other pages work without it
            traceback.print_exc()
            record = record_error(type(error), error, error.__traceback__)
            write_log("error", record.text)
            self._shown[index] = FailedPage(TITLES[index], error, record.traceback_text)
            release_traceback(error)
        else:
            self.shutdown.connect(page.shutdown)
            self._shown[index] = page
            return page
        # Destroys the widgets of the failed page now, in this thread.
        gc.collect()
        return self._shown[index]

    def _create(self, index: int) -> "TrainPage | DrawPage | MistakesPage | RunsPage":
        create = (self._create_train, self._create_draw, self._create_mistakes, self._create_runs)
        return create[index]()

    def _create_train(self) -> "TrainPage":
        from studio.ui.train.page import TrainPage

        self.train = TrainPage(self._context)
        return self.train

    def _create_draw(self) -> "DrawPage":
        from studio.ui.draw.page import DrawPage

        self.draw = DrawPage(self._context)
        return self.draw

    def _create_mistakes(self) -> "MistakesPage":
        from studio.ui.mistakes.page import MistakesPage

        self.mistakes = MistakesPage(self._context)
        return self.mistakes

    def _create_runs(self) -> "RunsPage":
        from studio.ui.runs.page import RunsPage

        self.runs = RunsPage(self._context)
        return self.runs
