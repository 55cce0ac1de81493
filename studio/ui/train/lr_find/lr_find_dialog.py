"""The dialog of the learning-rate finder: progress, curve, suggestions, one click to use one."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QHBoxLayout,
    QProgressBar,
    QRadioButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from studio.config import TrainConfig
from studio.training.lr_finder import RateCurve
from studio.ui.shared.builders import label, row_layout, text_button
from studio.ui.theme import prepare
from studio.ui.train.lr_find.lr_find_text import (
    INTRODUCTION,
    NO_SUGGESTION,
    TITLE,
    Points,
    rate_text,
    result_text,
    rule_texts,
    take_text,
    visible_points,
)
from studio.ui.widgets import theme_colors
from studio.ui.widgets.curve_plot import CurvePlot

_RESOLUTION = 400
_LOSS, _SMOOTHED = "loss", "smoothed"
_EMPTY = "The loss of each step appears here"


class LearningRateDialog(QDialog):
    """`lr_find_plot`, `lr_find_progress`, `lr_find_status`, `lr_find_use` and a choice per rule.

    `rate_chosen` carries the learning rate to use. `retry_wanted` asks for another attempt after a
    failure. Closing the dialog at any moment ends the work: see `finished`.
    """

    rate_chosen = Signal(float)
    retry_wanted = Signal()

    def __init__(self, config: TrainConfig, parent: QWidget) -> None:
        super().__init__(parent)
        self._config = config
        self._rates: list[float] = []
        self.setObjectName("lr_find_dialog")
        self.setWindowTitle(TITLE)
        self.setAccessibleName(TITLE)
        self.setAccessibleDescription(INTRODUCTION)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._plot = CurvePlot(
            "Loss", "learning rate", "of each training step", empty_text=_EMPTY, log_x=True
        )
        self._plot.setObjectName("lr_find_plot")
        self._plot.setMinimumHeight(140)
        self._choices = QButtonGroup(self)
        self._choices.idToggled.connect(self._on_choice)
        self._status = label("muted", name="lr_find_status")
        self._status.setWordWrap(True)
        self._foot = QStackedWidget()
        self._progress = self._build_progress()
        self._options = QWidget()
        self._option_row = row_layout(self._options, spacing=16)
        self._make_buttons()
        self._lay_out()
        self.resize(680, 460)
        self.show_waiting()

    @property
    def chosen_rate(self) -> float | None:
        """The suggestion that is chosen; None without one."""
        index = self._choices.checkedId()
        return self._rates[index] if 0 <= index < len(self._rates) else None

    def show_waiting(self) -> None:
        """Show that the work begins."""
        self._foot.setCurrentWidget(self._progress)
        self._progress.setValue(0)
        self._status.setText("Preparing the mock training")
        self._use.hide()
        self._retry.hide()
        self._close.setText("Cancel")
        self._close.setFocus()

    def show_progress(self, fraction: float, text: str) -> None:
        """Show how far the work is."""
        self._progress.setValue(round(_RESOLUTION * fraction))
        if text:
            self._status.setText(text)

    def show_curve(self, curve: RateCurve) -> None:
        """Show the result, with the suggestion of the default rule chosen."""
        losses, smoothed = visible_points(curve)
        muted = theme_colors.current().muted
        self._plot.set_curve(_LOSS, *_columns(losses), color=muted)
        self._plot.set_curve(_SMOOTHED, *_columns(smoothed))
        self._rates = [one.rate for one in curve.suggestions]
        self._status.setText(result_text(curve, self._config))
        self._close.setText("Close")
        self._foot.setCurrentWidget(self._options)
        if not curve.suggestions:
            self._show_message(NO_SUGGESTION)
            return
        for index, suggestion in enumerate(curve.suggestions):
            self._add_choice(index, *rule_texts(suggestion))
        self._option_row.addStretch(1)
        self._choices.button(0).setChecked(True)
        self._use.show()
        self._use.setFocus()

    def show_failure(self, message: str, hint: str) -> None:
        """Show why there is no curve, and offer another attempt."""
        self._show_message(f"{message} {hint}".strip())
        self._close.setText("Close")
        self._retry.show()
        self._retry.setFocus()

    def _show_message(self, text: str) -> None:
        self._foot.setCurrentWidget(self._options)
        self._status.setText(text)

    def _add_choice(self, index: int, text: str, tip: str) -> None:
        choice = QRadioButton(text)
        choice.setObjectName(f"lr_find_choice_{index}")
        choice.setAccessibleName(f"{text}. {tip}")
        choice.setToolTip(tip)
        self._choices.addButton(choice, index)
        self._option_row.addWidget(choice)
        prepare(choice)

    def _on_choice(self, index: int, is_checked: bool) -> None:
        if not is_checked:
            return
        rate = self._rates[index]
        self._plot.mark_best(rate, rate_text(rate))
        self._use.setText(take_text(rate))
        self._use.setAccessibleName(f"Use the learning rate {rate_text(rate)}")

    def _on_use(self) -> None:
        rate = self.chosen_rate
        if rate is not None:
            self.rate_chosen.emit(rate)
            self.accept()

    def _build_progress(self) -> QProgressBar:
        bar = QProgressBar()
        bar.setObjectName("lr_find_progress")
        bar.setAccessibleName("Progress of the mock training")
        bar.setToolTip("Steps done of all steps of the mock training.")
        bar.setRange(0, _RESOLUTION)
        bar.setTextVisible(False)
        return bar

    def _make_buttons(self) -> None:
        self._use = text_button("lr_find_use", "Use", tooltip="Set this learning rate in the form.")
        self._use.setProperty("kind", "primary")
        self._use.setDefault(True)
        self._use.clicked.connect(self._on_use)
        self._retry = text_button("lr_find_retry", "Try again", tooltip="Start it once more.")
        self._retry.clicked.connect(self.retry_wanted)
        tip = "Close this dialog; the form keeps its learning rate (Esc)."
        self._close = text_button("lr_find_close", "Cancel", tooltip=tip)
        self._close.clicked.connect(self.reject)

    def _lay_out(self) -> None:
        introduction = label("muted", INTRODUCTION)
        introduction.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(label("heading", TITLE))
        column.addWidget(introduction)
        column.addWidget(self._plot, 1)
        column.addWidget(self._status)
        column.addWidget(self._foot)
        column.addLayout(self._button_row())
        self._foot.addWidget(self._progress)
        self._foot.addWidget(self._options)

    def _button_row(self) -> QHBoxLayout:
        row = row_layout(spacing=8)
        row.addStretch(1)
        for button in (self._retry, self._close, self._use):
            row.addWidget(button)
        return row


def _columns(points: Points) -> tuple[list[float], list[float]]:
    return [rate for rate, _ in points], [loss for _, loss in points]
