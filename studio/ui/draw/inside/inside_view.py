"""The layers of the model, the activations of one layer, and one map of it: all for the drawing."""

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QWidget

from studio.insight.activations import layers_at
from studio.ui.draw.draw_view import DrawView
from studio.ui.draw.inside.activation_detail import ActivationDetail
from studio.ui.draw.inside.activation_worker import (
    DetailRequest,
    DetailResult,
    DetailWorker,
    LayerRequest,
    LayerResult,
    LayerWorker,
    shows_sign,
)
from studio.ui.draw.inside.layer_texts import (
    COMPUTING,
    EMPTY,
    NO_IMAGE,
    STRENGTH,
    WAITING,
    layer_title,
    speed_note,
)
from studio.ui.draw.session import DrawSession
from studio.ui.shared.builders import column_layout, elided_label, row_layout
from studio.ui.shared.live_predictor import LivePredictor
from studio.ui.shared.network_diagram import all_diagram_layers
from studio.ui.widgets.activation_grid import ActivationGrid
from studio.ui.widgets.activation_legend import ActivationLegend
from studio.ui.widgets.empty_state import EmptyState
from studio.ui.widgets.layer_selector import LayerSelector
from studio.ui.widgets.segmented_control import SegmentedControl

if TYPE_CHECKING:
    from studio.inference import DrawingPrediction

REST_MS = 600  # how long the drawing must rest before the maps are put in another order
_STRONGEST, _BY_NUMBER = 0, 1
_NARROW_PX = 640  # of the view, which then has shorter texts
_LEGEND_PX, _NARROW_LEGEND_PX = 160, 112
_DIAGRAM_FRACTION, _MIN_DIAGRAM_PX, _MAX_DIAGRAM_PX = 0.36, 120, 360


class InsideView(DrawView):
    """`layer_view`, `activation_grid` and `activation_detail`.

    `updated` follows when the values of the newest drawing are shown, before they are painted.
    """

    updated = Signal()

    def __init__(self, session: DrawSession, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.setObjectName("inside_view")
        self._model: LivePredictor | None = None
        self._fastest_s = math.inf  # of the layers of the model
        self._depths: list[int] = []  # of the layers in the diagram
        self._layer = ""  # the name of the layer selected, kept from model to model
        self._result: tuple[LayerRequest, LayerResult] | None = None  # the one shown
        self._layer_worker = LayerWorker(self)
        self._detail_worker = DetailWorker(self)
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._make_widgets()
        self._lay_out()
        self._connect()

    # DrawView

    def show_model(self) -> None:
        model = self.session.model
        if model is None or model is self._model:
            return  # the layers stay while the next model is loaded
        self._model = model
        self._fastest_s = math.inf
        self._speed.setText("")
        self._speed.hide()
        layers = all_diagram_layers(model.config)
        self._depths = [depth for depth, _ in layers]
        diagram = [layer for _, layer in layers]
        self._diagram.set_layers(diagram)
        self._diagram.set_outputs(model.class_names)
        names = [layer.name for layer in diagram]
        first = next((i for i, each in enumerate(diagram) if each.kind == "activation"), 0)
        self._diagram.set_selected(names.index(self._layer) if self._layer in names else first)
        self._show_no_values()

    def show_prediction(self) -> None:
        prediction = self.session.prediction
        if prediction is None or self._model is None or self._model is not self.session.model:
            self._show_no_values()
            return
        self._request(prediction)

    def deactivate(self) -> None:
        self._rest.stop()
        self._layer_worker.cancel()
        self._detail_worker.cancel()

    def shutdown(self) -> None:
        self._rest.stop()
        self._layer_worker.close()
        self._detail_worker.close()

    # Requests and their results

    def _request(self, prediction: "DrawingPrediction") -> None:
        assert self._model is not None
        depth = self._depths[self._selected_index()]
        if self._result is None:  # the first values of a large model take a moment
            self._diagram.set_input(prediction.network_input)
            self._empty.set_text(*COMPUTING)
        self._layer_worker.submit(LayerRequest(self._model, prediction.network_input, depth))

    def _on_layer(self, request: LayerRequest, result: LayerResult) -> None:
        if not self._is_wanted(request):
            return
        previous, self._result = self._result, (request, result)
        same_layer = previous is not None and (
            (previous[0].model, previous[0].depth) == (request.model, request.depth)
        )
        self._show_values(True)
        self._show_thumbnails(request, result)
        self._legend.set_scale(result.table.scale, shows_sign(request))
        self._show_speed(result)
        if same_layer:
            self._grid.update_values(result.table)
            self._request_detail()
        else:
            order = self._order(result)
            self._grid.show_layer(result.table, order, int(order[0]))
        self._rest.start()
        self.updated.emit()

    def _is_wanted(self, request: LayerRequest) -> bool:
        return (
            self.isVisible()
            and self.session.prediction is not None
            and request.model is self.session.model
            and request.depth == self._depths[self._selected_index()]
        )

    def _show_speed(self, result: LayerResult) -> None:
        """Say that the maps do not follow the pen, where they do not.

        The fastest time counts, so that a busy computer does not make the note come and go.
        """
        self._fastest_s = min(self._fastest_s, result.seconds)
        note = speed_note(self._fastest_s)
        if bool(note) != bool(self._speed.text()):
            self._speed.setText(note)
            self._speed.setVisible(bool(note))

    def _show_thumbnails(self, request: LayerRequest, result: LayerResult) -> None:
        images = {
            index: result.thumbnails[self._depths[index]]
            for index in self._diagram.visible_sides()
            if self._depths[index] in result.thumbnails
        }
        self._diagram.set_images(images)
        self._diagram.set_input(request.image)
        if self.session.prediction is not None:  # here, so that the diagram is painted once
            self._diagram.set_probabilities(self.session.prediction.probabilities)

    def _request_detail(self) -> None:
        channel = self._grid.channel()
        if self._result is None or channel is None:
            return
        request, result = self._result
        values = result.activations.values
        name = result.table.names[channel]
        self._detail.show_values(name, self._layer_name(), result.table, values[channel])
        self._detail_worker.submit(DetailRequest(request, values, channel))

    def _on_detail(self, asked: DetailRequest, found: DetailResult) -> None:
        if self._is_wanted(asked.request) and asked.channel == self._grid.channel():
            self._detail.show_detail(asked, found)

    def _show_no_values(self) -> None:
        """Show the layers without values, and say what fills them."""
        self._rest.stop()
        self._result = None
        self._diagram.set_images({})
        self._diagram.set_input(None)
        self._diagram.set_probabilities(None)
        self._diagram.set_stale(self.session.model is None)
        self._empty.set_text(*self._empty_text())
        self._show_values(False)
        self._detail.clear()
        self._show_layer_title()

    def _show_values(self, visible: bool) -> None:
        self._content.setCurrentWidget(self._values if visible else self._empty)
        self._legend.setVisible(visible)
        self._order_buttons.setVisible(visible)

    def _empty_text(self) -> tuple[str, str]:
        if self.session.model is None:
            return WAITING
        return NO_IMAGE if self.session.model.drawing == "picture" else EMPTY

    # Selection and order

    def _selected_index(self) -> int:
        selected = self._diagram.selected()
        return 0 if selected is None else self._diagram.layers().index(selected)

    def _layer_name(self) -> str:
        selected = self._diagram.selected()
        return "" if selected is None else selected.name

    def _on_layer_selected(self, _index: int) -> None:
        self._layer = self._layer_name()
        self._show_layer_title()
        prediction = self.session.prediction
        if prediction is not None and self._model is self.session.model:
            self._request(prediction)

    def _show_layer_title(self) -> None:
        if self._model is None:
            self._title.clear()
            return
        config = self._model.config
        layers = layers_at(config, self._depths[self._selected_index()])
        is_narrow = self.width() < _NARROW_PX
        self._title.setText(layer_title(layers, config.in_channels, config.image_size, is_narrow))

    def _on_channel_selected(self, _channel: int) -> None:
        self._request_detail()

    def _on_sorting_selected(self, sorting: int) -> None:
        self._sorting = sorting
        self._sort()

    def _sort(self) -> None:
        """Put the maps in order; never while the pen moves, or they would jump under it."""
        if self._result is not None:
            self._grid.set_order(self._order(self._result[1]))

    def _order(self, result: LayerResult) -> NDArray[np.int64]:
        if self._sorting == _STRONGEST:
            return result.order
        return np.arange(len(result.order))

    # Layout and connections

    def _make_widgets(self) -> None:
        self._sorting = _STRONGEST
        self._diagram = LayerSelector()
        self._diagram.setObjectName("layer_view")
        self._diagram.setAccessibleName("Layers of the model")
        self._diagram.setToolTip(
            "Click a layer, or choose one with Left and Right. The boxes show the strongest map of "
            "each layer."
        )
        self._title = elided_label("heading", "layer_title")
        self._legend = ActivationLegend("activation_legend")
        self._speed = elided_label("muted", "layer_speed")
        self._speed.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._speed.hide()
        self._order_buttons = SegmentedControl(
            {"sort_strongest": "Strongest first", "sort_number": "By number"},
            [
                f"{STRENGTH} The order changes only when the pen rests.",
                "Keep every map in its place, whatever is drawn.",
            ],
        )
        self._grid = ActivationGrid()
        self._detail = ActivationDetail()
        self._empty = EmptyState(*EMPTY)

    def _lay_out(self) -> None:
        self._values = QWidget()
        row = row_layout(self._values, spacing=16)
        row.addWidget(self._grid, 10)
        row.addWidget(self._detail, 9)
        self._content = QStackedWidget()
        self._content.addWidget(self._empty)
        self._content.addWidget(self._values)
        self._title.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        header = row_layout(spacing=16)
        header.addWidget(self._title, 1)
        header.addWidget(self._legend)
        header.addWidget(self._order_buttons)
        column = column_layout(self, spacing=8)
        column.addWidget(self._diagram)
        column.addLayout(header)
        column.addWidget(self._speed)
        column.addWidget(self._content, 1)

    def _connect(self) -> None:
        self._diagram.layer_selected.connect(self._on_layer_selected)
        self._grid.channel_selected.connect(self._on_channel_selected)
        self._order_buttons.selected.connect(self._on_sorting_selected)
        self._rest.timeout.connect(self._sort)
        self._layer_worker.completed.connect(self._on_layer)
        self._layer_worker.failed.connect(self.failed)
        self._detail_worker.completed.connect(self._on_detail)
        self._detail_worker.failed.connect(self.failed)

    # Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        height = round(event.size().height() * _DIAGRAM_FRACTION)
        self._diagram.setFixedHeight(min(max(height, _MIN_DIAGRAM_PX), _MAX_DIAGRAM_PX))
        self._fit_texts(event.size().width() < _NARROW_PX)

    def _fit_texts(self, is_narrow: bool) -> None:
        self._order_buttons.set_label(0, "Strongest" if is_narrow else "Strongest first")
        self._order_buttons.set_label(1, "Number" if is_narrow else "By number")
        self._legend.setFixedWidth(_NARROW_LEGEND_PX if is_narrow else _LEGEND_PX)
        self._show_layer_title()
