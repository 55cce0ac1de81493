"""The dialog about uncaught errors, which counts their repetitions while it is open."""

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from studio.crash_log import ErrorJournal, ErrorRecord
from studio.ui.shared.builders import label
from studio.ui.shared.error_dialog import ErrorDialog

REFRESH_MS = 500  # an error in a paint event may occur at every refresh of the screen


class UncaughtErrorDialog(ErrorDialog):
    """Shows the first error in words, and all errors with their counts in the report."""

    def __init__(
        self, journal: ErrorJournal, record: ErrorRecord, is_last: bool, parent: QWidget | None
    ) -> None:
        """`is_last` says that no further dialog will follow this one."""
        self._journal, self._records, self._is_last = journal, [record], is_last
        super().__init__(record, record.text, parent, has_report=True)
        self._count = label("muted", name="error_count")
        self._count.setWordWrap(True)
        self._column.insertWidget(self._column.count() - 2, self._count)
        self._timer = QTimer(self, interval=REFRESH_MS)
        self._timer.timeout.connect(self.refresh)
        self._timer.start()
        self.refresh()

    def add(self, record: ErrorRecord) -> None:
        """Add a different error to the report."""
        self._records.append(record)
        self.refresh()

    def refresh(self) -> None:
        """Show the present counts."""
        counts = [self._journal.count(record) for record in self._records]
        self._count.setText(count_text(counts, self._is_last))
        sections = [
            f"Occurred {_times(count)}:\n{record.text}"
            for record, count in zip(self._records, counts, strict=True)
        ]
        self.set_report("\n\n".join(sections))

    def done(self, result: int) -> None:
        self._timer.stop()
        super().done(result)


def count_text(counts: list[int], is_last: bool) -> str:
    """Say how often errors occurred; `counts` has one number for each distinct error."""
    total = sum(counts)
    several = f"{len(counts)} different errors occurred, {total:,} times in total."
    text = several if len(counts) > 1 else f"It occurred {_times(total)}."
    more = "Further errors are only logged." if is_last else "Repeats are counted, not shown again."
    return f"{text} {more}"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"
