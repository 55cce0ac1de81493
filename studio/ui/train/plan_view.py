"""The view before the first curve: the network to scale above a wall of samples."""

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from studio.config import ModelConfig
from studio.data.dataset_shape import DatasetShape
from studio.ui.shared.builders import card, column_layout, label
from studio.ui.shared.network_diagram import diagram_layers
from studio.ui.train.data.preview import Preview
from studio.ui.train.data.preview_samples import WALL_COLUMNS, WALL_ROWS
from studio.ui.widgets.layer_diagram import LayerDiagram
from studio.ui.widgets.thumbnail_strip import ThumbnailStrip

_TITLE = "Network"
_LOW, _LOW_ROWS = 440, 2  # below this height in pixels the wall gives rows to the diagram


class PlanView(QWidget):
    """`plan_diagram` and `sample_wall`."""

    def __init__(self) -> None:
        super().__init__()
        self.diagram = LayerDiagram(captions=True)
        self.diagram.setObjectName("plan_diagram")
        self.diagram.setToolTip(
            "The layers of the network to scale. The dark square is the kernel of one filter."
        )
        self.wall = ThumbnailStrip(WALL_COLUMNS, WALL_COLUMNS * WALL_ROWS)
        self.wall.setObjectName("sample_wall")
        self.wall.setAccessibleName("Training samples")
        self.wall.setToolTip("Training samples, class by class.")
        self._title = label("heading", _TITLE)
        self._wall_title = label("heading", name="wall_title")
        fixed = QSizePolicy.Policy.Fixed  # the diagram gets the spare height
        self._title.setSizePolicy(QSizePolicy.Policy.Preferred, fixed)
        self._unavailable = label("muted", name="wall_absence")
        self._unavailable.setWordWrap(True)
        self._unavailable.hide()
        self._shown: tuple[ModelConfig, DatasetShape | None] | None = None
        column = column_layout(self, spacing=16)
        column.addWidget(card(self._title, self.diagram, spacing=12), 1)
        samples = QWidget()
        rows = QVBoxLayout(samples)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self.wall)
        rows.addWidget(self._unavailable)
        column.addWidget(card(self._wall_title, samples, spacing=12))

    def show_network(self, model: ModelConfig, shape: DatasetShape | None) -> None:
        """Draw this network; `shape` is None for a dataset that was not read yet."""
        if (model, shape) == self._shown:
            return  # something else was edited
        self._shown = model, shape
        self.diagram.set_layers(diagram_layers(model))
        self.diagram.set_outputs(shape.class_names if shape else ())

    def show_dataset(self, title: str) -> None:
        """Show the title of the dataset, also while it is loaded."""
        self._wall_title.setText(f"Training samples: {title}")

    def set_stale(self, stale: bool) -> None:
        """Say that the form is invalid and the diagram shows its last valid network."""
        self.diagram.set_stale(stale)
        self._title.setText("Network before the highlighted change" if stale else _TITLE)

    def show_preview(self, preview: Preview) -> None:
        """Show samples of the dataset."""
        self._show_wall()
        self.wall.set_images(preview.wall, preview.wall_labels)
        self.diagram.set_input(preview.samples[3 % len(preview.samples)])

    def clear(self) -> None:
        """Show grey tiles while samples are loaded."""
        self._show_wall()
        self.wall.clear()
        self.diagram.set_input(None)

    def show_unavailable(self, message: str, hint: str) -> None:
        """Show why there are no samples, and what to do."""
        self.clear()
        self.wall.hide()
        self._unavailable.setText(f"{message} {hint}")
        self._unavailable.show()

    def _show_wall(self) -> None:
        self._unavailable.hide()
        self.wall.show()

    # Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.wall.set_max_rows(WALL_ROWS if event.size().height() >= _LOW else _LOW_ROWS)
