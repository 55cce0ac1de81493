"""What there is to tell of one sample, in figures and in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from studio.ui.mistakes.selection import top_classes

if TYPE_CHECKING:
    from studio.insight import Evaluation

SPLIT_WORDS = {"test": "test", "val": "validation", "train": "training"}
FACTS = {
    "loss": ("Loss", "Minus the logarithm of the probability given to the true class"),
    "true_share": ("True class", "How probable the network found the true class"),
    "margin": ("Margin", "First minus second choice: small means a close call"),
    "index": ("Sample", "The sample's number in the data set, counted from 0"),
}


@dataclass(frozen=True)
class SampleStory:
    """What there is to tell of one sample. picture is uint8 [C, H, W]."""

    picture: npt.NDArray[np.uint8]
    true: str
    predicted: str
    top: Sequence[tuple[str, float]]
    true_probability: float
    loss: float
    margin: float
    index: int
    split: str
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


def tell(evaluation: "Evaluation", position: int, place: str) -> SampleStory:
    """Collect what there is to say about one sample."""
    names, shares = evaluation.class_names, evaluation.probabilities[position]
    true = int(evaluation.labels[position])
    two = np.sort(shares)[-2:]
    return SampleStory(
        picture=evaluation.images[position],
        true=names[true],
        predicted=names[int(evaluation.predicted[position])],
        top=top_classes(shares, names),
        true_probability=float(shares[true]),
        loss=float(evaluation.losses[position]),
        margin=float(two[-1] - two[0]),
        index=int(evaluation.indices[position]),
        split=SPLIT_WORDS[evaluation.split],
        place=place,
    )


def story_title(story: SampleStory) -> str:
    """Say the verdict: "4 read as 9", "4 read right"."""
    how = "read right" if story.right else f"read as {story.predicted}"
    return f"{story.true} {how}"


def fact_words(story: SampleStory) -> dict[str, str]:
    """The figures below the bars, by the names of `FACTS`."""
    return {
        "loss": f"{story.loss:.2f}",
        "true_share": small_percent(story.true_probability),
        "margin": f"{100 * story.margin:.1f} %",
        "index": f"{story.index:,} · {story.split}",
    }


def small_percent(share: float) -> str:
    """Write a share with one decimal; what is not nothing is never written as nothing."""
    return "<0.1 %" if 0 < share < 0.0005 else f"{100 * share:.1f} %"
