"""One label issue in detail: the image, the reason, and the buttons that decide about it."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from studio.formatting import percent
from studio.insight.label_issues.issue import LabelIssue
from studio.ui.mistakes.label_issues.review import TITLES, Decision
from studio.ui.shared.builders import (
    column_layout,
    elided_label,
    label,
    row_layout,
    text_button,
    tool_button,
)
from studio.ui.shared.image_layout import channels_last
from studio.ui.shared.shortcuts import with_keys
from studio.ui.widgets.pixel_view import PixelView

_MIN_IMAGE_PX, _MIN_CARD_PX = 96, 320


class IssueCard(QFrame):
    """Shows a `LabelIssue` and what was decided about it."""

    accept_clicked = Signal()
    reject_clicked = Signal()
    ambiguous_clicked = Signal()
    open_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("issue_card")
        self.setAccessibleName("Label issue")
        self.setProperty("card", True)
        self.setMinimumWidth(_MIN_CARD_PX)
        self.image_view = PixelView("issue_picture", "")
        self.image_view.setAccessibleName("Image")
        self.title = label("heading", name="issue_title")
        self.reason = label("body", name="issue_reason", selectable=True)
        for text in (self.title, self.reason):
            text.setTextFormat(Qt.TextFormat.PlainText)
            text.setWordWrap(True)
        self.sample = elided_label("muted", "issue_sample")
        self.decision = label("field", name="issue_decision")
        self.accept_button = _button(
            "accept_issue_button", "Accept", "Relabel the sample as the suggested class"
        )
        self.accept_button.setProperty("kind", "primary")
        self.reject_button = _button(
            "reject_issue_button",
            "Reject",
            "The label is right. The sample is tagged so, and not asked for again.",
        )
        self.ambiguous_button = _button(
            "ambiguous_issue_button",
            "Ambiguous",
            "Several labels are defensible: keep the label, and count the sample apart.",
        )
        self.open_button = tool_button(
            "open_issue_button",
            "external",
            "Show in Samples",
            "Show this sample in the Samples view (double-click)",
        )
        self.open_button.setAutoRaise(True)
        self._lay_out()
        self.accept_button.clicked.connect(self.accept_clicked)
        self.reject_button.clicked.connect(self.reject_clicked)
        self.ambiguous_button.clicked.connect(self.ambiguous_clicked)
        self.open_button.clicked.connect(self.open_clicked)

    def show_issue(self, issue: LabelIssue, image: npt.NDArray[np.uint8]) -> None:
        """Show an issue with its image, uint8 [C, H, W]."""
        self.image_view.set_image(channels_last(image))
        self.title.setText(f"{issue.label} → {issue.suggested}")
        self.reason.setText(issue.reason)
        name = Path(issue.file).name if issue.file else issue.sample
        self.sample.setText(f"{name} · score {percent(issue.score, 2)}")
        self.sample.tooltip_text = issue.sample
        self.setAccessibleDescription(f"{issue.sample}: {issue.reason}")

    def show_decision(self, decision: Decision, can_decide: bool) -> None:
        """Show what was decided, and whether anything can be decided now."""
        self.decision.setText(TITLES[decision])
        self.decision.setVisible(bool(decision))
        for button in (self.accept_button, self.reject_button, self.ambiguous_button):
            button.setEnabled(can_decide)

    def _lay_out(self) -> None:
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.image_view.setSizePolicy(policy)
        self.image_view.setMinimumHeight(_MIN_IMAGE_PX)
        column = column_layout(self, spacing=8)
        column.setContentsMargins(12, 12, 12, 12)
        column.addWidget(self.image_view, 1)
        head = row_layout(spacing=8)
        head.addWidget(self.title, 1)
        head.addWidget(self.decision)
        column.addLayout(head)
        column.addWidget(self.reason)
        column.addWidget(self.sample)
        column.addLayout(self._buttons())

    def _buttons(self) -> QHBoxLayout:
        row = row_layout(spacing=8)
        for button in (self.accept_button, self.reject_button, self.ambiguous_button):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.open_button)
        return row


def _button(name: str, text: str, tooltip: str) -> QPushButton:
    return text_button(name, text, tooltip=with_keys(tooltip, name.removesuffix("_button")))
