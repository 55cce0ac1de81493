"""The sample that is edited: its image, its history, and where it comes from."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from studio.insight.sample_edits import EditHistory
from studio.insight.sample_transforms import estimate_background

if TYPE_CHECKING:
    from studio.ui.mistakes.session import EvaluationSession

BACKGROUND_SAMPLES = 200  # of the split, from whose borders the background is estimated


@dataclass(frozen=True, eq=False)
class EditSubject:
    """A sample of an evaluation of `run`: `image` is uint8 [C, H, W], `background` uint8 [C].

    `true` and `predicted` index `class_names`. `source` is the folder of own images, else None.
    """

    run: str
    position: int
    sample_id: str
    image: NDArray[np.uint8]
    background: NDArray[np.uint8]
    class_names: tuple[str, ...]
    true: int
    predicted: int
    source: Path | None
    history: EditHistory = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "history", EditHistory(self.image))

    @property
    def title(self) -> str:
        """What is edited: "test:729, 4 predicted as 9"."""
        true, predicted = self.class_names[self.true], self.class_names[self.predicted]
        outcome = f"{true} predicted as {predicted}" if true != predicted else f"{true}, correct"
        return f"{self.sample_id} · {outcome}"


def subject_of(session: "EvaluationSession", position: int) -> EditSubject | None:
    """Return the sample at `position` of the session's evaluation; None without an evaluation."""
    evaluation = session.evaluation
    if evaluation is None:
        return None
    source = evaluation.source
    return EditSubject(
        session.run,
        position,
        evaluation.sample_id(position),
        evaluation.images[position],
        estimate_background(evaluation.images[:BACKGROUND_SAMPLES]),
        tuple(evaluation.class_names),
        int(evaluation.labels[position]),
        int(evaluation.predicted[position]),
        source if source is not None and source.is_dir() else None,
    )
