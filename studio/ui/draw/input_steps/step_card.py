"""One step: its check box, its image, a sentence, and what the model predicts without it."""

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from studio.data.drawing.input_step import InputStep
from studio.ui.draw.input_steps.effect_text import EffectText
from studio.ui.shared.builders import column_layout, elided_label, label, row_layout, set_style
from studio.ui.widgets.pixel_view import PixelView

TITLE_HEIGHT_PX, EFFECT_HEIGHT_PX = 28, 20


class StepCard(QWidget):
    """Shows a step; `switched` carries its key and whether it is on."""

    switched = Signal(str, bool)

    def __init__(self, step: InputStep, number: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.key = step.key
        title = f"{number}  {step.title}"
        name = f"input_step_{step.key}"
        self.check_box = QCheckBox(title) if step.can_switch else None
        self._title = self.check_box or label("body", title, name=name)
        self.view = PixelView(f"input_image_{step.key}", " ")
        self.view.setAccessibleName(f"Image after {step.title}")
        self.sentence = label("muted", name=f"input_text_{step.key}")
        self.effect = elided_label("body", f"input_effect_{step.key}")
        self._shown: InputStep | None = None
        if self.check_box is not None:
            self._prepare(self.check_box, name, step.title)
        self._lay_out()

    def show_step(self, step: InputStep) -> None:
        """Show the image and the sentence of a step."""
        if self.check_box is not None:
            with QSignalBlocker(self.check_box):
                self.check_box.setChecked(step.is_on)
        self.sentence.setText(step.text)
        self.setToolTip(step.text)
        self.view.setToolTip(step.text)
        if self._shown is None or step.image is not self._shown.image:
            self._show_image(step)
        self._shown = step

    def show_effect(self, effect: EffectText | None) -> None:
        """Show what is predicted once the step is toggled."""
        self.effect.setText("" if effect is None else effect.text)
        is_change = effect is not None and effect.is_change
        set_style(self.effect, role="muted", tone="warn" * is_change)

    def set_has_sentence(self, has_sentence: bool) -> None:
        """Show the sentence, or only as a tooltip."""
        self.sentence.setVisible(has_sentence)

    def _show_image(self, step: InputStep) -> None:
        height, width = step.image.shape[:2]
        heatmap = None
        if step.values is not None:
            largest = float(abs(step.values).max())
            heatmap = step.values / largest if largest > 0 else step.values
        self.view.set_image(step.image, heatmap, has_sign=True)
        self.view.set_caption(f"{width} × {height} pixels")

    def _prepare(self, check_box: QCheckBox, name: str, title: str) -> None:
        check_box.setObjectName(name)
        check_box.setAccessibleName(f"Step: {title}")
        check_box.setToolTip("Leave this step out, and see what the model predicts then")
        check_box.setChecked(True)
        check_box.toggled.connect(self._on_toggled)

    def _on_toggled(self, is_on: bool) -> None:
        self.switched.emit(self.key, is_on)

    def _lay_out(self) -> None:
        title = row_layout(
            head := QWidget(), spacing=0
        )  # a check box is lower than a label of that height
        title.addWidget(self._title)
        title.addStretch(1)
        head.setFixedHeight(TITLE_HEIGHT_PX)
        self.sentence.setWordWrap(True)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.effect.setFixedHeight(EFFECT_HEIGHT_PX)
        column = column_layout(self, spacing=4)
        column.addWidget(head)
        column.addWidget(self.view, 1)
        column.addWidget(self.effect)
        column.addWidget(self.sentence)
