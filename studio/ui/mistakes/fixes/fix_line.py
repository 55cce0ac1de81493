"""One line that says what was changed of a sample, with a button that removes it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from studio.ui.mistakes.fixes.controller import FixesController
from studio.ui.mistakes.fixes.fix_texts import describe_fix
from studio.ui.shared.builders import elided_label, row_layout, tool_button


class FixLine(QWidget):
    """Hidden while nothing is changed of the sample."""

    def __init__(self, fixes: FixesController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fixes = fixes
        self._position: int | None = None
        self.text = elided_label("body", "fix_text")
        self.remove_button = tool_button(
            "remove_fix_button", "undo", "Remove the changes", "Remove all changes of this sample"
        )
        self.remove_button.setProperty("kind", "step")  # lower than other buttons
        row = row_layout(self, spacing=4)
        row.addWidget(self.text, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.remove_button)
        row.addStretch(1)
        self.hide()
        self.remove_button.clicked.connect(self._remove)
        fixes.fixes_changed.connect(self._show)

    def show_sample(self, position: int) -> None:
        """Show what was changed of the sample at a position of the evaluation."""
        self._position = position
        self._show()

    def _show(self) -> None:
        position, evaluation = self._position, self._fixes.evaluation
        if position is None or evaluation is None or position >= len(evaluation.labels):
            self.hide()
            return
        fix, trained = self._fixes.fix(position), evaluation.fixes
        text = describe_fix(fix, self._fixes.published_label(position))
        if self._fixes.is_ready and trained.get(evaluation.sample_id(position)) and not fix:
            text = "The fix that this model was trained with was removed"
        self.text.setText(text)
        self.remove_button.setVisible(bool(fix))
        self.setVisible(bool(text))

    def _remove(self) -> None:
        evaluation = self._fixes.evaluation
        if self._position is not None and evaluation is not None:
            self._fixes.reset([evaluation.sample_id(self._position)])
