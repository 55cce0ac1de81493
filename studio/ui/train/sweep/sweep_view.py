"""The view of a sweep: its table, its plot and the honest number."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QScrollArea, QStackedWidget, QWidget

from studio.formatting import percent
from studio.insight.sweep.sweep_file import SweepHeader
from studio.ui.icons import icon
from studio.ui.shared.builders import card, column_layout, elided_label, row_layout, text_button
from studio.ui.train.sweep.honest_card import HonestCard
from studio.ui.train.sweep.plot_pickers import PlotPickers
from studio.ui.train.sweep.sweep_header import SweepHeaderBar
from studio.ui.train.sweep.sweep_plot_data import best_value, make_figure, plot_roles
from studio.ui.train.sweep.sweep_state import SweepState
from studio.ui.train.sweep.sweep_table import SweepTable
from studio.ui.train.sweep.sweep_text import (
    EMPTY_ACTION,
    EMPTY_TEXT,
    EMPTY_TITLE,
    NO_POINT,
    continue_text,
    progress_text,
)
from studio.ui.widgets.empty_state import EmptyState
from studio.ui.widgets.mean_plot import MeanPlot
from studio.ui.widgets.skeleton import Skeleton

LOW_PX = 430  # below this height, the plot is beside the table
_CARD_PX = 272
_SKELETON_ROWS = ((1.0,),) * 6


class SweepView(QWidget):
    """Shows the results of the chosen sweep: `sweep_combo`, `sweep_table`, `sweep_plot`.

    `plan_wanted` asks for the dialog. `settings_wanted` and `runs_wanted` carry a combination.
    """

    plan_wanted = Signal()
    settings_wanted = Signal(int)
    runs_wanted = Signal(int)
    shown = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._state: SweepState | None = None
        self._followed: int | None = None  # the best row, chosen until the user chooses one
        self.header, self.table, self.honest = SweepHeaderBar(), SweepTable(), HonestCard()
        self._pickers = PlotPickers()
        self.plot = MeanPlot("sweep_plot", percent, NO_POINT)
        self.plot.add_tools(self._pickers)
        self._chosen = elided_label("body", "sweep_chosen")
        self._make_buttons()
        self._empty = EmptyState(EMPTY_TITLE, EMPTY_TEXT, EMPTY_ACTION, icon("chart"))
        self._damaged = EmptyState("This sweep cannot be read", "", "", icon("warning"))
        self._loading = Skeleton(_SKELETON_ROWS, 28)
        self._lay_out()
        self._connect()
        self.show_loading()

    def show_loading(self) -> None:
        """Show that the sweeps are being read."""
        self._layers.setCurrentWidget(self._loading_layer)

    def show_nothing(self) -> None:
        """Show that there is no sweep, and offer to plan one."""
        self._state = None
        self._layers.setCurrentWidget(self._empty)

    def show_sweep(self, headers: Sequence[SweepHeader], state: SweepState) -> None:
        """Show a sweep as it is now, and the list that it is chosen from."""
        is_other = self._state is None or state.sweep_id != self._state.sweep_id
        self._state = state
        self.header.show_sweeps(headers, state.sweep_id)
        self._layers.setCurrentWidget(self._content)
        self.header.show_progress(progress_text(state.rows), continue_text(len(state.addable)))
        self._body.setCurrentWidget(self._damaged if state.damage else self._scroll)
        if state.damage:
            self._damaged.set_text("This sweep cannot be read", state.damage)
            return
        self.table.show_rows(state.columns, state.rows)
        if is_other or self.table.current() in (None, self._followed):
            self._followed = state.best
            self.table.choose(state.best)
        self._show_plot()
        self.honest.show_text(state.honest)

    def current(self) -> int | None:
        """Return the combination chosen in table and plot."""
        return self.table.current()

    @property
    def state(self) -> SweepState | None:
        """What is shown; None without a sweep."""
        return self._state

    # Building

    def _make_buttons(self) -> None:
        tip = "Fill the form with the settings of the chosen row; Ctrl+Z brings the old ones back."
        self._use = text_button("use_settings_button", "Use these settings", tooltip=tip)
        tip = "Compare the runs of the chosen row on the Runs page (Enter)."
        self._runs = text_button("sweep_runs_button", "Show its runs", "runs", tooltip=tip)

    def _lay_out(self) -> None:
        self._plot_card = card(self.plot, margins=(12, 8, 12, 8))
        self._actions = QWidget()
        row = row_layout(self._actions, spacing=8)
        row.addWidget(self._chosen)
        row.addStretch(1)
        row.addWidget(self._runs)
        row.addWidget(self._use)
        inside = QWidget()
        inside.setProperty("clear", True)
        self._grid = QGridLayout(inside)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(12)
        self._scroll = QScrollArea()
        self._scroll.setObjectName("sweep_scroll")
        self._scroll.setWidget(inside)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._body = QStackedWidget()
        self._body.addWidget(self._scroll)
        self._body.addWidget(self._damaged)
        self._content = QWidget()
        column = column_layout(self._content, spacing=12)
        column.addWidget(self.header)
        column.addWidget(self._body, 1)
        self._loading_layer = QWidget()
        column = column_layout(self._loading_layer, spacing=0)
        column.addWidget(self._loading)
        column.addStretch(1)
        self._layers = QStackedWidget()
        for layer in (self._loading_layer, self._empty, self._content):
            self._layers.addWidget(layer)
        column_layout(self, spacing=0).addWidget(self._layers)
        self._is_low: bool | None = None
        self._arrange(is_low=False)

    def _arrange(self, is_low: bool) -> None:
        """Put the plot above the table, or beside it where the window is low."""
        if is_low == self._is_low:
            return
        self._is_low = is_low
        grid = self._grid
        for widget in (self._plot_card, self.honest, self._actions, self.table):
            grid.removeWidget(widget)
        if is_low:
            grid.addWidget(self.table, 0, 0)
            grid.addWidget(self._plot_card, 0, 1)
            grid.addWidget(self._actions, 1, 0, 1, 2)
            grid.addWidget(self.honest, 2, 0, 1, 2)
            self.honest.setMinimumWidth(0)
            self.honest.setMaximumWidth(16_777_215)
        else:
            grid.addWidget(self._plot_card, 0, 0)
            grid.addWidget(self.honest, 0, 1)
            grid.addWidget(self._actions, 1, 0, 1, 2)
            grid.addWidget(self.table, 2, 0, 1, 2)
            self.honest.setFixedWidth(_CARD_PX)
        self.table.set_compact(is_low)
        for row, stretch in enumerate((1, 0, 0) if is_low else (3, 0, 2)):
            grid.setRowStretch(row, stretch)
        for column, stretch in enumerate((6, 5) if is_low else (1, 0)):
            grid.setColumnStretch(column, stretch)

    def _connect(self) -> None:
        self._empty.action_clicked.connect(self.plan_wanted)
        self._pickers.changed.connect(self._show_plot)
        self.table.row_chosen.connect(self._on_row_chosen)
        self.table.row_opened.connect(self.runs_wanted)
        self.plot.point_selected.connect(self._on_point_selected)
        self._use.clicked.connect(self._on_use)
        self._runs.clicked.connect(self._on_runs)
        self.plot.read.connect(self._on_read)
        self.plot.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.plot.customContextMenuRequested.connect(self._open_menu)

    # What is shown

    def _show_plot(self) -> None:
        state = self._state
        if state is None or state.plan is None:
            return
        values = [row.values for row in state.rows]
        fixed = plot_roles(state.plan, self._pickers.choice().x).fixed
        self._pickers.show_plan(state.plan, values, best_value(state.rows, state.best, fixed))
        choice = self._pickers.choice()
        self.plot.set_figure(make_figure(state.plan, state.rows, state.best, choice))
        self._mark_chosen()

    def _mark_chosen(self) -> None:
        """Mark the current row in the plot and say what the buttons act on."""
        state, chosen = self._state, self.current()
        row = state.row(chosen) if state is not None else None
        if state is not None and state.has_axes:
            self.plot.set_current(chosen)
        self._chosen.setText(row.spoken if row is not None else "")
        self._use.setEnabled(row is not None)
        self._runs.setEnabled(row is not None and bool(row.runs))

    def _on_row_chosen(self, _combination: int) -> None:
        self._mark_chosen()

    def _on_point_selected(self, key: int) -> None:
        if self._state is not None and self._state.has_axes:
            self.table.choose(key)
            self._mark_chosen()

    def _on_read(self, text: str) -> None:
        """Say what is below the mouse in the plot, else what is chosen."""
        row = self._state.row(self.current()) if self._state is not None else None
        self._chosen.setText(text or (row.spoken if row is not None else ""))

    def _open_menu(self, place: QPoint) -> None:
        self.header.menu.popup(self.plot.mapToGlobal(place))

    def _on_use(self) -> None:
        if (chosen := self.current()) is not None:
            self.settings_wanted.emit(chosen)

    def _on_runs(self) -> None:
        if (chosen := self.current()) is not None:
            self.runs_wanted.emit(chosen)

    # Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(self.height() < LOW_PX)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.shown.emit()
