"""Before the first curve: the network that will learn and the pictures it learns from."""

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from studio.config import ModelConfig
from studio.data.dataset_shape import DatasetShape
from studio.ui.train.data.preview import Preview
from studio.ui.train.data.preview_samples import WALL_COLUMNS, WALL_ROWS
from studio.ui.train.network.network_diagram import diagram_slabs
from studio.ui.widgets.layer_diagram import LayerDiagram
from studio.ui.widgets.thumbnail_strip import ThumbnailStrip

_TITLE = "The network"
_LOW, _LOW_ROWS = 440, 2  # below this height the diagram gets the room of the other pictures


class PlanView(QWidget):
    """A large diagram of the network above a wall of real pictures."""

    def __init__(self) -> None:
        super().__init__()
        self.diagram = LayerDiagram(captions=True)
        self.diagram.setObjectName("plan_diagram")
        self.diagram.setToolTip("The network to scale. The dark square is the window of one filter")
        self.wall = ThumbnailStrip(WALL_COLUMNS, WALL_COLUMNS * WALL_ROWS)
        self.wall.setObjectName("sample_wall")
        self.wall.setAccessibleName("Training pictures")
        self.wall.setToolTip("Training pictures, class by class")
        self._title, self._wall_title = QLabel(_TITLE), QLabel()
        self._absence = QLabel()
        self._absence.setObjectName("wall_absence")
        self._absence.setProperty("role", "muted")
        self._absence.setWordWrap(True)
        self._absence.hide()
        self._shown: tuple[ModelConfig, DatasetShape | None] | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        column.addWidget(card(self._title, self.diagram, "heading"), 1)
        images = QWidget()
        rows = QVBoxLayout(images)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self.wall)
        rows.addWidget(self._absence)
        column.addWidget(card(self._wall_title, images, "heading"))

    def show_network(self, model: ModelConfig, shape: DatasetShape | None) -> None:
        """Draw this network between the data set's pictures and its classes.

        None for a set of which nothing is known before it has been read.
        """
        if (model, shape) == self._shown:
            return  # a slider of the augmentation moves
        self._shown = model, shape
        self.diagram.set_layers(diagram_slabs(model))
        self.diagram.set_outputs(shape.class_names if shape else ())

    def show_dataset(self, title: str) -> None:
        """Name the dataset whose samples are shown, also while they are loaded."""
        self._wall_title.setText(f"What it learns from: {title}")

    def set_stale(self, stale: bool) -> None:
        """Say that the form describes no possible training and this is what it last described."""
        self.diagram.set_stale(stale)
        self._title.setText("The network before the marked change" if stale else _TITLE)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.wall.set_max_rows(WALL_ROWS if event.size().height() >= _LOW else _LOW_ROWS)

    def show_preview(self, preview: Preview | None) -> None:
        """Show real pictures, or grey tiles while they load."""
        self._absence.hide()
        self.wall.show()
        if preview is None:
            self.wall.clear()
            self.diagram.set_input(None)
            return
        self.wall.set_images(preview.wall, preview.wall_labels)
        self.diagram.set_input(preview.samples[3 % len(preview.samples)])

    def show_absence(self, message: str, hint: str) -> None:
        """Say why there are no images to show, and what to do."""
        self.show_preview(None)
        self.wall.hide()
        self._absence.setText(f"{message} {hint}")
        self._absence.show()


def card(title: QLabel, content: QWidget, role: str) -> QFrame:
    """A framed surface with a title."""
    frame = QFrame()
    frame.setProperty("card", True)
    title.setProperty("role", role)
    column = QVBoxLayout(frame)
    column.setContentsMargins(16, 12, 16, 16)
    column.setSpacing(12)
    column.addWidget(title)
    column.addWidget(content, 1)
    return frame
