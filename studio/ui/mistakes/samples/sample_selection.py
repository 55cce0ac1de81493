"""Selects and orders the samples that match a filter. No Qt here."""

import numpy as np
import numpy.typing as npt

from studio.ui.mistakes.samples.sample_columns import SampleColumns
from studio.ui.mistakes.samples.sample_filter import Outcome, Positions, SampleFilter, SortKey

Mask = npt.NDArray[np.bool_]


def select(columns: SampleColumns, wanted: SampleFilter) -> Positions:
    """Return the positions of the samples to show, in order, int64 [n].

    A diagonal cell holds only correct predictions, so they are shown even if only mistakes are
    wanted. Ambiguous samples are neither: they are counted apart. Equal values keep the order of
    the dataset. An order without values is that of the loss, a run that was not evaluated and a tag
    that no sample has match nothing.
    """
    key = SortKey.LOSS if wanted.sort in columns.unavailable else wanted.sort
    masks = [*_class_masks(columns, wanted), *_probability_masks(columns, wanted)]
    masks += [*_text_masks(columns, wanted.text), *_chosen_masks(columns, wanted)]
    if not masks:
        return columns.order(key, wanted.is_descending)
    return columns.sort(np.logical_and.reduce(masks), key, wanted.is_descending)


def _class_masks(columns: SampleColumns, wanted: SampleFilter) -> list[Mask]:
    labels, predicted = columns.evaluation.labels, columns.evaluation.predicted
    masks = []
    if wanted.true is not None:
        masks.append(labels == wanted.true)
    if wanted.predicted is not None:
        masks.append(predicted == wanted.predicted)
    if wanted.outcome is Outcome.CORRECT:
        masks.append(labels == predicted)
    elif wanted.outcome is Outcome.MISTAKES and not wanted.is_diagonal:
        masks.append(labels != predicted)
    if wanted.outcome is not Outcome.ALL and len(columns.evaluation.ambiguous_positions):
        masks.append(columns.evaluation.counted)
    return masks


def _probability_masks(columns: SampleColumns, wanted: SampleFilter) -> list[Mask]:
    masks = []
    if wanted.second is not None:
        masks.append(columns.second == wanted.second)
    if wanted.true_in_top2 is not None:
        labels = columns.evaluation.labels
        inside = (columns.evaluation.predicted == labels) | (columns.second == labels)
        masks.append(inside == wanted.true_in_top2)
    if wanted.is_changed("min_confidence", "max_confidence"):
        confidence = columns.confidence
        masks.append(confidence >= np.float32(wanted.min_confidence))
        masks.append(confidence <= np.float32(wanted.max_confidence))
    return masks


def _text_masks(columns: SampleColumns, text: str) -> list[Mask]:
    """Each word is in the name of the sample, or in the name of its true or predicted class."""
    evaluation = columns.evaluation
    folded = [name.casefold() for name in evaluation.class_names]
    masks = []
    for word in text.casefold().split():
        classes = np.array([word in name for name in folded], bool)
        mask = columns.names.contains(word)
        if classes.any():
            mask = mask | classes[evaluation.labels] | classes[evaluation.predicted]
        masks.append(mask)
    return masks


def _chosen_masks(columns: SampleColumns, wanted: SampleFilter) -> list[Mask]:
    """Samples that a person chose, and those that another run predicts as another class."""
    masks = []
    if wanted.fix is not None:
        masks.append(columns.fixes.states[wanted.fix])
    if wanted.tag:
        masks.append(_mask(columns, columns.fixes.tags.get(wanted.tag)))
    if wanted.differs_from:
        other = columns.others.get(wanted.differs_from)
        differs = _mask(columns, None)
        if other is not None:
            differs = (other != -1) & (other != columns.evaluation.predicted)
        masks.append(differs)
    if wanted.subset is not None:
        masks.append(_mask(columns, wanted.subset.positions))
    return masks


def _mask(columns: SampleColumns, positions: Positions | None) -> Mask:
    mask = np.zeros(len(columns), bool)
    if positions is not None:
        mask[positions] = True
    return mask
