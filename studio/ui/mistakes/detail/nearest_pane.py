"""The training samples nearest to a sample, of its predicted and of its true class."""

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtWidgets import QWidget

from studio.ui.mistakes.detail.panes import DetailPane
from studio.ui.mistakes.session import EvaluationSession
from studio.ui.shared.builders import column_layout
from studio.ui.shared.nearest_panel import NearestPanel
from studio.ui.shared.nearest_search import ComparedClass, NearestRequest

if TYPE_CHECKING:
    from studio.insight import Evaluation

COUNT = 12  # neighbors of a class


class NearestPane(DetailPane):
    """Two rows of samples; a click on one opens it in the training split."""

    def __init__(self, session: EvaluationSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._wanted = ""  # the id of the sample to open once its split is evaluated
        self.panel = NearestPanel(session.context, opens=True)
        column_layout(self, spacing=0).addWidget(self.panel)
        self.panel.sample_clicked.connect(self._open)
        self.panel.failed.connect(self.failed)
        session.evaluation_changed.connect(self._open_wanted)

    def show_sample(self, session: EvaluationSession, position: int) -> None:
        """Search the nearest samples of the predicted and the true class."""
        evaluation = session.evaluation
        if evaluation is not None:
            image, index = evaluation.images[position], int(evaluation.indices[position])
            classes = compared_classes(evaluation, position)
            self.panel.show_request(NearestRequest(session.run, image, index, classes, COUNT))

    def clear(self) -> None:
        """Stop loading."""
        self.panel.cancel()

    def shutdown(self) -> None:
        """End the loading and the thread."""
        self.panel.shutdown()

    def _open(self, sample: str) -> None:
        """Show a training sample in detail, after evaluating the training split if necessary."""
        self._wanted = sample
        evaluation = self._session.evaluation
        if evaluation is not None and evaluation.split == "train":
            self._open_wanted(evaluation)
        else:
            self._session.split_requested.emit("train")

    def _open_wanted(self, evaluation: "Evaluation | None") -> None:
        if evaluation is None or not self._wanted:
            return
        wanted, self._wanted = self._wanted, ""
        position = int(evaluation.find_positions([wanted])[0])
        if evaluation.split == "train" and position >= 0:
            self._session.request_sample(position)


def compared_classes(evaluation: "Evaluation", position: int) -> list[ComparedClass]:
    """Return the predicted and the true class, or the second most probable one if they agree."""
    true, predicted = int(evaluation.labels[position]), int(evaluation.predicted[position])
    names = evaluation.class_names
    if true != predicted:
        return [
            ComparedClass(predicted, "Predicted", names[predicted]),
            ComparedClass(true, "True", names[true]),
        ]
    order = np.argsort(-evaluation.probabilities[position], kind="stable")
    second = [ComparedClass(c, "Second choice", names[c]) for c in order[1:2].tolist()]
    return [ComparedClass(predicted, "Predicted and true", names[predicted]), *second]
