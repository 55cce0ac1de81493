"""The pane "Edit": the smallest change that changes the prediction, and the way to the editor."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar

from studio.callbacks import OnProgress, ShouldStop
from studio.formatting import percent
from studio.runs import RunStore
from studio.ui.context import StudioContext
from studio.ui.mistakes.detail.image_pair_pane import ImagePairPane
from studio.ui.mistakes.edit.edit_subject import EditSubject, subject_of
from studio.ui.mistakes.edit.remembered_edit import RememberedEdit
from studio.ui.mistakes.edit.sample_editor import SampleEditor
from studio.ui.mistakes.session import EvaluationSession
from studio.ui.shared.builders import label, row_layout, text_button
from studio.ui.shared.image_layout import channels_last
from studio.ui.shared.live_predictor import LivePredictor
from studio.ui.tasks import NewestTask
from studio.ui.widgets.picker_combo import PickerCombo
from studio.ui.widgets.pixel_view import PixelView

if TYPE_CHECKING:
    from studio.insight.smallest_change import PredictionFlip

MIN_PROGRESS_PX = 32
COMBO_PX = 120  # height from which there is space for the choice of changes
INVITATION = "Change the image and see when the prediction changes."
LIMITS = (
    "Searched: one transformation at a time, in equal steps of its range. A small change that "
    "changes the prediction shows a sample near the decision boundary, not why."
)
NO_FLIP = "None of the transformations changes the prediction within its range."


class EditPane(ImagePairPane):
    """Searches the smallest change in the background, and opens `SampleEditor`.

    `saved` carries the path of a new sample.
    """

    saved = Signal(object)

    def __init__(self, context: StudioContext) -> None:
        self.before_view = PixelView("edit_before_view", " ")
        self.before_view.setAccessibleName("Original image")
        self.after_view = PixelView("edit_after_view", " ")
        self.after_view.setAccessibleName("Changed image")
        self.help = label("muted", LIMITS)
        super().__init__(self.before_view, self.after_view, (self.help,))
        self._context = context
        self._subject: EditSubject | None = None
        self._search = NewestTask(context.tasks, self)
        self._flips: list[PredictionFlip] = []
        self.editor: SampleEditor | None = None  # while it is open
        self._remembered = RememberedEdit(context.window_state, self)
        self.sentence = label("heading", name="smallest_change_text")
        self.flip_combo = _create_flip_combo()
        self.edit_button = text_button(
            "edit_sample_button", "Edit…", "pen", tooltip="Draw on the image and transform it"
        )
        self.find_button = text_button(
            "find_change_button",
            "Find the smallest change",
            "search",
            tooltip="Search for the smallest change of the image that changes the prediction",
        )
        self.cancel_button = text_button("find_cancel_button", "Cancel", "stop")
        self.progress = QProgressBar()
        self._lay_out()
        self._connect()
        self._show_state(INVITATION)

    @property
    def is_searching(self) -> bool:
        """Whether the smallest change is searched."""
        return self._search.is_running

    @property
    def subject(self) -> EditSubject | None:
        """The sample that is edited, with its history."""
        return self._subject

    def show_sample(self, session: EvaluationSession, position: int) -> None:
        """Show a sample; the edits of the last one are forgotten."""
        last = self._subject
        if last is not None and (last.run, last.position) == (session.run, position):
            return
        self.clear()
        self._subject = subject_of(session, position)
        self._remembered.set_subject(self._subject)
        self._flips = []
        self._show_before()
        self._show_after()
        self._show_state(INVITATION)

    def clear(self) -> None:
        """Stop the search."""
        if self._search.is_running:
            self._search.stop()
            self._show_state(INVITATION)

    def shutdown(self) -> None:
        """End the search and close the editor."""
        self.clear()
        if self.editor is not None:
            self.editor.close()

    def _connect(self) -> None:
        self.edit_button.clicked.connect(self._open_editor)
        self._remembered.reopen_wanted.connect(
            self._open_editor, Qt.ConnectionType.QueuedConnection
        )
        self.find_button.clicked.connect(self._find)
        self._search.progressed.connect(self._on_progress)
        self._search.failed.connect(self._on_failed)
        self.cancel_button.clicked.connect(self.clear)
        self.flip_combo.currentIndexChanged.connect(self._show_flip)

    def _find(self) -> None:
        subject = self._subject
        if subject is None or self._search.is_running:
            return
        self._flips = []
        self._show_after()
        self._search.start(partial(_search, subject, self._context.store), self._on_found)
        self.progress.setValue(0)
        self._show_state("Searching…")

    def _on_progress(self, fraction: float, message: str) -> None:
        self.progress.setValue(round(100 * fraction))
        self.sentence.setText(f"Searching: {message.lower()}…")

    def _on_found(self, flips: "list[PredictionFlip]") -> None:
        self._flips = flips
        self.flip_combo.clear()
        for flip in flips:
            name = self._class_name(flip.class_index)
            self.flip_combo.addItem(f"{flip.transform.describe(flip.value)} → {name}")
        self._show_state(NO_FLIP)
        if flips:
            self._show_flip(0)

    def _on_failed(self, error: object, traceback_text: str) -> None:
        self._show_state(INVITATION)
        self.failed.emit(error, traceback_text)

    def _show_flip(self, index: int) -> None:
        if self._subject is not None and 0 <= index < len(self._flips):
            flip = self._flips[index]
            self.sentence.setText(flip.describe(self._subject.class_names))
            self._show_after(flip)

    def _open_editor(self) -> None:
        subject = self._subject
        if subject is None or self.editor is not None:
            return
        self.editor = SampleEditor(self._context, subject, self)
        self.editor.failed.connect(self.failed)
        self.editor.saved.connect(self._on_saved)
        self.editor.finished.connect(self._on_editor_closed)
        self._apply_flip(self.editor)
        self._remembered.set_open(True)
        self.editor.controller.history_changed.connect(self._remembered.save)
        self.editor.open()

    def _apply_flip(self, editor: SampleEditor) -> None:
        """Begin with the change that is shown, unless the sample was edited before."""
        index = self.flip_combo.currentIndex()
        if 0 <= index < len(self._flips) and not editor.controller.history.is_changed:
            flip = self._flips[index]
            edit = editor.controller.history.current.with_value(flip.transform.key, flip.value)
            editor.controller.replace_edit(edit)

    def _on_editor_closed(self) -> None:
        self.editor = None
        self._remembered.set_open(False)

    def _on_saved(self, path: Path) -> None:
        self.sentence.setText(f"Saved as {path.parent.name}/{path.name}")
        self.saved.emit(path)

    def _class_name(self, index: int) -> str:
        return self._subject.class_names[index] if self._subject is not None else ""

    def _show_before(self) -> None:
        subject = self._subject
        self.before_view.set_image(None if subject is None else channels_last(subject.image))
        name = "" if subject is None else self._class_name(subject.predicted)
        self.before_view.set_caption(f"Original: {name}")

    def _show_after(self, flip: "PredictionFlip | None" = None) -> None:
        self.after_view.set_image(None if flip is None else channels_last(flip.image))
        if flip is None:
            self.after_view.set_caption("Changed")
        else:
            name = self._class_name(flip.class_index)
            self.after_view.set_caption(f"{name} · {percent(flip.probability, digits=0)}")

    def _show_state(self, text: str) -> None:
        """Show what is done and what can be done, for which the images make room."""
        self.sentence.setText(text)
        self.find_button.setVisible(not self.is_searching)
        for widget in (self.progress, self.cancel_button):
            widget.setVisible(self.is_searching)
        self.fit()

    def _fit_combo(self) -> None:
        """Leave out the choice of changes where the text has no space for it."""
        self.flip_combo.setVisible(bool(self._flips) and self.height() >= COMBO_PX)

    def fit(self) -> None:
        """Lay out images and text for the size of the pane."""
        super().fit()
        self._fit_combo()

    def _lay_out(self) -> None:
        for wrapped in (self.sentence, self.help):
            wrapped.setWordWrap(True)
            wrapped.setTextFormat(Qt.TextFormat.PlainText)  # class names may look like HTML
        self.column.addWidget(self.sentence)
        self.column.addWidget(self.flip_combo)
        self.column.addWidget(self.help)
        self.column.addStretch(1)
        self.column.addLayout(self._button_row())

    def _button_row(self) -> QHBoxLayout:
        self.progress.setObjectName("find_progress")
        self.progress.setAccessibleName("Progress of the search")
        self.progress.setRange(0, 100)
        self.progress.setTextVisible(False)
        self.progress.setMinimumWidth(MIN_PROGRESS_PX)
        row = row_layout(spacing=8)
        row.addWidget(self.edit_button)
        row.addWidget(self.find_button, 1)
        row.addWidget(self.progress, 1)
        row.addWidget(self.cancel_button)
        return row


def _create_flip_combo() -> PickerCombo:
    combo = PickerCombo()
    combo.setObjectName("flip_combo")
    combo.setAccessibleName("Changes found")
    combo.setToolTip("The smallest change of each kind that changes the prediction, smallest first")
    combo.setSizeAdjustPolicy(PickerCombo.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    return combo


def _search(
    subject: EditSubject, store: RunStore, on_progress: OnProgress, should_stop: ShouldStop
) -> "list[PredictionFlip]":
    """Find flips as the work of a task. Raises StudioError and Stopped."""
    from studio.insight.smallest_change import find_flips

    predictor = LivePredictor.load(subject.run, store)
    predict = partial(predictor.predict_many, should_stop=should_stop)
    return find_flips(
        predict, subject.image, subject.background, on_progress=on_progress, should_stop=should_stop
    )
