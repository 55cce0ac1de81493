"""The figures of one sample of an evaluation, as numbers and as text. No Qt here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from studio.formatting import percent
from studio.ui.mistakes.samples.sample_filter import margins, outcome_text, top_classes

if TYPE_CHECKING:
    from studio.insight import Evaluation

# Title and tooltip of each fact.
FACTS = {
    "loss": ("Loss", "Minus the logarithm of the probability of the true class"),
    "true_share": ("True class", "The probability that the model gave to the true class"),
    "margin": ("Margin", "Highest minus second highest probability: low means a close call"),
    "sample": (
        "Sample",
        "The file of an own image, else split and index (from 0), as in exported lists and on the "
        "command line",
    ),
}


@dataclass(frozen=True)
class SampleFacts:
    """One sample and its prediction. `image` is uint8 [C, H, W].

    `name` is that of the grid; `full_name` also says where an own image is stored. `rank` is its
    place in the grid, such as "2 of 12". `position` is that in the evaluation.
    """

    position: int
    image: npt.NDArray[np.uint8]
    true: str
    predicted: str
    top: Sequence[tuple[str, float]]
    true_probability: float
    loss: float
    margin: float
    name: str
    full_name: str
    rank: str

    @property
    def is_correct(self) -> bool:
        """Whether the predicted class is the true class."""
        return self.true == self.predicted

    @property
    def title(self) -> str:
        """The outcome: "4 predicted as 9"."""
        return outcome_text(self.true, self.predicted)

    @property
    def bars(self) -> list[tuple[str, float]]:
        """The top classes with their probabilities; among wrong ones the true class is marked."""
        mark = "" if self.is_correct else ", true"
        return [(name + mark * (name == self.true), p) for name, p in self.top]

    def texts(self) -> dict[str, str]:
        """The values shown, by the keys of `FACTS`."""
        return {
            "loss": f"{self.loss:.2f}",
            "true_share": percent(self.true_probability),
            "margin": percent(self.margin),
            "sample": self.name,
        }


def collect_facts(evaluation: "Evaluation", position: int, rank: str = "") -> SampleFacts:
    """Collect the facts of the sample at `position`."""
    names, probabilities = evaluation.class_names, evaluation.probabilities[position]
    true = int(evaluation.labels[position])
    return SampleFacts(
        position=position,
        image=evaluation.images[position],
        true=names[true],
        predicted=names[int(evaluation.predicted[position])],
        top=top_classes(probabilities, names),
        true_probability=float(probabilities[true]),
        loss=float(evaluation.losses[position]),
        margin=float(margins(probabilities[np.newaxis])[0]),
        name=evaluation.sample_name(position),
        full_name=full_name(evaluation, position),
        rank=rank,
    )


def full_name(evaluation: "Evaluation", position: int) -> str:
    """Name a sample so that it can be found: an own image by its path, others by their id."""
    path = evaluation.image_path(position)
    if path is not None:
        return str(path)
    if evaluation.files and evaluation.source is not None:  # inside an archive
        return f"{evaluation.files[position]} in {evaluation.source}"
    return f"Sample {evaluation.sample_id(position)}"
