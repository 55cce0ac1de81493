"""Two small buttons with a count between them: one block less, one more."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from studio.ui.icons import ALONE, icon


class BlockStepper(QWidget):
    """`blocks_less` and `blocks_more`; `stepped` brings -1 or 1."""

    stepped = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._count = QLabel()
        self._count.setProperty("role", "muted")
        less = _button("blocks_less", "minus", "One block less: the network sees smaller shapes")
        tip = "One block more: the picture is halved once more and larger shapes are seen"
        more = _button("blocks_more", "plus", tip)
        less.setAccessibleName("One block less")
        more.setAccessibleName("One block more")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for part in (less, self._count, more):
            row.addWidget(part)
        less.clicked.connect(lambda: self.stepped.emit(-1))
        more.clicked.connect(lambda: self.stepped.emit(1))

    def set_count(self, count: int) -> None:
        """Say how many blocks there are."""
        self._count.setText(f"{count} block{'s' * (count != 1)}")


def _button(name: str, picture: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setObjectName(name)
    button.setProperty("kind", "step")
    button.setIcon(icon(picture))
    button.setIconSize(ALONE)
    button.setToolTip(tip)
    return button
