"""The pairs of classes confused most often, as sentences; a click shows their samples."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from studio.ui.shared.builders import label
from studio.ui.widgets.figure_button import FigureButton

if TYPE_CHECKING:
    from studio.insight.confusion import ConfusedPair
    from studio.insight.overview import Overview

MAX_SHOWN, MAX_SHOWN_WIDE = 6, 10


class PairCard(QFrame):
    """Up to six sentences, or ten in a wide view. `pair_chosen` carries the two classes of one."""

    pair_chosen = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.buttons: list[FigureButton] = []
        self._limit = MAX_SHOWN
        self.no_pairs = label("muted", "No class was predicted as another one.", name="no_pairs")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 12, 16, 12)
        self._column.setSpacing(4)
        self._column.addWidget(label("heading", "Most confused"))
        self._column.addWidget(self.no_pairs)
        self._column.addStretch(1)

    def show_overview(self, overview: "Overview") -> None:
        """Show the pairs of an evaluation."""
        for button in self.buttons:
            self._column.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.buttons = [
            self._create_button(index, pair, overview)
            for index, pair in enumerate(overview.pairs[:MAX_SHOWN_WIDE])
        ]
        self.no_pairs.setVisible(not self.buttons)
        for index, button in enumerate(self.buttons):
            self._column.insertWidget(2 + index, button)
        self._show_buttons()

    def set_wide(self, wide: bool) -> None:
        """Show more pairs where there is space for them."""
        self._limit = MAX_SHOWN_WIDE if wide else MAX_SHOWN
        self._show_buttons()

    def _show_buttons(self) -> None:
        for index, button in enumerate(self.buttons):
            button.setVisible(index < self._limit)

    def _create_button(
        self, index: int, pair: "ConfusedPair", overview: "Overview"
    ) -> FigureButton:
        from studio.insight.confusion import pair_sentence

        sentence = pair_sentence(pair, overview.class_names)
        total = f"{pair.count + pair.reverse:,}"
        # No line may end between a number and its percent sign.
        shown = f"{sentence}.".replace(" %", "\N{NO-BREAK SPACE}%")
        button = FigureButton(total, shown, "Show these samples")
        button.setObjectName(f"pair_{index}")
        button.clicked.connect(partial(self.pair_chosen.emit, pair.true, pair.predicted))
        return button
