"""What the page shows while a model is evaluated: progress, and the outline of the result."""

from PySide6.QtCore import QRectF, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from studio.ui.shared.builders import text_button
from studio.ui.widgets.skeleton import Skeleton

GAP_PX, BAR_PX, CONTROL_PX, TILE_PX = 16, 48, 120, 120


class LoadingView(QWidget):
    """A line that describes the progress, a bar, a button to cancel, and a skeleton."""

    cancel_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = QLabel()
        self.label.setObjectName("loading_label")
        self.bar = QProgressBar()
        self.bar.setObjectName("loading_progress")
        self.bar.setAccessibleName("Evaluation progress")
        self.bar.setToolTip("How much of the split has been evaluated")
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.cancel_button = text_button(
            "loading_cancel", "Cancel", tooltip="Stop the evaluation; nothing is lost"
        )
        self.cancel_button.setAccessibleName("Cancel the evaluation")
        self.cancel_button.clicked.connect(self.cancel_clicked)
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(self.label)
        head.addWidget(self.bar, 1)
        head.addWidget(self.cancel_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        column.addLayout(head)
        column.addWidget(PageSkeleton(), 1)

    def begin(self) -> None:
        """Start from no progress."""
        self.show_progress(0.0, "Loading the model")
        self.cancel_button.setEnabled(True)

    def show_progress(self, fraction: float, text: str) -> None:
        """Show the fraction done, 0..1, and what is being done."""
        self.bar.setValue(round(1000 * fraction))
        self.label.setText(text)

    def show_cancelling(self) -> None:
        """Show that the evaluation is being cancelled."""
        self.label.setText("Cancelling")
        self.cancel_button.setEnabled(False)


class PageSkeleton(Skeleton):
    """The outlines of matrix, tables, tiles and detail."""

    def blocks(self) -> list[QRectF]:
        width, height = self.width(), self.height()
        left_width = 0.36 * (width - GAP_PX)
        x, right_width = left_width + GAP_PX, width - left_width - GAP_PX
        matrix_height, grid_height = 0.6 * (height - GAP_PX), 0.54 * (height - GAP_PX - BAR_PX)
        tables_y, detail_y = matrix_height + GAP_PX, BAR_PX + grid_height + GAP_PX
        columns, rows = max(1, int(right_width // TILE_PX)), max(1, int(grid_height // TILE_PX))
        tile_width, tile_height = right_width / columns, grid_height / rows
        matrix = QRectF(0, 0, left_width, matrix_height)
        tables = QRectF(0, tables_y, left_width, height - tables_y)
        controls = [
            QRectF(x + i * (CONTROL_PX + 8), 0, CONTROL_PX, BAR_PX - GAP_PX) for i in range(3)
        ]
        tiles = [
            QRectF(
                x + column * tile_width, BAR_PX + row * tile_height, tile_width - 8, tile_height - 8
            )
            for row in range(rows)
            for column in range(columns)
        ]
        detail = QRectF(x, detail_y, right_width, height - detail_y)
        return [matrix, tables, *controls, *tiles, detail]
