"""A line of removable chips, as many as fit; a last button counts the others."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QResizeEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

HEIGHT_PX, MAX_CHIP_PX, MIN_CHIP_PX, _GAP_PX = 32, 240, 104, 8
_FRAME_PX = 48  # the padding and the cross of a chip


class ChipStrip(QWidget):
    """Shows texts with a cross. `removed` carries the index of a chip whose cross was clicked.

    `more_clicked` is emitted by the button that counts the chips without space.
    """

    removed = Signal(int)
    more_clicked = Signal()

    def __init__(self, close_icon: QIcon, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = close_icon
        self._texts: list[str] = []
        self._chips: list[QPushButton] = []
        self.more_button = self._button("more_chips_button", "", self.more_clicked.emit)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._arrange()

    def set_chips(self, chips: Sequence[tuple[str, str]]) -> None:
        """Show chips, each an object name and a text."""
        texts = [text for _, text in chips]
        if texts == self._texts:
            return
        self._texts = texts
        while len(self._chips) < len(chips):
            self._chips.append(self._create_chip(len(self._chips)))
        for chip, (name, text) in zip(self._chips, chips, strict=False):
            chip.setObjectName(name)
            chip.setAccessibleName(f"Remove the filter: {text}")
            chip.setToolTip(f"Remove the filter “{text}”")
        self._arrange()

    def texts(self) -> list[str]:
        """Return the texts of all chips, also of those without space."""
        return list(self._texts)

    def _create_chip(self, index: int) -> QPushButton:
        """Chips are kept for later filters, because a new button takes a millisecond."""
        chip = self._button("", "", partial(self.removed.emit, index))
        chip.setIcon(self._icon)
        chip.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        return chip

    def _button(self, name: str, text: str, slot: Callable[[], object]) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.clicked.connect(slot)
        return button

    def _arrange(self) -> None:
        """Place the chips from the left, as many as fit, the last one elided."""
        more_width = self.more_button.sizeHint().width()
        left, shown = 0, 0
        for chip, text in zip(self._chips, self._texts, strict=False):
            is_last = shown == len(self._texts) - 1
            available = self.width() - left - (0 if is_last else more_width + _GAP_PX)
            width = min(self._needed(text), MAX_CHIP_PX)
            if width > available and available < MIN_CHIP_PX:
                break
            self._place(chip, text, left, min(width, available))
            left += min(width, available) + _GAP_PX
            shown += 1
        for chip in self._chips[shown:]:
            chip.hide()
        self._count_hidden(left, len(self._texts) - shown)

    def _needed(self, text: str) -> int:
        return self.fontMetrics().horizontalAdvance(text) + _FRAME_PX

    def _place(self, chip: QPushButton, text: str, left: int, width: int) -> None:
        available = width - _FRAME_PX + 1
        elided = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, available)
        chip.setText(elided)
        chip.setGeometry(left, 0, width, HEIGHT_PX)
        chip.show()

    def _count_hidden(self, left: int, hidden: int) -> None:
        button = self.more_button
        button.setText(f"+{hidden}")
        button.setAccessibleName(f"{hidden} more filters")
        button.setToolTip("Show all filters: " + ", ".join(self._texts[-hidden:]))
        button.setGeometry(left, 0, button.sizeHint().width(), HEIGHT_PX)
        button.setVisible(hidden > 0)

    # Qt

    def sizeHint(self) -> QSize:
        return QSize(MAX_CHIP_PX, HEIGHT_PX)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()
