"""Below the table: the chosen run, or the chosen runs against each other."""

from collections.abc import Sequence
from operator import is_

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from studio.runs import RunStatus
from studio.ui.icons import ALONE, BESIDE_TEXT
from studio.ui.runs.compare_plots import ComparePlots
from studio.ui.runs.config_diff import Difference, differences
from studio.ui.runs.config_diff_view import ConfigDiffView
from studio.ui.runs.legend_view import LegendView
from studio.ui.runs.run_reader import RunDetail
from studio.ui.runs.run_row import RunRow
from studio.ui.runs.run_summary_view import RunSummaryView
from studio.ui.shared.builders import text_button
from studio.ui.widgets.empty_state import EmptyState

SIDE_WIDTH = 336
SHORT = 340  # pixels of height; with less, the buttons share one line


class RunDetailPanel(QWidget):
    """Figures and settings on the left, curves on the right, what to do next below them."""

    draw_wanted = Signal()
    mistakes_wanted = Signal()
    folder_wanted = Signal()
    resume_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plots = ComparePlots()
        self.facts = RunSummaryView()
        self.legend = LegendView()
        self.diff = ConfigDiffView()
        self._diff_title = QLabel()
        self._diff_title.setProperty("role", "field")
        self._heading = QLabel()
        self._heading.setProperty("role", "heading")
        self._mistakes = _button("run_mistakes", "Explore mistakes", "mistakes", "on_accent")
        self._mistakes.setProperty("kind", "primary")
        self._resume = _button("run_resume", "Resume training", "play", "text")
        self._draw = _button("run_draw", "Open in Draw", "draw", "text")
        self._folder = _button("run_folder", "Show folder", "folder", "text")
        self._mistakes.clicked.connect(self.mistakes_wanted)
        self._draw.clicked.connect(self.draw_wanted)
        self._folder.clicked.connect(self.folder_wanted)
        self._resume.clicked.connect(self.resume_wanted)
        self._nothing = EmptyState(
            "No run selected",
            "Select one run to see it, or two or more with Ctrl+click to compare them.",
        )
        self._nothing.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._shown: tuple[list[RunRow], list[RunDetail]] = [], []
        self._lay_out()
        self.show_nothing()

    def show_nothing(self) -> None:
        """No run is chosen."""
        self._shown = [], []
        self._layers.setCurrentWidget(self._nothing)

    def show_runs(self, rows: list[RunRow], details: list[RunDetail], chosen: int) -> None:
        """Show one run, or compare several of those `chosen`; both lists are in the same order.

        Of runs that are shown already only what changed is shown anew.
        """
        self._layers.setCurrentWidget(self._content)
        more = f"The first {len(rows)} of {chosen} runs"
        self._heading.setText(more if chosen > len(rows) else f"{len(rows)} runs")
        before, self._shown = self._shown, (rows, details)
        if _same(before[0], rows) and _same(before[1], details):
            self.facts.tell_heard()
            return
        alone = len(rows) == 1
        for single in (self.facts, self._mistakes, self._draw, self._folder):
            single.setVisible(alone)
        for shared in (self._heading, self.legend):
            shared.setVisible(not alone)
        self._resume.setVisible(alone and _can_go_on(rows[0], details[0]))
        if not _same(before[1], details):
            self.plots.show_runs(list(zip(_short_names(rows), details, strict=True)))
        if alone:
            self._show_facts(rows[0], details[0])
        else:
            self.legend.show_runs(rows)
        if not _same([d.settings for d in before[1]], [d.settings for d in details]):
            self._show_settings(rows, details)

    def _show_facts(self, row: RunRow, detail: RunDetail) -> None:
        self.facts.show_run(row, detail.live)
        for button in (self._mistakes, self._draw):
            button.setEnabled(row.summary.has_weights)

    def _show_settings(self, rows: list[RunRow], details: list[RunDetail]) -> None:
        if len(rows) == 1:
            self._show_changes(details[0])
        else:
            self._compare_settings(rows, details)

    def _show_changes(self, detail: RunDetail) -> None:
        self._diff_title.setText("Settings changed from the recipe")
        if detail.problem:
            self.diff.show_note(detail.problem)
        elif not detail.recipe_settings:
            self.diff.show_note("This run followed no recipe that ships with the program.")
        else:
            found = differences(detail.recipe_settings, detail.settings)
            self._list(found, "Recipe", "This run", "None: this run followed its recipe.")

    def _compare_settings(self, rows: list[RunRow], details: list[RunDetail]) -> None:
        self._diff_title.setText("Settings that differ")
        if len(rows) == 2:
            found = differences(details[0].settings, details[1].settings)
            same = "None: the two runs have the same settings."
            self._list(found, rows[0].tag, rows[1].tag, same)
        else:
            self.diff.show_note("Choose two runs to see in which settings they differ.")

    def _list(self, found: list[Difference], first: str, second: str, none: str) -> None:
        if found:
            self.diff.show_differences(found, first, second)
        else:
            self.diff.show_note(none)

    def _lay_out(self) -> None:
        self._content = QWidget()
        row = QHBoxLayout(self._content)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addWidget(self._side())
        row.addWidget(self.plots, 1)
        self._layers = QStackedWidget()
        self._layers.addWidget(self._nothing)
        self._layers.addWidget(self._content)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._layers)

    def _side(self) -> QFrame:
        side = QFrame()
        side.setProperty("card", True)
        side.setFixedWidth(SIDE_WIDTH)
        self._side_column = QVBoxLayout(side)
        self._side_column.setSpacing(8)
        self._side_column.addWidget(self._scrolled(), 1)
        self._side_column.addWidget(self._resume)
        self._side_column.addLayout(self._button_rows())
        self._set_short(False)
        return side

    def _scrolled(self) -> QScrollArea:
        """Figures and settings: all of them can be reached however low the window is."""
        body, scroll = QWidget(), QScrollArea()
        body.setProperty("clear", True)
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for widget in (self._heading, self.facts, self.legend):
            column.addWidget(widget)
        column.addSpacing(8)
        column.addWidget(self._diff_title)
        column.addWidget(self.diff)
        column.addStretch(1)
        scroll.setObjectName("run_scroll")
        scroll.setAccessibleName("Figures and settings")
        scroll.setWidget(body)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        return scroll

    def _button_rows(self) -> QBoxLayout:
        self._buttons = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._buttons.setSpacing(8)
        self._buttons.addWidget(self._mistakes)
        pair = QHBoxLayout()
        pair.setSpacing(8)
        pair.addWidget(self._draw, 1)
        pair.addWidget(self._folder, 1)
        self._buttons.addLayout(pair)
        return self._buttons

    def _set_short(self, short: bool) -> None:
        """Leave the height of a low window to the figures."""
        way = QBoxLayout.Direction
        self._buttons.setDirection(way.LeftToRight if short else way.TopToBottom)
        for button in (self._draw, self._folder):
            button.setText("" if short else button.accessibleName())
            button.setIconSize(ALONE if short else BESIDE_TEXT)
        margin = 12 if short else 16
        self._side_column.setContentsMargins(margin, margin, margin, margin)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._set_short(self.height() < SHORT)


def _same(before: Sequence[object], now: Sequence[object]) -> bool:
    """Whether these are the very same objects, which never change."""
    return len(before) == len(now) and all(map(is_, before, now))


def _can_go_on(row: RunRow, detail: RunDetail) -> bool:
    """Whether it ended before its time and left a state behind; in opened folders others train."""
    over = (RunStatus.FINISHED, RunStatus.RUNNING)
    return row.summary.status not in over and detail.has_state and not row.folder


def _short_names(rows: list[RunRow]) -> list[str]:
    """Names for the lines: the tags, numbered where runs share one, as copies do."""
    tags = [row.tag for row in rows]
    if len(set(tags)) == len(tags):
        return tags
    return [f"{tag} ({place})" for place, tag in enumerate(tags, 1)]


def _button(name: str, text: str, picture: str, role: str) -> QPushButton:
    button = text_button(name, text, picture, role)
    button.setToolTip(_TIPS[name])
    return button


_TIPS = {
    "run_mistakes": "See the test pictures this network read wrong (Enter)",
    "run_resume": "Go on from where this training was stopped, with its own settings",
    "run_draw": "Draw and let this network read it",
    "run_folder": "Open the folder that holds all of this run",
}
