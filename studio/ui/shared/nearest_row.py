"""One row of training samples, with the similarity of each."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolButton, QWidget

from studio.ui.shared.builders import column_layout, elided_label, row_layout
from studio.ui.widgets.image_conversion import fitted_qimage
from studio.ui.widgets.tooltip import wrap_tooltip

if TYPE_CHECKING:
    from studio.insight.nearest import Neighbor

TITLE_PX, TEXT_PX, PADDING_PX = 112, 18, 10
TILE_PADDING_PX = 16  # beside an image: with less, the style makes it smaller
MIN_SIDE_PX, MAX_SIDE_PX, MIN_TILE_PX = 24, 84, 68
MIN_TEXT_HEIGHT_PX = 60  # from which there is space for the similarities


class NearestRow(QWidget):
    """Shows as many neighbors as fit. `sample_clicked` carries the id of one.

    Tooltips say that a click opens it if `opens` is true.
    """

    sample_clicked = Signal(str)

    def __init__(self, name: str, opens: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._opens = opens
        self._neighbors: Sequence[Neighbor] = ()
        self._side, self._has_text = MIN_SIDE_PX, False
        self.title, self.class_name = elided_label("muted", ""), elided_label("heading", "")
        self.empty = elided_label("muted", "")
        self.empty.setText("No training samples")
        self.buttons: list[QToolButton] = []
        self._tiles = row_layout(spacing=4)
        heading = QWidget()
        heading.setFixedWidth(TITLE_PX)
        column = column_layout(heading, spacing=0)
        column.addStretch(1)
        column.addWidget(self.title)
        column.addWidget(self.class_name)
        column.addStretch(1)
        row = row_layout(self, spacing=8)
        row.addWidget(heading)
        row.addWidget(self.empty)
        row.addLayout(self._tiles)
        row.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_neighbors(self, title: str, class_name: str, neighbors: "Sequence[Neighbor]") -> None:
        """Show the neighbors of a class, nearest first."""
        self.title.setText(title)
        self.class_name.setText(class_name)
        self.setAccessibleName(f"Nearest training samples: {title.lower()}, {class_name}")
        self._neighbors = neighbors
        self.empty.setVisible(not neighbors)
        self._rebuild()

    def set_height(self, height: int) -> None:
        """Fit the images into a height in pixels; low rows show no similarities."""
        has_text = height >= MIN_TEXT_HEIGHT_PX
        available = height - PADDING_PX - (TEXT_PX if has_text else 0)
        side = min(max(available, MIN_SIDE_PX), MAX_SIDE_PX)
        if (side, has_text) != (self._side, self._has_text):
            self._side, self._has_text = side, has_text
            self._rebuild()

    def _rebuild(self) -> None:
        for button in self.buttons:
            button.deleteLater()
        self.buttons = [self._create_tile(neighbor) for neighbor in self._neighbors]
        for button in self.buttons:
            self._tiles.addWidget(button)
        self._fit()

    def _create_tile(self, neighbor: "Neighbor") -> QToolButton:
        button = QToolButton(self)
        button.setObjectName("nearest_tile")
        button.setAutoRaise(True)
        style = Qt.ToolButtonStyle
        button.setToolButtonStyle(
            style.ToolButtonTextUnderIcon if self._has_text else style.ToolButtonIconOnly
        )
        ratio = self.devicePixelRatioF()
        image = fitted_qimage(neighbor.image, round(self._side * ratio))
        image.setDevicePixelRatio(ratio)
        button.setIcon(QIcon(QPixmap.fromImage(image)))
        button.setIconSize(QSize(self._side, self._side))
        button.setText(tile_text(neighbor))
        width = self._side + TILE_PADDING_PX
        button.setFixedWidth(max(width, MIN_TILE_PX) if self._has_text else width)
        description = describe(neighbor)
        button.setAccessibleName(description)
        button.setToolTip(
            wrap_tooltip(f"{description}. Click to open it." if self._opens else description)
        )
        button.setProperty("sample", neighbor.sample)
        button.clicked.connect(self._on_tile_clicked)
        return button

    def _on_tile_clicked(self) -> None:
        self.sample_clicked.emit(self.sender().property("sample"))

    def _fit(self) -> None:
        """Hide the farthest neighbors that have no space."""
        available = self.width() - TITLE_PX - 8
        for button in self.buttons:
            # The style makes the least width smaller, so that a layout would squeeze too many.
            available -= button.maximumWidth() + self._tiles.spacing()
            button.setVisible(available > -self._tiles.spacing())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()


def tile_text(neighbor: "Neighbor") -> str:
    """Return the text below a neighbor: its similarity, or that it is the same image."""
    if neighbor.is_same:
        return "itself"
    if neighbor.is_duplicate:
        return "duplicate"
    return f"{neighbor.similarity:.3f}"


def describe(neighbor: "Neighbor") -> str:
    """Describe a neighbor in full, for tooltips and screen readers."""
    text = f"{neighbor.sample}, similarity {neighbor.similarity:.4f}"
    if neighbor.is_same:
        return f"{text}: the sample itself"
    return f"{text}: a duplicate, with the same pixels" if neighbor.is_duplicate else text
