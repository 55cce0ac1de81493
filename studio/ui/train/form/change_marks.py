"""Mark the changed fields of the form, and offer to reset them."""

from collections.abc import Container, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QObject, Signal

from studio.config import TrainConfig, setting_label
from studio.formatting import count
from studio.ui.shared.builders import text_button
from studio.ui.train.form.config_form import Values
from studio.ui.train.form.recipe_changes import (
    EPOCHS,
    MINUTES,
    STEPS,
    changed_settings,
    recipe_values,
)
from studio.ui.train.form.section import FormSection


class ChangeMarks(QObject):
    """Marks each changed field; `button` shows their number and resets all.

    `names` are the labels of the changed settings. `reset_wanted` carries the setting whose reset
    button was clicked.
    """

    reset_wanted = Signal(str)

    def __init__(self, sections: Sequence[FormSection], parent: QObject) -> None:
        super().__init__(parent)
        self._sections = sections
        self.names: tuple[str, ...] = ()
        tip = "Set every field back to the recipe."
        self.button = text_button("reset_all_button", "Reset all", tooltip=tip)
        self.button.setProperty("kind", "link")
        self.button.hide()
        for section in sections:
            section.reset_wanted.connect(self.reset_wanted)

    def show(
        self,
        recipe: TrainConfig,
        values: Values,
        given: Container[str],
        channels: int,
        without_field: Mapping[str, Any],
    ) -> None:
        """Mark where `values` differ from `recipe`; count changed settings without a field too.

        `given` and `channels` are those of `changed_settings`.
        """
        changed = changed_settings(recipe, values, given, channels)
        originals = recipe_values(recipe, values, channels)
        originals |= dict.fromkeys((EPOCHS, STEPS, MINUTES), recipe.length_text)
        for section in self._sections:
            section.show_changes({name: originals[name] for name in changed})
        self.names = tuple(map(setting_label, (*changed, *without_field)))
        text = count(len(self.names), "change")
        self.button.setText(f"{text} · Reset all")
        self.button.setAccessibleName(f"{text}: reset all")
        self.button.setVisible(bool(self.names))
