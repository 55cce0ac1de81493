"""Rename, merge and exclude the classes of a dataset."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from studio.ui.shared.builders import row_layout, text_button
from studio.ui.train.data.preview import Preview

Pairs = tuple[tuple[str, str], ...]  # (original, new) names; an empty new name excludes the class


class ClassRenaming(QObject):
    """Two lines for a page, `notice` and `excluded`, hidden while they are empty.

    `renamed` carries all renamed classes after a change, as (original, new) pairs.
    """

    renamed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._preview: Preview | None = None
        self._pairs: Pairs = ()  # the latest ones; the preview follows
        self._before: Pairs = ()
        self._notice_label, self._excluded_label = _label("rename_notice"), _label("left_out_words")
        tip = "Restore the class names from before the last change."
        self._undo = text_button("rename_undo", "Undo", tooltip=tip)
        tip = "Train on all classes again."
        self._include = text_button("put_back_button", "Include again", tooltip=tip)
        self.notice = _line(self._notice_label, self._undo)
        self.excluded = _line(self._excluded_label, self._include)
        self._undo.clicked.connect(self._on_undo)
        self._include.clicked.connect(self._include_all)

    def show_preview(self, preview: Preview) -> None:
        """Follow a dataset; the notice about another one is hidden."""
        rename = preview.config.rename
        if rename != self._pairs or not self._is_same_dataset(preview):
            self.notice.hide()
        self._preview, self._pairs = preview, rename
        text = excluded_text(preview.originals, rename)
        self._excluded_label.setText(text)
        self.excluded.setVisible(bool(text))

    def rename(self, name: str, typed: str) -> None:
        """Rename a class as typed; an empty name restores the original ones."""
        preview = self._preview
        if preview is None:
            return
        originals = self._originals(name, preview)
        others = [other for other in preview.class_names if other != name]
        pairs = rename_classes(typed, originals, preview.originals, self._pairs)
        self._change(pairs, rename_text(name, typed, originals, others))

    def exclude(self, name: str) -> None:
        """Exclude a class from the training, unless it is the last one."""
        preview = self._preview
        if preview is not None and len(preview.class_names) > 1:
            originals = self._originals(name, preview)
            pairs = exclude_classes(originals, preview.originals, self._pairs)
            self._change(pairs, f"“{name}” is excluded. Its files are not changed.")

    def _is_same_dataset(self, preview: Preview) -> bool:
        if self._preview is None:
            return False
        old, new = self._preview.config, preview.config
        return (old.source, old.path) == (new.source, new.path)

    def _originals(self, name: str, preview: Preview) -> list[str]:
        return originals_by_name(preview.originals, preview.config.rename)[name]

    def _include_all(self) -> None:
        self._change(include_all(self._pairs), "All classes are included again.")

    def _change(self, pairs: Pairs, notice: str) -> None:
        if pairs == self._pairs:
            return
        self._before = self._pairs
        self._notice_label.setText(notice)
        self._emit(pairs)
        self.notice.show()

    def _emit(self, pairs: Pairs) -> None:
        self._pairs = pairs
        self.renamed.emit(pairs)

    def _on_undo(self) -> None:
        self.notice.hide()
        self._emit(self._before)


def originals_by_name(originals: Sequence[str], rename: Pairs) -> dict[str, list[str]]:
    """Return the original classes behind each present name."""
    new = dict(rename)
    found: dict[str, list[str]] = {}
    for old in originals:
        found.setdefault(new.get(old, old), []).append(old)
    return found


def rename_classes(
    typed: str, renamed: Sequence[str], originals: Sequence[str], rename: Pairs
) -> Pairs:
    """Return the pairs after the original classes `renamed` were given the name `typed`.

    An empty name restores the original ones, which also separates merged classes.
    """
    return _update({old: typed or old for old in renamed}, originals, rename)


def exclude_classes(excluded: Sequence[str], originals: Sequence[str], rename: Pairs) -> Pairs:
    """Return the pairs after the original classes `excluded` were excluded."""
    return _update(dict.fromkeys(excluded, ""), originals, rename)


def include_all(rename: Pairs) -> Pairs:
    """Return the pairs with every excluded class under its original name."""
    return tuple((old, new) for old, new in rename if new)


def origin_text(name: str, originals: Sequence[str]) -> str:
    """Return the original classes behind a renamed one; empty if its name is unchanged."""
    if len(originals) > 1:
        return " + ".join(originals)
    return f"was {originals[0]}" if originals and originals[0] != name else ""


def rename_text(name: str, typed: str, originals: Sequence[str], others: Sequence[str]) -> str:
    """Return what renaming did; `others` are the names of the other classes."""
    if not typed:
        noun = "its original name" if len(originals) == 1 else "their original names"
        return f"{_listed(originals)} {'has' if len(originals) == 1 else 'have'} {noun} again."
    if typed in others:
        return f"“{name}” and “{typed}” are merged into one class."
    return f"“{name}” is renamed to “{typed}”. No file is changed."


def excluded_text(originals: Sequence[str], rename: Pairs) -> str:
    """Return the excluded classes, empty if there are none."""
    excluded = originals_by_name(originals, rename).get("", [])
    return f"Excluded: {_listed(excluded)}" if excluded else ""


def _update(changes: Mapping[str, str], originals: Sequence[str], rename: Pairs) -> Pairs:
    new = {**dict(rename), **changes}
    return tuple((old, new[old]) for old in originals if new.get(old, old) != old)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"“{name}”" for name in names)


def _label(name: str) -> QLabel:
    label = QLabel()
    label.setObjectName(name)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label


def _line(label: QLabel, button: QPushButton) -> QWidget:
    """Return a row of a text and the button that reverts it, hidden at first."""
    line = QWidget()
    row = row_layout(line, spacing=12)
    row.addWidget(label, 1)
    row.addWidget(button)
    line.hide()
    return line
