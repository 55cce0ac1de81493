"""The sections of the form, and the rules by which one section follows another."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from studio.config import DataConfig, TrainConfig
from studio.data.dataset_shape import DatasetShape, shape_from_config
from studio.data.datasets import FOLDER
from studio.errors import ConfigError
from studio.recipes import Recipe
from studio.training.forecast.split_sizes import split_sizes
from studio.ui.context import StudioContext
from studio.ui.shared.builders import column_layout, label
from studio.ui.train.augment.augment_section import AugmentSection
from studio.ui.train.data.dataset_section import DatasetSection
from studio.ui.train.data.preview import Preview
from studio.ui.train.data.split_section import SplitSection
from studio.ui.train.form.change_marks import ChangeMarks
from studio.ui.train.form.config_form import (
    SHOWN_AT,
    color_for,
    data_values,
    error_text,
    form_values,
    read_data,
    read_form,
)
from studio.ui.train.form.form_filter import FormFilter
from studio.ui.train.form.recipe_changes import (
    BACKBONE,
    SOURCE,
    VARIANT,
    reset_all_values,
    reset_values,
    settings_without_field,
)
from studio.ui.train.form.settings_history import SettingsHistory
from studio.ui.train.form.undo_keys import UndoKeys
from studio.ui.train.learning_section import LearningSection
from studio.ui.train.network.network_section import NetworkSection


@dataclass(frozen=True)
class FormState:
    """The recipe, the values of the fields, and the changed settings that have no field."""

    recipe: Recipe
    values: Mapping[str, Any]
    without_field: Mapping[str, Any]

    @property
    def title(self) -> str:
        """The title of the recipe."""
        return self.recipe.title


class SetupForm(QWidget):
    """Shows a recipe in its fields and reads them back as a TrainConfig.

    `edited` follows every edit, also one that makes no valid configuration. `dataset_chosen` is
    emitted when another dataset is chosen, `dataset_edited` when its preparation is changed.
    `changes_replaced` carries the FormState whose changes were reset. `error_shown` carries the
    field that was marked.
    """

    edited = Signal()
    dataset_chosen = Signal()
    dataset_edited = Signal()
    changes_replaced = Signal(object)
    error_shown = Signal(object)
    failed = Signal(object, str)

    def __init__(self, context: StudioContext, recipe: Recipe) -> None:
        super().__init__()
        self.recipe = recipe
        self._without_field: dict[str, Any] = {}
        self._folder_shape: DatasetShape | None = None
        self.history: SettingsHistory[FormState] = SettingsHistory()
        # The setting that the user is editing; empty for a larger change, None for no change.
        self._edit: str | None = None
        self.network = NetworkSection(context)
        self.dataset = DatasetSection(context)
        self.split = SplitSection()
        self.augment = AugmentSection()
        self.learning = LearningSection()
        self._sections = (self.network, self.dataset, self.split, self.augment, self.learning)
        self.marks = ChangeMarks(self._sections, self)
        self._filter = FormFilter(self._sections, self)
        self._nothing_found = label("muted", name="settings_search_empty")
        self._nothing_found.setWordWrap(True)
        self._nothing_found.hide()
        column = column_layout(self, spacing=16)
        column.addWidget(self._nothing_found)
        for section in self._sections:
            column.addWidget(section)
            section.changed.connect(self._on_edited)
        UndoKeys(self)
        self.marks.reset_wanted.connect(self.reset)
        self.marks.button.clicked.connect(self.reset_all)
        self.network.channels_changed.connect(self._set_channels)
        self.network.backbone.failed.connect(self.failed)
        self.dataset.download.downloaded.connect(self.dataset_chosen)
        self.dataset.download.failed.connect(self.failed)

    # Search

    def search(self, query: str) -> int:
        """Show only the fields that contain every word of `query`, and return their number."""
        self._filter.search(query)
        is_empty = bool(query.strip()) and not self._filter.found
        self._nothing_found.setText(f"No setting contains “{query.strip()}”. Esc shows all.")
        self._nothing_found.setVisible(is_empty)
        return len(self._filter.found)

    def focus_found(self) -> None:
        """Give the keyboard to the first field that was found."""
        self._filter.focus_first()

    # Read the form

    def values(self) -> dict[str, Any]:
        """Return the values of the fields by dotted setting."""
        return {name: v for section in self._sections for name, v in section.values().items()}

    def state(self) -> FormState:
        """Return all that is in the form, also if it makes no valid configuration."""
        return FormState(self.recipe, self.values(), dict(self._without_field))

    def config(self) -> TrainConfig:
        """Return the configuration. Raises ConfigError naming a setting."""
        config = read_form(self.recipe.config, self.values(), self._folder_shape)
        return config.with_values(self._without_field) if self._without_field else config

    def valid_config(self) -> TrainConfig | None:
        """Return the configuration; None if it has a wrong field, which is not marked."""
        try:
            return self.config()
        except ConfigError:
            return None

    def dataset_config(self) -> DataConfig:
        """Return the dataset with its preparation, without label fixes.

        Raises ConfigError naming a setting.
        """
        hidden = {n: v for n, v in self._without_field.items() if n.startswith("data.")}
        return read_data(self.recipe.config, self.values() | hidden | {"data.overlay": ""})

    def dataset_shape(self) -> DatasetShape | None:
        """Return the shape of the dataset; None for a folder that has not been read."""
        try:
            return shape_from_config(self.dataset_config()) or self._folder_shape
        except ConfigError:
            return None

    def check(self) -> TrainConfig | None:
        """Return the configuration, or mark the first wrong field and return None."""
        try:
            config = self.config()
        except ConfigError as error:
            self.show_error(error)
            return None
        for section in self._sections:
            section.show_error("", "")
        self.network.show_network(config.model)
        self.learning.show_schedule(config, self._count_train_samples())
        self.learning.show_storage(config)
        return config

    def _count_train_samples(self) -> int | None:
        shape = self.dataset_shape()
        return split_sizes(self.dataset_config(), shape).train if shape else None

    # Fill the form

    def show_recipe(self, recipe: Recipe) -> None:
        """Show a recipe in place of what is in the form."""
        self._edit = ""
        self.recipe, self._without_field = recipe, {}
        self._show_values(recipe.config)

    def adopt(self, recipe: Recipe) -> None:
        """Keep the settings, as changes of another recipe if they differ from it."""
        self._edit = ""
        config = self.valid_config()
        if config is not None:
            self._without_field = settings_without_field(recipe.config, config, self.values())
        self.recipe = recipe
        self._finish_edit()

    def show_config(self, config: TrainConfig) -> None:
        """Show the settings of a run under the present recipe."""
        self._edit = ""
        self._without_field = settings_without_field(self.recipe.config, config, self.values())
        self._show_values(config)

    def restore(self, state: FormState, *, is_undo: bool = False) -> None:
        """Show what was in the form before, as an edit that can be undone or as an undo."""
        self._edit = None if is_undo else ""
        self.recipe, self._without_field = state.recipe, dict(state.without_field)
        self.augment.set_source(self.dataset.source, self.recipe.config.augment)
        self._write(state.values)

    def reset(self, setting: str) -> None:
        """Set a field, and the fields that follow it, back to the recipe."""
        self._edit = ""
        self._drop_hidden_settings(setting)
        recipe, channels = self.recipe.config, self.network.backbone.channels
        self._write(reset_values(recipe, self.values(), setting, channels))
        if setting in (VARIANT, BACKBONE):
            self._set_channels(self.network.backbone.channels)
            self._finish_edit()

    def reset_all(self) -> None:
        """Set every field back to the recipe."""
        if self.marks.names:
            before = self.state()
            self._edit = ""
            self._without_field = {}
            self._write(reset_all_values(self.recipe.config, self.values()))
            self.changes_replaced.emit(before)

    def show_preview(self, preview: Preview) -> None:
        """Show the samples of the chosen dataset; the network takes over its shape."""
        with self._filter.suspended():
            self._folder_shape = preview.shape if preview.source == FOLDER else None
            self.dataset.show_preview(preview)
            self.split.show_preview(preview)
            self.augment.set_batch(preview.batch)
            self._finish_edit()

    def show_error(self, error: ConfigError) -> None:
        """Mark the field that `error` names and say below it what is wrong."""
        setting = SHOWN_AT.get(error.field, error.field)
        for section in self._sections:
            field = section.show_error(setting, error_text(error))
            if field is not None:
                self.error_shown.emit(field)

    # The rules between the sections

    def _on_edited(self, setting: str) -> None:
        with self._filter.suspended():
            self._follow_edit(setting)

    def _follow_edit(self, setting: str) -> None:
        self._edit = setting
        self._drop_hidden_settings(setting)
        if setting == SOURCE:
            self.split.set_values(data_values(self.recipe.config, self.dataset.source))
            self._set_channels(self.network.backbone.channels)
            self._load_dataset()
        elif setting.startswith("data."):
            self.split.refresh()
            self.dataset_edited.emit()
        self.augment.refresh()
        self._finish_edit()

    def _write(self, values: Mapping[str, Any]) -> None:
        """Fill fields, and let the other sections follow as after an edit by hand."""
        with self._filter.suspended():
            chosen = self.dataset.values()
            for section in self._sections:
                section.set_values(values)
            if self.dataset.values() != chosen:
                self._load_dataset()
            elif any(name.startswith("data.") for name in values):
                self.split.refresh()
                self.dataset_edited.emit()
            self.augment.refresh()
            self._finish_edit()

    def _show_values(self, config: TrainConfig) -> None:
        with self._filter.suspended():
            values = form_values(config)
            for section in self._sections:
                section.set_values(values)
            self._load_dataset()
            self._finish_edit()

    def _finish_edit(self) -> None:
        self.learning.refresh()
        recipe, channels = self.recipe.config, self.network.backbone.channels
        self.marks.show(recipe, self.values(), self.split.given, channels, self._without_field)
        edit, self._edit = self._edit, None
        if edit is None:
            self.history.amend(self.state())
        else:
            self.history.record(self.state(), edit)
        self.edited.emit()

    def _load_dataset(self) -> None:
        self._folder_shape = None
        self.dataset.refresh()
        self.split.show_source(self.dataset.source)
        self.augment.set_source(self.dataset.source, self.recipe.config.augment)
        self.augment.set_batch(None)
        self.dataset_chosen.emit()

    def _drop_hidden_settings(self, setting: str) -> None:
        """Another dataset or network does not have the hidden settings of the one before."""
        section = {SOURCE: "data.", VARIANT: "model.", BACKBONE: "model."}.get(setting)
        if section:
            kept = {n: v for n, v in self._without_field.items() if not n.startswith(section)}
            self._without_field = kept

    def _set_channels(self, channels: int) -> None:
        """Convert the images to the channels of a backbone; 0 restores the recipe's setting."""
        source, color = self.dataset.source, self.values()["data.color"]
        plain = data_values(self.recipe.config, source)["data.color"]
        wanted = color_for(channels, source, color) if channels else plain
        if wanted != color:
            self.split.set_values({"data.color": wanted})
            self.split.refresh()
            self.dataset_edited.emit()
