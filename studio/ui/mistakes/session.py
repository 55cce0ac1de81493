"""What the views of the Mistakes page share: the evaluation shown and requests to each other."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal

from studio.ui.context import StudioContext
from studio.ui.mistakes.fixes.controller import FixesController

if TYPE_CHECKING:
    from studio.data import Split
    from studio.insight import Evaluation
    from studio.insight.label_issues import LabelIssue


class EvaluationSession(QObject):
    """Holds the evaluation that all views show.

    Positions are those of samples in the evaluation. `samples_requested` carries positions, int64
    [n], and a title such as "Selected on the map"; `run_requested` and `split_requested` ask the
    page to show another run or split. `draw_requested` carries an image, uint8 [C, H, W], for the
    Draw page. `fixes` are the label fixes of the dataset evaluated.
    """

    evaluation_changed = Signal(object)  # Evaluation or None
    samples_requested = Signal(object, str)
    sample_requested = Signal(int)
    label_issues_changed = Signal(object)  # those found for the run shown
    run_requested = Signal(str)
    split_requested = Signal(str)
    draw_requested = Signal(object)

    def __init__(self, context: StudioContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.run = ""  # its key, or "bundled"
        self.split: Split = "test"
        self.evaluation: Evaluation | None = None
        self.label_issues: Sequence[LabelIssue] = ()
        self.fixes = FixesController(context, self)

    def begin(self, run: str, split: "Split") -> None:
        """Remove the evaluation shown: that of `run` is on its way."""
        if run != self.run:
            self.set_label_issues(())
        self.run, self.split = run, split
        self._set_evaluation(None)

    def show(self, evaluation: "Evaluation") -> None:
        """Show the evaluation of the run and split last begun."""
        self._set_evaluation(evaluation)

    def set_label_issues(self, issues: "Sequence[LabelIssue]") -> None:
        """Let all views know the label issues that were found for the run shown."""
        self.label_issues = issues
        self.label_issues_changed.emit(issues)

    def request_samples(self, positions: npt.NDArray[np.int64], title: str) -> None:
        """Show these samples in the grid, under a title."""
        self.samples_requested.emit(positions, title)

    def request_sample(self, position: int) -> None:
        """Show one sample in detail, in the grid."""
        self.sample_requested.emit(position)

    def _set_evaluation(self, evaluation: "Evaluation | None") -> None:
        self.evaluation = evaluation
        self.fixes.set_evaluation(evaluation)
        self.evaluation_changed.emit(evaluation)
