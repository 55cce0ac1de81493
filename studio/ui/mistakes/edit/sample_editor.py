"""The editor of a sample: the image as large as fits, tools, sliders, and live probabilities."""

from functools import partial

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from studio.formatting import percent
from studio.insight.sample_transforms import TRANSFORMS
from studio.ui import theme
from studio.ui.context import StudioContext
from studio.ui.mistakes.edit.edit_controller import EditController
from studio.ui.mistakes.edit.edit_subject import EditSubject
from studio.ui.mistakes.edit.edit_worker import EditedSample
from studio.ui.mistakes.edit.save_sample_dialog import SaveSampleDialog
from studio.ui.mistakes.edit.tool_row import ToolRow
from studio.ui.mistakes.edit.transform_slider import TransformSlider
from studio.ui.shared.builders import column_layout, elided_label, label, row_layout, text_button
from studio.ui.widgets.pixel_canvas import PixelCanvas
from studio.ui.widgets.prediction_bars import PredictionBars

TOP_CLASSES, TOP_CLASSES_COMPACT = 5, 3
SIZE_OF_WINDOW = 0.94  # of the window behind it
SIDE_PX, LOW_PX = 320, 700


class SampleEditor(QDialog):
    """Edits an `EditSubject`, whose history outlives the dialog.

    `failed` carries an error and its traceback; `saved` the path of a new sample.
    """

    failed = Signal(object, str)
    saved = Signal(object)

    def __init__(self, context: StudioContext, subject: EditSubject, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("sample_editor")
        self.setWindowTitle("Edit the sample")
        self.setAccessibleName("Edit the sample")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context, self._subject = context, subject
        self.save_dialog: SaveSampleDialog | None = None  # the one opened last
        self.controller = EditController(context.store, subject, self)
        self.canvas = PixelCanvas("edit_canvas")
        self.canvas.setToolTip("Draw with the left button; the right button erases")
        self.tools = ToolRow(self.controller)
        self.sliders = {item.key: TransformSlider(item) for item in TRANSFORMS}
        self.headline = elided_label("title", "edit_prediction")
        self.comparison = label("muted", name="edit_comparison")
        self.comparison.setWordWrap(True)
        self._top = TOP_CLASSES
        self.bars = PredictionBars(partial(percent, digits=1), TOP_CLASSES)
        self.bars.setObjectName("edit_bars")
        self.save_button = text_button(
            "edit_save_button",
            "Save as a new sample…",
            "download",
            tooltip="Save the edited image with a label in a folder of your choice",
        )
        self.close_button = text_button("edit_close_button", "Close", tooltip="Keep the edits")
        self._lay_out(parent.window().size())
        self._connect()
        theme.prepare(self)
        self.controller.start()

    def _connect(self) -> None:
        controller, canvas = self.controller, self.canvas
        canvas.stroke_started.connect(controller.start_stroke)
        canvas.stroke_moved.connect(controller.extend_stroke)
        canvas.stroke_finished.connect(controller.finish_stroke)
        canvas.set_pen_width(controller.width)
        self.tools.width_changed.connect(canvas.set_pen_width)
        for slider in self.sliders.values():
            slider.changed.connect(controller.set_value)
        controller.image_changed.connect(canvas.set_image)
        controller.predicted.connect(self._show_prediction)
        controller.history_changed.connect(self._show_values)
        controller.failed.connect(self.failed)
        self.save_button.clicked.connect(self._open_save_dialog)
        self.close_button.clicked.connect(self.close)
        self.finished.connect(controller.shutdown)

    def _show_values(self) -> None:
        edit = self.controller.history.current
        for key, slider in self.sliders.items():
            slider.set_value(edit.value(key))
        changes = edit.changes()
        self.canvas.setAccessibleDescription(", ".join(changes) or "Unchanged")

    def _show_prediction(self, edited: EditedSample) -> None:
        subject, shares = self._subject, edited.probabilities
        order = np.argsort(-shares, kind="stable")[: self._top]
        names = subject.class_names
        self.bars.set_values(
            [
                (names[k] + (", true" if k == subject.true else ""), float(shares[k]))
                for k in map(int, order)
            ]
        )
        found = int(order[0])
        self.headline.setText(f"{names[found]} · {percent(float(shares[found]), digits=0)}")
        self.comparison.setText(self._compare(found, float(shares[subject.true])))

    def _compare(self, found: int, probability: float) -> str:
        """Say what the edit changed about the prediction."""
        subject = self._subject
        before = subject.class_names[subject.predicted]
        if not self.controller.history.is_changed:
            return "The original image."
        true = subject.class_names[subject.true]
        share = f"True class {true}: {percent(probability)}."
        if found == subject.predicted:
            return f"Still predicted as {before}. {share}"
        outcome = "now correct" if found == subject.true else "another class"
        return f"No longer {before}, {outcome}. {share}"

    def _open_save_dialog(self) -> None:
        self.save_dialog = SaveSampleDialog(
            self._context,
            self._subject,
            self.controller.shown,
            self.controller.history.current.changes(),
            self,
        )
        self.save_dialog.saved.connect(self.saved)
        self.save_dialog.failed.connect(self.failed)
        self.save_dialog.open()

    def _lay_out(self, window: QSize) -> None:
        self.resize(window * SIZE_OF_WINDOW)
        is_low = window.height() < LOW_PX
        margin = 12 if is_low else 24
        row = QHBoxLayout(self)
        row.setContentsMargins(margin, margin, margin, margin)
        row.setSpacing(margin)
        row.addWidget(self.canvas, 1)
        panel = QWidget()
        panel.setFixedWidth(SIDE_PX)
        row.addWidget(panel)
        column = column_layout(panel, spacing=8)
        self._fill_results(column, TOP_CLASSES_COMPACT if is_low else TOP_CLASSES)
        column.addSpacing(0 if is_low else 16)
        column.addWidget(self.tools)
        column.addWidget(self._slider_area(), 1)
        buttons = row_layout(spacing=8)
        buttons.addWidget(self.save_button, 1)
        buttons.addWidget(self.close_button)
        column.addLayout(buttons)

    def _fill_results(self, column: QVBoxLayout, rows: int) -> None:
        self._top = rows
        self.bars.set_rows(rows)
        subject = elided_label("muted", "edit_subject")
        subject.setText(self._subject.title)
        for text in (self.headline, self.comparison):
            text.setTextFormat(Qt.TextFormat.PlainText)  # class names may look like HTML
        for widget in (subject, self.headline, self.comparison, self.bars):
            column.addWidget(widget)

    def _slider_area(self) -> QScrollArea:
        """The sliders, which a low window scrolls."""
        sliders = QWidget()
        sliders.setProperty("clear", True)
        column = QVBoxLayout(sliders)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(4)
        for slider in self.sliders.values():
            column.addWidget(slider)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(sliders)
        return area

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.controller.shutdown()
