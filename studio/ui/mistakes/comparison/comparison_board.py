"""The groups of a comparison side by side, or in tabs where there is little space."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QTabBar, QWidget

from studio.ui.mistakes.comparison.comparison_groups import MISSING, SampleGroup
from studio.ui.mistakes.comparison.group_card import GroupCard
from studio.ui.shared.builders import column_layout, row_layout

# The groups, and how wide they are in proportion.
_WIDTHS = {"fixed": 3, "broken": 3, "still_wrong": 3, "apart": 2}
_KEYS = tuple(_WIDTHS)
_MIN_CARD_PX = 240  # two images side by side
_MIN_HEIGHT_PX = 300


class ComparisonBoard(QWidget):
    """`sample_chosen` carries the position of a sample in the evaluation after."""

    sample_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cards = {key: GroupCard(key) for key in _KEYS}
        self._groups: list[SampleGroup] = []
        self.tabs = QTabBar()
        self.tabs.setObjectName("comparison_tabs")
        self.tabs.setAccessibleName("Groups of samples")
        self.tabs.setToolTip("Which samples to show")
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        for _ in _KEYS:
            self.tabs.addTab("")
        column = column_layout(self, spacing=8)
        row = row_layout(spacing=12)
        for key, card in self.cards.items():
            row.addWidget(card, _WIDTHS[key])
            card.sample_chosen.connect(self._on_chosen)
        column.addWidget(self.tabs)
        column.addLayout(row, 1)
        self.tabs.currentChanged.connect(self._fit)

    def show_groups(self, groups: Sequence[SampleGroup]) -> None:
        """Show other groups."""
        self._groups = list(groups)
        for index, key in enumerate(_KEYS):
            group = next((group for group in groups if group.key == key), None)
            self.tabs.setTabVisible(index, group is not None)
            if group is not None:
                self.cards[key].show_group(group)
                self.tabs.setTabText(index, f"{group.title} · {len(group.rows):,}")
                self.tabs.setTabToolTip(index, group.tooltip)
        first = next((i for i, group in enumerate(groups) if len(group.rows)), 0)
        self.tabs.setCurrentIndex(first)
        self._fit()

    def focus_first(self) -> None:
        """Give the focus to the first group that has samples."""
        group = next((group for group in self._groups if len(group.rows)), None)
        if group is not None:
            card = self.cards[group.key]
            (card.grid if card.isVisible() else self.tabs).setFocus()

    @property
    def has_tabs(self) -> bool:
        """Whether one group at a time is shown."""
        needed = _MIN_CARD_PX * max(len(self._groups), 1)
        return self.width() < needed or self.height() < _MIN_HEIGHT_PX

    def _fit(self) -> None:
        has_tabs, current = self.has_tabs, _KEYS[self.tabs.currentIndex()]
        shown = {group.key for group in self._groups}
        self.tabs.setVisible(has_tabs)
        for key, card in self.cards.items():
            card.setVisible(key in shown and (not has_tabs or key == current))
            card.set_title_visible(not has_tabs)

    def _on_chosen(self, position: int) -> None:
        if position != MISSING:
            self.sample_chosen.emit(position)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
