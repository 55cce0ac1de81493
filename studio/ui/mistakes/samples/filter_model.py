"""The filter that matrix, tables, filter bar and grid of the Mistakes page share."""

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from studio.ui.mistakes.samples.sample_filter import SampleFilter, SortKey


class FilterModel(QObject):
    """Holds the present `SampleFilter`; `changed` carries it after each change."""

    changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.filter = SampleFilter()

    def set_filter(self, wanted: SampleFilter) -> None:
        """Replace the filter."""
        self.filter = wanted
        self.changed.emit(wanted)

    def show_all_classes(self) -> None:
        """Remove the class filter."""
        self._update(true=None, predicted=None)

    def show_classes(self, true: int | None, predicted: int | None = None) -> None:
        """Show the samples of a true and a predicted class; None means any."""
        self._update(true=true, predicted=predicted)

    def set_all_samples(self, shown: bool) -> None:
        """Show correct predictions too, or mistakes only."""
        if shown != self.filter.all_samples:
            self._update(all_samples=shown)

    def show_all_samples(self) -> None:
        """Show correct predictions too."""
        self.set_all_samples(True)

    def sort_by(self, key: SortKey) -> None:
        """Order by another value, starting with its most useful end."""
        self._update(sort=key, reverse=False)

    def reverse_order(self) -> None:
        """Reverse the order."""
        self._update(reverse=not self.filter.reverse)

    def _update(self, **changes: Any) -> None:
        self.set_filter(replace(self.filter, **changes))
