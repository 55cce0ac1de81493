"""A window beside the canvas with the training samples nearest to the drawing."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QDialog, QWidget

from studio.ui.context import StudioContext
from studio.ui.shared.builders import column_layout
from studio.ui.shared.nearest_panel import NearestPanel
from studio.ui.shared.nearest_search import ComparedClass, NearestRequest

COUNT = 10  # neighbors of a class
_ROLES = ("Predicted", "Second choice")


class NearestDialog(QDialog):
    """Follows the drawing while it is open. `failed` carries an error and its traceback."""

    failed = Signal(object, str)

    def __init__(self, context: StudioContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("nearest_dialog")
        self.setWindowTitle("Nearest training samples")
        self.panel = NearestPanel(context, opens=False)
        column = column_layout(self, spacing=0)
        column.setContentsMargins(16, 16, 16, 16)
        column.addWidget(self.panel)
        self.panel.failed.connect(self.failed)

    def show_drawing(
        self,
        run: str,
        model_input: NDArray[np.uint8],
        probabilities: NDArray[np.float32],
        class_names: Sequence[str],
    ) -> None:
        """Search the samples of the two most probable classes nearest to a uint8 [C, h, w]."""
        best = np.argsort(-probabilities, kind="stable")[: len(_ROLES)].tolist()
        classes = [
            ComparedClass(index, role, class_names[index])
            for index, role in zip(best, _ROLES, strict=False)
        ]
        self.panel.show_request(NearestRequest(run, model_input, -1, classes, COUNT))

    def shutdown(self) -> None:
        """Close the window, and end the search."""
        self.close()
        self.panel.shutdown()

    def sizeHint(self) -> QSize:
        return QSize(760, 280)
