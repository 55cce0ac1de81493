"""Marks what was changed in the form, and offers to reset it."""

from collections.abc import Container, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QPushButton

from studio.config import TrainConfig, setting_label
from studio.ui.train.form.config_form import Values
from studio.ui.train.form.recipe_changes import EPOCHS, STEPS, changed_settings, recipe_values
from studio.ui.train.form.section import FormSection


class ChangeMarks(QObject):
    """A mark at each changed field, and `button` with their count, which resets all.

    `reset_wanted` brings the setting whose own reset button was clicked.
    """

    reset_wanted = Signal(str)

    def __init__(self, sections: Sequence[FormSection], parent: QObject) -> None:
        super().__init__(parent)
        self._sections = sections
        self.names: tuple[str, ...] = ()
        self.button = QPushButton()
        self.button.setObjectName("reset_all_button")
        self.button.setProperty("kind", "link")
        self.button.setAccessibleName("Reset all")
        self.button.setToolTip("Set every field back to the recipe")
        policy = self.button.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # nothing moves at the first change
        self.button.setSizePolicy(policy)
        self.button.hide()
        for section in sections:
            section.reset_wanted.connect(self.reset_wanted)

    def show(
        self,
        recipe: TrainConfig,
        values: Values,
        given: Container[str],
        channels: int,
        unshown: Mapping[str, Any],
    ) -> None:
        """Mark where `values` differ from `recipe`; `unshown` are changes without a field.

        `given` and `channels` are as for `changed_settings`.
        """
        changed = changed_settings(recipe, values, given, channels)
        originals = recipe_values(recipe, values, channels)
        originals |= dict.fromkeys((EPOCHS, STEPS), "{:,} {}".format(*recipe.length))
        for section in self._sections:
            section.show_changes({name: originals[name] for name in changed})
        self.names = tuple(map(setting_label, (*changed, *unshown)))
        self._show_count(len(self.names))

    def _show_count(self, count: int) -> None:
        words = f"{count} change{'s' * (count != 1)}"
        self.button.setText(f"{words} · Reset all")
        self.button.setAccessibleName(f"{words}: reset all")
        self.button.setVisible(count > 0)
