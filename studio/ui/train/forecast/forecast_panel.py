"""The line above the Train button: what the training will cost, and a warning with a way out."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from studio.training.forecast.proportion import CostWarning
from studio.ui.shared.builders import (
    column_layout,
    elided_label,
    label,
    row_layout,
    set_style,
    text_button,
)
from studio.ui.train.forecast.forecast_text import NOTHING, CostText
from studio.ui.widgets.tooltip import wrap_tooltip

_TIP = "What this training will cost on this machine."


class ForecastPanel(QWidget):
    """`forecast_label`, `forecast_detail`, `forecast_warning` and `forecast_alternative`.

    `alternative_wanted` is emitted when the settings that cost less are chosen.
    """

    alternative_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("forecast_panel")
        self._label = label("body", name="forecast_label")
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._detail = elided_label("muted", "forecast_detail")
        self._detail.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._detail.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        row = row_layout(spacing=8)
        row.addWidget(self._label)
        row.addWidget(self._detail, 1)
        self._warning = self._build_warning()
        column = column_layout(self, spacing=8)
        column.addWidget(self._warning)
        column.addLayout(row)
        # The form does not move when the first forecast arrives.
        self._label.setMinimumHeight(self._label.fontMetrics().height() + 2)
        self.show_cost(NOTHING)
        self.show_warning(None)

    def show_cost(self, cost: CostText) -> None:
        """Show what the training costs; an empty text for nothing."""
        self._label.setText(cost.text)
        self._detail.setText(cost.detail)
        spoken = ". ".join(text for text in (cost.text, cost.detail) if text)
        for shown in (self._label, self._detail):
            shown.setToolTip(wrap_tooltip(cost.tooltip or _TIP))
            shown.setAccessibleName(f"Forecast: {spoken or 'not known yet'}")

    def show_warning(self, warning: CostWarning | None) -> None:
        """Show what is out of proportion and offer settings that cost less, or hide both."""
        self._warning.setVisible(warning is not None)
        if warning is None:
            return
        self._text.setText(warning.text)
        self._text.setAccessibleName(f"Warning: {warning.text}")
        self._alternative.setText(warning.action)
        self._alternative.setAccessibleName(warning.action)
        self._alternative.setVisible(bool(warning.action))

    def _build_warning(self) -> QFrame:
        self._text = label("muted", name="forecast_warning")
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self._text.setToolTip(_TIP)
        set_style(self._text, tone="warn")
        tip = "Change the form to these settings; you can change them back."
        self._alternative = text_button("forecast_alternative", "Use it", tooltip=tip)
        self._alternative.clicked.connect(self.alternative_wanted)
        frame = QFrame()
        row = row_layout(frame, spacing=8)
        row.addWidget(self._text, 1)
        row.addWidget(self._alternative, 0, Qt.AlignmentFlag.AlignVCenter)
        return frame
