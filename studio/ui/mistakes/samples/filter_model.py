"""The filter that matrix, tables, filter bar and grid of the Mistakes page share."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from studio.ui.mistakes.samples.filter_texts import clear_filters, without
from studio.ui.mistakes.samples.sample_filter import (
    Outcome,
    Positions,
    SampleFilter,
    SortKey,
    Subset,
)


class FilterModel(QObject):
    """Holds the present `SampleFilter`; `changed` carries it after each change."""

    changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.filter = SampleFilter()
        self._before_subset = SampleFilter()

    @property
    def lasting(self) -> SampleFilter:
        """The filter, or that of before while a subset is shown."""
        return self.filter if self.filter.subset is None else self._before_subset

    def set_filter(self, wanted: SampleFilter) -> None:
        """Replace the filter."""
        self.filter = wanted
        self.changed.emit(wanted)

    def change(self, **fields: Any) -> None:
        """Set some fields of the filter, if they have other values."""
        if any(getattr(self.filter, name) != value for name, value in fields.items()):
            self.set_filter(replace(self.filter, **fields))

    def remove(self, fields: Sequence[str]) -> None:
        """Set some fields to their defaults. Without its subset the filter is that of before."""
        if "subset" in fields:
            sort, reverse = self.filter.sort, self.filter.reverse
            self.set_filter(replace(self._before_subset, sort=sort, reverse=reverse))
        else:
            self.set_filter(without(self.filter, fields))

    def show_all_classes(self) -> None:
        """Remove the class filter."""
        self.set_filter(replace(self.filter, true=None, predicted=None))

    def show_classes(self, true: int | None, predicted: int | None = None) -> None:
        """Show the samples of a true and a predicted class; None means any."""
        self.set_filter(replace(self.filter, true=true, predicted=predicted))

    def show_subset(self, positions: Positions, title: str) -> None:
        """Show samples chosen in another view, correct and wrong ones, and no other filter."""
        if self.filter.subset is None:
            self._before_subset = self.filter
        everything = replace(clear_filters(self.filter), outcome=Outcome.ALL)
        self.set_filter(replace(everything, subset=Subset(positions, title)))

    def show_all_samples(self) -> None:
        """Show correct predictions too."""
        self.change(outcome=Outcome.ALL)

    def sort_by(self, key: SortKey) -> None:
        """Order by another value, starting with its most useful end."""
        self.set_filter(replace(self.filter, sort=key, reverse=False))

    def reverse_order(self) -> None:
        """Reverse the order."""
        self.set_filter(replace(self.filter, reverse=not self.filter.reverse))

    def forget_evaluation(self) -> None:
        """Remove what belongs to one evaluation: classes, subset, and other runs."""
        fields = ("true", "predicted", "second", "subset", "differs_from")
        self.set_filter(without(self.lasting, fields))
