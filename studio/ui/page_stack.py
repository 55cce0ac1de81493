"""The four pages of the window, each made when it is first wanted."""

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QStackedWidget, QWidget

from studio.ui.context import StudioContext

# Imported inside the methods: the first picture waits only for the page it shows.
if TYPE_CHECKING:
    from studio.ui.draw.page import DrawPage
    from studio.ui.mistakes.page import MistakesPage
    from studio.ui.runs.page import RunsPage
    from studio.ui.train.page import TrainPage

TRAIN, DRAW, MISTAKES, RUNS = PAGES = range(4)


class PageStack(QStackedWidget):
    """Shows one page at a time; they stand in the order of `PAGES`."""

    def __init__(self, context: StudioContext) -> None:
        super().__init__()
        self.setObjectName("pages")
        self._context = context

    @cached_property
    def train(self) -> "TrainPage":
        """Where networks are trained."""
        from studio.ui.train.page import TrainPage

        return TrainPage(self._context)

    @cached_property
    def draw(self) -> "DrawPage":
        """Where a network reads what is drawn."""
        from studio.ui.draw.page import DrawPage

        return DrawPage(self._context)

    @cached_property
    def mistakes(self) -> "MistakesPage":
        """Where a network is wrong."""
        from studio.ui.mistakes.page import MistakesPage

        return MistakesPage(self._context)

    @cached_property
    def runs(self) -> "RunsPage":
        """Every training so far."""
        from studio.ui.runs.page import RunsPage

        return RunsPage(self._context)

    def open_on(self, index: int) -> None:
        """Make one page, before any other, and show it."""
        self.addWidget(self._page(index))

    def complete(self) -> None:
        """Make the pages that are still missing."""
        for index in PAGES:
            page = self._page(index)
            if self.indexOf(page) < 0:
                self.insertWidget(index, page)

    def _page(self, index: int) -> QWidget:
        if index == TRAIN:
            return self.train
        if index == DRAW:
            return self.draw
        return self.mistakes if index == MISTAKES else self.runs
