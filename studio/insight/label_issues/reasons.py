"""Why a label is doubtful, in plain words."""

from dataclasses import dataclass

from studio.formatting import count, percent
from studio.insight.learning import NEVER_LEARNED, LearningStatistics

# Below this probability the suggestion is one of several possible classes.
_UNSURE = 0.6
# A label that is learned after this fraction of the epochs is learned late.
_LATE = 0.5


@dataclass(frozen=True)
class LearningFacts:
    """How a training sample was learned: see `LearningStatistics`."""

    epochs: int
    learned_epoch: int
    forgotten: int

    @classmethod
    def at(cls, statistics: LearningStatistics | None, position: int) -> "LearningFacts | None":
        """Return the facts of a sample, None where nothing is known of it."""
        if statistics is None or statistics.region[position] < 0:
            return None
        learned, forgotten = statistics.learned_epoch[position], statistics.forgotten[position]
        return cls(statistics.epochs, int(learned), int(forgotten))


def describe_issue(
    label: str,
    suggested: str,
    label_probability: float,
    suggested_probability: float,
    learning: LearningFacts | None,
    cross_validated: bool,
) -> str:
    """Return one to three sentences. The probabilities are out of sample, 0..1."""
    who = (
        "Models that were not trained on this sample predict"
        if cross_validated
        else "The model, which was not trained on this sample, predicts"
    )
    sentences = [
        f"{who} “{suggested}” with {percent(suggested_probability)} and its label “{label}” with "
        f"{percent(label_probability)}.",
        _describe_learning(learning),
    ]
    if suggested_probability < _UNSURE:
        sentences.append("It may be ambiguous: no class is likely.")
    return " ".join(sentence for sentence in sentences if sentence)


def _describe_learning(learning: LearningFacts | None) -> str:
    if learning is None:
        return ""
    epochs = learning.epochs
    if learning.learned_epoch == NEVER_LEARNED:
        return f"Its label was never learned in {count(epochs, 'epoch')}."
    if learning.forgotten:
        return f"Its label was learned, and forgotten {count(learning.forgotten, 'time')}."
    if learning.learned_epoch > 1 and learning.learned_epoch > _LATE * epochs:
        return f"Its label was learned late, in epoch {learning.learned_epoch} of {epochs}."
    return ""
