"""One sample in detail: what was predicted as what, and panes that show why."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from studio.ui.mistakes.detail.panes import (
    PANES,
    PREDICTION,
    SALIENCY,
    DetailPane,
    PaneEntry,
)
from studio.ui.mistakes.detail.prediction_pane import PredictionPane
from studio.ui.mistakes.detail.sample_facts import SampleFacts
from studio.ui.mistakes.session import EvaluationSession
from studio.ui.shared.builders import row_layout, tool_button
from studio.ui.shared.shortcuts import add_shortcut, with_keys
from studio.ui.widgets.elided_label import ElidedLabel
from studio.ui.widgets.picker_combo import PickerCombo
from studio.ui.widgets.pixel_view import PixelView
from studio.ui.widgets.prediction_bars import PredictionBars
from studio.ui.widgets.segmented_control import SegmentedControl

NARROW_PX, MIN_PANE_PX = 560, 88
TITLE_PX, STEP_BUTTONS_PX = 96, 112  # the least for the title, and what is right of the panes


class MistakeDetail(QFrame):
    """Shows the title of a sample above one of the panes, which are made when first opened.

    It asks for the previous or the next sample. `failed` carries what a pane failed with.
    """

    previous_clicked = Signal()
    next_clicked = Signal()
    pane_opened = Signal()
    failed = Signal(object, str)

    def __init__(
        self,
        session: EvaluationSession,
        entries: Sequence[PaneEntry] = PANES,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("mistake_detail")
        self.setAccessibleName("Sample")
        self.setProperty("card", True)
        self._session, self._entries = session, tuple(entries)
        self._keys = [entry.key for entry in self._entries]
        self._panes: dict[str, DetailPane] = {}
        self._key, self._compact = PREDICTION, False
        self.facts: SampleFacts | None = None  # of the sample shown
        self.title, self.rank = ElidedLabel(), QLabel()
        self.pane_control = _create_control(self._entries)
        self.pane_combo = _create_combo(self._entries)
        self.previous_button = tool_button(
            "previous_button",
            "chevron-left",
            "Previous sample",
            with_keys("Previous sample", "previous_sample"),
        )
        self.next_button = tool_button(
            "next_button",
            "chevron-right",
            "Next sample",
            with_keys("Next sample", "next_sample"),
        )
        self._stack = QStackedWidget()
        self._lay_out()
        self._connect()
        self.open_pane(PREDICTION)

    @property
    def pane_key(self) -> str:
        """The key of the pane shown."""
        return self._key

    @property
    def prediction(self) -> PredictionPane:
        """The pane with image and probabilities, the first one."""
        pane = self.pane(PREDICTION)
        assert isinstance(pane, PredictionPane)
        return pane

    @property
    def image_view(self) -> PixelView:
        """The image of the sample."""
        return self.prediction.image_view

    @property
    def bars(self) -> PredictionBars:
        """The most probable classes."""
        return self.prediction.bars

    @property
    def sample_name(self) -> ElidedLabel:
        """The file name or id of the sample."""
        return self.prediction.sample_name

    def pane(self, key: str) -> DetailPane:
        """The pane of a key, made if it was never opened."""
        if key not in self._panes:
            pane = self._panes[key] = self._entries[self._keys.index(key)].create(self._session)
            pane.failed.connect(self.failed)
            pane.set_compact(self._compact)
            self._stack.addWidget(pane)
        return self._panes[key]

    def open_pane(self, key: str) -> None:
        """Show another pane of the same sample."""
        if key != self._key:
            self.pane(self._key).clear()
        self._key = key
        self._stack.setCurrentWidget(self.pane(key))
        index = self._keys.index(key)
        self.pane_control.set_checked(index)
        self.pane_combo.setCurrentIndex(index)
        if self.facts is not None:
            self.pane(key).show_sample(self._session, self.facts.position)
        self.pane_opened.emit()

    def show_sample(self, facts: SampleFacts, has_previous: bool, has_next: bool) -> None:
        """Show a sample of the session's evaluation, in the pane that is open."""
        self.facts = facts
        self.title.setText(facts.title)
        self.rank.setText(facts.rank)
        self.previous_button.setEnabled(has_previous)
        self.next_button.setEnabled(has_next)
        self.setAccessibleDescription(f"{facts.name}: {facts.title}, loss {facts.loss:.2f}")
        self.pane(self._key).show_sample(self._session, facts.position)

    def clear(self) -> None:
        """Stop work about the sample shown, which belongs to an evaluation that is gone."""
        self.facts = None
        for pane in self._panes.values():
            pane.clear()

    def set_compact(self, compact: bool) -> None:
        """Show less and with smaller margins, for a low window."""
        self._compact = compact
        for pane in self._panes.values():
            pane.set_compact(compact)
        margin = 12 if compact else 16
        self._column.setContentsMargins(margin, margin, margin, margin)
        self._column.setSpacing(8 if compact else 12)

    def shutdown(self) -> None:
        """End the work of all panes."""
        for pane in self._panes.values():
            pane.shutdown()

    def set_note(self, note: QWidget) -> None:
        """Show a widget below the title, as long as it is visible."""
        self._column.insertWidget(1, note)

    def _connect(self) -> None:
        self.pane_control.selected.connect(self._on_selected)
        self.pane_combo.activated.connect(self._on_selected)
        self.previous_button.clicked.connect(self.previous_clicked)
        self.next_button.clicked.connect(self.next_clicked)
        add_shortcut("toggle_saliency", self, self._toggle_saliency)

    def _on_selected(self, index: int) -> None:
        self.open_pane(self._keys[index])

    def _toggle_saliency(self) -> None:
        self.open_pane(PREDICTION if self._key == SALIENCY else SALIENCY)

    def _lay_out(self) -> None:
        for name, value, role in (("title", self.title, "heading"), ("place", self.rank, "muted")):
            value.setObjectName(f"mistake_{name}")
            value.setProperty("role", role)
            value.setTextFormat(Qt.TextFormat.PlainText)  # class names may look like HTML
        self._head = QWidget()
        # The buttons must not keep the window from becoming narrow.
        self._head.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        head = row_layout(self._head, spacing=4)
        head.addWidget(self.title)
        head.addStretch(1)
        head.addWidget(self.pane_control)
        head.addWidget(self.pane_combo)
        head.addSpacing(4)
        for button in (self.previous_button, self.next_button):
            button.setAutoRaise(True)
        for widget in (self.previous_button, self.rank, self.next_button):
            head.addWidget(widget)
        # Nor must a pane: each fits the space there is.
        self._stack.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._stack.setMinimumHeight(MIN_PANE_PX)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 16, 16, 16)
        self._column.setSpacing(12)
        self._column.addWidget(self._head)
        self._column.addWidget(self._stack, 1)

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self._fit()
        return super().event(event)

    def _fit(self) -> None:
        """Show a button for each pane if they have space, else a combo box."""
        needed = self.pane_control.sizeHint().width() + TITLE_PX + STEP_BUTTONS_PX
        fits = needed <= self.contentsRect().width()
        self.pane_control.setVisible(fits)
        self.pane_combo.setVisible(not fits)
        self.rank.setVisible(self.width() >= NARROW_PX)


def _create_control(entries: Sequence[PaneEntry]) -> SegmentedControl:
    return SegmentedControl(
        {f"{entry.key}_pane_button": entry.title for entry in entries},
        [
            with_keys(entry.tooltip, "toggle_saliency") if entry.key == SALIENCY else entry.tooltip
            for entry in entries
        ],
    )


def _create_combo(entries: Sequence[PaneEntry]) -> PickerCombo:
    combo = PickerCombo()
    combo.setObjectName("pane_combo")
    combo.setAccessibleName("What to show about the sample")
    combo.setToolTip("What to show about the sample")
    combo.addItems([entry.title for entry in entries])
    return combo
