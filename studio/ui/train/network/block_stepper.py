"""Two small buttons with a count between them: one block fewer, one more."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QToolButton, QWidget

from studio.formatting import count
from studio.ui.icons import ALONE
from studio.ui.shared.builders import label, row_layout, tool_button


class BlockStepper(QWidget):
    """`blocks_less` and `blocks_more`; `stepped` carries -1 or 1."""

    stepped = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._count = label("muted")
        fewer = _step_button(
            "blocks_less", "minus", "One block less", "Remove the last block of convolutions."
        )
        more = _step_button(
            "blocks_more",
            "plus",
            "One block more",
            "Add a block, which halves the feature maps and doubles the filters.",
        )
        row = row_layout(self, spacing=4)
        for widget in (fewer, self._count, more):
            row.addWidget(widget)
        fewer.clicked.connect(lambda: self.stepped.emit(-1))
        more.clicked.connect(lambda: self.stepped.emit(1))

    def set_count(self, blocks: int) -> None:
        """Show the number of blocks."""
        self._count.setText(count(blocks, "block"))


def _step_button(name: str, icon_name: str, accessible_name: str, tip: str) -> QToolButton:
    button = tool_button(name, icon_name, accessible_name, tip)
    button.setProperty("kind", "step")
    button.setIconSize(ALONE)
    return button
