"""The context menu of samples: fix them, open the image, copy it, draw on it."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from studio.formatting import count
from studio.ui.icons import icon
from studio.ui.mistakes.fixes.controller import FixesController
from studio.ui.mistakes.fixes.relabel_menu import RelabelMenu
from studio.ui.mistakes.fixes.sample_actions import SampleActions
from studio.ui.shared.desktop import open_path
from studio.ui.shared.shortcuts import key_text
from studio.ui.widgets.image_conversion import to_qimage

if TYPE_CHECKING:
    from studio.insight import Evaluation


class SampleMenu(QMenu):
    """Acts on the selected samples; what needs an image acts on the current one.

    `failed` carries the reason why nothing was opened, `draw_wanted` an image uint8 [C, H, W].
    """

    failed = Signal(str)
    draw_wanted = Signal(object)

    def __init__(
        self, position: int, actions: SampleActions, fixes: FixesController, parent: QWidget
    ) -> None:
        """`position` is the current sample, one of those selected."""
        super().__init__(parent)
        self.setObjectName("sample_menu")
        self.setAccessibleName("Sample")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        evaluation = fixes.evaluation
        assert evaluation is not None
        self._evaluation, self._position = evaluation, position
        self._actions, self._fixes = actions, fixes
        self._positions = actions.positions() or [position]
        if len(self._positions) > 1:
            self.addSection(count(len(self._positions), "sample"))
        self._add_fixes()
        self.addSeparator()
        if len(self._positions) == 1:
            self._add_files(evaluation)
        self._add("copy", "Copy name", self._copy_names)

    def _add_fixes(self) -> None:
        actions = self._actions
        fixes = [self._fixes.fix(position) for position in self._positions]
        labels = {actions.label_of(position) for position in self._positions}
        classes = range(len(self._evaluation.class_names))
        current = labels.pop() if len(labels) == 1 else ""
        relabel = RelabelMenu(self._evaluation.class_names, classes, current, self)
        relabel.chosen.connect(actions.relabel)
        excluded, ambiguous = all(f.excluded for f in fixes), all(f.ambiguous for f in fixes)
        added = [
            self.addMenu(relabel),
            self._add(
                "close",
                "Include again" if excluded else "Exclude",
                actions.toggle_excluded,
                "exclude_sample",
            ),
            self._add(
                "info",
                "Not ambiguous" if ambiguous else "Mark as ambiguous",
                actions.toggle_ambiguous,
                "ambiguous_sample",
            ),
            self._add("plus", "Tag…", actions.ask_tag, "tag_sample"),
            *self._add_tag_removal(sorted({tag for fix in fixes for tag in fix.tags})),
            self._add("pen", "Note…", actions.ask_note),
        ]
        if any(fixes):
            added.append(self._add("undo", "Remove all changes", actions.reset))
        for action in added:
            action.setEnabled(self._fixes.is_ready)

    def _add_tag_removal(self, tags: list[str]) -> list[QAction]:
        if not tags:
            return []
        menu = QMenu("Remove tag", self)
        menu.setObjectName("remove_tag_menu")
        for tag in tags:
            menu.addAction(tag.replace("&", "&&")).setData(tag)
        menu.triggered.connect(self._remove_tag)
        return [self.addMenu(menu)]

    def _add_files(self, evaluation: "Evaluation") -> None:
        image, source = evaluation.image_path(self._position), evaluation.source
        if image is not None:
            self._add("image", "Open image", self._open_image)
        if source is not None:
            self._add("folder", "Show in folder", self._open_folder)
        self._add("copy", "Copy image", self._copy_image)
        self._add("draw", "Send to Draw", self._send_to_draw)

    def _add(
        self, icon_name: str, text: str, slot: Callable[[], object], shortcut: str = ""
    ) -> QAction:
        keys = f"\t{key_text(shortcut)}" if shortcut else ""
        action = self.addAction(icon(icon_name), text + keys)
        action.triggered.connect(slot)
        return action

    def _remove_tag(self, action: QAction) -> None:
        self._fixes.set_tag(self._positions, action.data(), tagged=False)

    def _open_image(self) -> None:
        self._open(self._evaluation.image_path(self._position))

    def _open_folder(self) -> None:
        source = self._evaluation.image_path(self._position) or self._evaluation.source
        self._open(source.parent if source else None)

    def _open(self, path: Path | None) -> None:
        problem = open_path(path) if path else ""
        if problem:
            self.failed.emit(problem)

    def _copy_image(self) -> None:
        image = to_qimage(self._evaluation.images[self._position])
        QGuiApplication.clipboard().setImage(image)

    def _copy_names(self) -> None:
        names = [self._evaluation.sample_name(position) for position in self._positions]
        QGuiApplication.clipboard().setText("\n".join(names))

    def _send_to_draw(self) -> None:
        self.draw_wanted.emit(self._evaluation.images[self._position])
