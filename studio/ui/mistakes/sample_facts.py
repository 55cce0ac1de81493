"""What there is to tell of one sample, in figures and in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from studio.formatting import percent
from studio.ui.mistakes.sample_filter import top_classes

if TYPE_CHECKING:
    from studio.insight import Evaluation

FACTS = {
    "loss": ("Loss", "Minus the logarithm of the probability given to the true class"),
    "true_share": ("True class", "How probable the network found the true class"),
    "margin": ("Margin", "First minus second choice: small means a close call"),
    "sample": (
        "Sample",
        "The file of an own image. Else split and index within the split, counted from 0, as in "
        "exported lists and on the command line",
    ),
}


@dataclass(frozen=True)
class SampleFacts:
    """What there is to tell of one sample. picture is uint8 [C, H, W].

    `name` is that of the grid, `full_name` also says where an own image lies.
    """

    picture: npt.NDArray[np.uint8]
    true: str
    predicted: str
    top: Sequence[tuple[str, float]]
    true_probability: float
    loss: float
    margin: float
    name: str
    full_name: str
    place: str

    @property
    def bars(self) -> list[tuple[str, float]]:
        """The top classes as the bars name them; the true one stands out by a word."""
        mark = "" if self.right else ", true"
        return [(name + mark * (name == self.true), share) for name, share in self.top]

    @property
    def right(self) -> bool:
        """Whether it was read as what it is."""
        return self.true == self.predicted


def tell(evaluation: "Evaluation", position: int, place: str) -> SampleFacts:
    """Collect what there is to say about one sample."""
    names, shares = evaluation.class_names, evaluation.probabilities[position]
    true = int(evaluation.labels[position])
    two = np.sort(shares)[-2:]
    return SampleFacts(
        picture=evaluation.images[position],
        true=names[true],
        predicted=names[int(evaluation.predicted[position])],
        top=top_classes(shares, names),
        true_probability=float(shares[true]),
        loss=float(evaluation.losses[position]),
        margin=float(two[-1] - two[0]),
        name=evaluation.sample_name(position),
        full_name=full_name(evaluation, position),
        place=place,
    )


def full_name(evaluation: "Evaluation", position: int) -> str:
    """Name a sample so that it can be found: an own image by its path, others by their id."""
    path = evaluation.image_path(position)
    if path is not None:
        return str(path)
    if evaluation.files and evaluation.source is not None:  # inside an archive
        return f"{evaluation.files[position]} in {evaluation.source}"
    return f"Sample {evaluation.sample_id(position)}"


def story_title(story: SampleFacts) -> str:
    """Say the verdict: "4 read as 9", "4 read right"."""
    how = "read right" if story.right else f"read as {story.predicted}"
    return f"{story.true} {how}"


def fact_words(story: SampleFacts) -> dict[str, str]:
    """The figures below the bars, by the names of `FACTS`."""
    return {
        "loss": f"{story.loss:.2f}",
        "true_share": percent(story.true_probability),
        "margin": percent(story.margin),
        "sample": story.name,
    }
