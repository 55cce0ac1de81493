"""Below the table: the results of the selected run, or a comparison of the selected runs."""

from collections.abc import Sequence
from operator import is_

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from studio.formatting import count
from studio.runs.config_diff import differences
from studio.runs.resumable import can_resume
from studio.ui.icons import ALONE, BESIDE_TEXT
from studio.ui.runs.compare_plots import ComparePlots
from studio.ui.runs.config_diff_view import ConfigDiffView
from studio.ui.runs.legend_view import LegendView
from studio.ui.runs.run_row import RunRow
from studio.ui.runs.run_summary_view import RunSummaryView
from studio.ui.shared.builders import label, text_button
from studio.ui.shared.run_reader import RunDetail
from studio.ui.shared.shortcuts import with_keys
from studio.ui.widgets.empty_state import EmptyState

SIDE_PX = 336
LOW_PX = 340  # below this height, the buttons share one line

_TOOLTIPS = {
    "run_mistakes": with_keys("See the test samples that this model predicts wrongly", "open_run"),
    "run_resume": "Resume this training from its last checkpoint, or from its first step if it "
    "has none, with its own settings",
    "run_draw": "Draw, and let this model predict",
    "run_folder": "Open the folder that contains all files of this run",
}


class RunDetailPanel(QWidget):
    """Results, settings and buttons on the left, curves on the right."""

    draw_clicked = Signal()
    mistakes_clicked = Signal()
    folder_clicked = Signal()
    resume_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plots = ComparePlots()
        self.summary = RunSummaryView()
        self.legend = LegendView()
        self.diff = ConfigDiffView()
        self._diff_title = label("field")
        self._heading = label("heading")
        self._mistakes = _run_button("run_mistakes", "Explore mistakes", "mistakes", "on_accent")
        self._mistakes.setProperty("kind", "primary")
        self._resume = _run_button("run_resume", "Resume training", "play")
        self._draw = _run_button("run_draw", "Open in Draw", "draw")
        self._folder = _run_button("run_folder", "Show folder", "folder")
        self._mistakes.clicked.connect(self.mistakes_clicked)
        self._draw.clicked.connect(self.draw_clicked)
        self._folder.clicked.connect(self.folder_clicked)
        self._resume.clicked.connect(self.resume_clicked)
        self._empty = EmptyState(
            "No run selected",
            "Select a run to see its results, or two or more with Ctrl+click to compare them.",
        )
        self._empty.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._shown: tuple[list[RunRow], list[RunDetail]] = [], []
        self._lay_out()
        self.show_empty()

    def show_empty(self) -> None:
        """Show that no run is selected."""
        self._shown = [], []
        self._layers.setCurrentWidget(self._empty)

    def show_runs(self, rows: list[RunRow], details: list[RunDetail], selected: int) -> None:
        """Show one run, or compare several; both lists are in the same order.

        `selected` is the number of runs selected, of which some may not be shown. Only what has
        changed since the last call is updated.
        """
        self._layers.setCurrentWidget(self._content)
        part = f"First {len(rows)} of " if selected > len(rows) else ""
        self._heading.setText(part + count(selected, "run"))
        before, self._shown = self._shown, (rows, details)
        if _same(before[0], rows) and _same(before[1], details):
            self.summary.show_last_update()
            return
        is_single = len(rows) == 1
        for widget in (self.summary, self._mistakes, self._draw, self._folder):
            widget.setVisible(is_single)
        self._heading.setVisible(not is_single)
        self.legend.setVisible(not is_single)
        self._resume.setVisible(is_single and _can_resume(rows[0], details[0]))
        if not _same(before[1], details):
            self.plots.show_runs(list(zip(_short_names(rows), details, strict=True)))
        if is_single:
            self._show_summary(rows[0], details[0])
        else:
            self.legend.show_runs(rows)
        if not _same([d.settings for d in before[1]], [d.settings for d in details]):
            self._show_settings(rows, details)

    def _show_summary(self, row: RunRow, detail: RunDetail) -> None:
        self.summary.show_run(row, detail.progress)
        for button in (self._mistakes, self._draw):
            button.setEnabled(row.summary.has_weights)

    def _show_settings(self, rows: list[RunRow], details: list[RunDetail]) -> None:
        if len(rows) == 1:
            self._compare_with_recipe(details[0])
        else:
            self._compare_settings(rows, details)

    def _compare_with_recipe(self, detail: RunDetail) -> None:
        self._diff_title.setText("Settings changed from the recipe")
        if detail.problem:
            self.diff.show_note(detail.problem)
        elif not detail.recipe_settings:
            self.diff.show_note("This run has no recipe that comes with the program.")
        else:
            found = differences(detail.recipe_settings, detail.settings)
            self.diff.show_differences(found, "Recipe", "This run")

    def _compare_settings(self, rows: list[RunRow], details: list[RunDetail]) -> None:
        self._diff_title.setText("Settings that differ")
        if len(rows) == 2:
            found = differences(details[0].settings, details[1].settings)
            self.diff.show_differences(found, rows[0].tag, rows[1].tag)
        else:
            self.diff.show_note("Select two runs to see which settings differ.")

    def _lay_out(self) -> None:
        self._content = QWidget()
        row = QHBoxLayout(self._content)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addWidget(self._side())
        row.addWidget(self.plots, 1)
        self._layers = QStackedWidget()
        self._layers.addWidget(self._empty)
        self._layers.addWidget(self._content)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._layers)

    def _side(self) -> QFrame:
        side = QFrame()
        side.setProperty("card", True)
        side.setFixedWidth(SIDE_PX)
        self._side_column = QVBoxLayout(side)
        self._side_column.setSpacing(8)
        self._side_column.addWidget(self._scroll_area(), 1)
        self._side_column.addWidget(self._resume)
        self._side_column.addLayout(self._button_rows())
        self._set_low(False)
        return side

    def _scroll_area(self) -> QScrollArea:
        """Let results and settings scroll, so that they can be reached in a low window."""
        body, scroll = QWidget(), QScrollArea()
        body.setProperty("clear", True)
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for widget in (self._heading, self.summary, self.legend):
            column.addWidget(widget)
        column.addSpacing(8)
        column.addWidget(self._diff_title)
        column.addWidget(self.diff)
        column.addStretch(1)
        scroll.setObjectName("run_scroll")
        scroll.setAccessibleName("Results and settings")
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

    def _set_low(self, low: bool) -> None:
        """Leave the height of a low window to the results."""
        direction = QBoxLayout.Direction
        self._buttons.setDirection(direction.LeftToRight if low else direction.TopToBottom)
        for button in (self._draw, self._folder):
            button.setText("" if low else button.accessibleName())
            button.setIconSize(ALONE if low else BESIDE_TEXT)
        margin = 12 if low else 16
        self._side_column.setContentsMargins(margin, margin, margin, margin)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._set_low(self.height() < LOW_PX)


def _same(before: Sequence[object], now: Sequence[object]) -> bool:
    """Whether both hold the identical objects, which are immutable."""
    return len(before) == len(now) and all(map(is_, before, now))


def _can_resume(row: RunRow, detail: RunDetail) -> bool:
    """Whether a run ended early and can go on; runs in opened folders belong to others."""
    summary, has_state = row.summary, detail.has_state
    if row.folder or not (has_state or _has_only_settings(row, detail)):
        return False
    return can_resume(summary.status, summary.epochs_done, has_state)


def _has_only_settings(row: RunRow, detail: RunDetail) -> bool:
    """Whether nothing is lost when a run without a checkpoint begins again."""
    return not (detail.problem or row.summary.has_weights)


def _short_names(rows: list[RunRow]) -> list[str]:
    """Return names for the curves: the tags, numbered if runs share one, as copies do."""
    tags = [row.tag for row in rows]
    if len(set(tags)) == len(tags):
        return tags
    return [f"{tag} ({number})" for number, tag in enumerate(tags, 1)]


def _run_button(name: str, text: str, icon_name: str, role: str = "text") -> QPushButton:
    return text_button(name, text, icon_name, role, _TOOLTIPS[name])
