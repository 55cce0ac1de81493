"""Shows only the fields of the form that a search finds."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QLabel, QWidget

from studio.ui.shared.builders import set_style
from studio.ui.train.form.section import FormSection
from studio.ui.train.form.settings_search import find_settings
from studio.ui.widgets.collapsible_section import CollapsibleHeader, CollapsibleSection


class FormFilter(QObject):
    """Hides what is not searched for, opens the folds with what is, and brings all of it back.

    The sections show and hide their widgets themselves while settings change. So each change is
    made inside `suspended`, where the form is as if there was no search.
    """

    def __init__(self, sections: Sequence[FormSection], parent: QObject) -> None:
        super().__init__(parent)
        self._sections = sections
        self._query = ""
        self._depth = 0
        self._hidden: list[QWidget] = []
        self._opened: list[CollapsibleSection] = []
        self._marked: list[QWidget] = []
        self.found: tuple[str, ...] = ()

    def search(self, query: str) -> None:
        """Show the fields that contain every word of `query`; all of them for an empty one."""
        self._restore()
        self._query = query.strip()
        if self._query:
            self._apply()
        else:
            self.found = ()
            self._close_folds()

    @contextmanager
    def suspended(self) -> Iterator[None]:
        """Show everything, and search again at the end."""
        if self._depth == 0 and self._query:
            self._restore()
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1
            if self._depth == 0 and self._query:
                self._apply()

    def focus_first(self) -> None:
        """Give the keyboard to the first field that was found."""
        for section in self._sections:
            editors = section.editors()
            for name in self.found:
                if name in editors:
                    editors[name].setFocus(Qt.FocusReason.OtherFocusReason)
                    return

    def _apply(self) -> None:
        found: list[str] = []
        for section in self._sections:
            fields = {n: w for n, w in section.marked_widgets().items() if _is_used(w[0], section)}
            names = find_settings(fields, self._query)
            kept = [widget for name in names for widget in fields[name]]
            found += [name for name in fields if name in names]
            self._filter(section, kept)
            for widget in kept:
                self._mark(widget)
        self.found = tuple(found)

    def _filter(self, widget: QWidget, kept: Sequence[QWidget]) -> None:
        """Hide what is in `widget` unless it is kept, or contains what is."""
        if widget in kept or isinstance(widget, CollapsibleHeader):
            return
        if not any(widget.isAncestorOf(other) for other in kept):
            self._hide(widget)
            return
        if isinstance(widget, CollapsibleSection) and not widget.header.isChecked():
            widget.set_expanded(True)
            self._opened.append(widget)
        for child in widget.findChildren(
            QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly
        ):
            is_heading = isinstance(child, QLabel) and child.property("role") == "heading"
            if not (is_heading or child.isWindow()):
                self._filter(child, kept)

    def _hide(self, widget: QWidget) -> None:
        if not widget.isHidden():
            widget.hide()
            self._hidden.append(widget)

    def _mark(self, widget: QWidget) -> None:
        """Highlight the label of a field or a slider."""
        labels = widget.findChildren(QLabel)
        captions = [caption for caption in labels if caption.property("role") == "field"]
        for caption in (captions or labels)[:1]:
            set_style(caption, found=True)
            self._marked.append(caption)

    def _restore(self) -> None:
        for widget in self._hidden:
            widget.show()
        for caption in self._marked:
            set_style(caption, found=False)
        self._hidden, self._marked = [], []

    def _close_folds(self) -> None:
        for fold in self._opened:
            fold.set_expanded(False)
        self._opened = []


def _is_used(widget: QWidget, section: QWidget) -> bool:
    """Whether a field has an effect: neither it nor a group around it is hidden by the section."""
    shown: QWidget | None = widget
    while shown is not None and shown is not section:
        parent = shown.parentWidget()
        in_fold = isinstance(parent, CollapsibleSection)  # whose content may be folded
        if shown.isHidden() and not in_fold:
            return False
        shown = parent
    return True
