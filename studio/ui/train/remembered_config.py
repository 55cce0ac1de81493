"""Remember the configuration of the form between two starts of the program."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, QTimer

from studio.config import TrainConfig
from studio.data.dataset_shape import shape_from_config
from studio.errors import ConfigError
from studio.recipes import DEFAULT_RECIPE, Recipe
from studio.ui.settings import Settings, parse_path
from studio.ui.train.form.config_form import form_values
from studio.ui.window_state import WindowState

KEY = "train/config"  # in the settings
SECTION = "train_form"  # in the state of the window
SAVE_AFTER_MS = 500  # edits often follow each other


class RememberedConfig(QObject):
    """Loads the configuration at the start and saves it a moment after each edit.

    It is saved in the state of the window, in the background, and in the settings at the end; where
    there is no state, in the settings only.
    """

    def __init__(self, settings: Settings, state: WindowState, parent: QObject) -> None:
        super().__init__(parent)
        self._settings, self._state = settings, state
        state.add(SECTION, self._take)
        self._config: TrainConfig | None = None
        self._is_saved = True
        self._timer = QTimer(self, singleShot=True, interval=SAVE_AFTER_MS)
        self._timer.timeout.connect(self.save)

    def recipe_id(self) -> str:
        """Return the id of the recipe of the last session; empty if there is none."""
        value: Any = self._state.read(SECTION, dict, None) or self._settings.read_json(
            KEY, dict, None
        )
        recipe = value.get("recipe") if isinstance(value, dict) else None
        return recipe if isinstance(recipe, str) else ""

    def load(self, recipes: Mapping[str, Recipe]) -> TrainConfig | None:
        """Return the configuration of the last session, None if there is none or it is damaged.

        Single wrong values are replaced by those of the recipe.
        """
        known = {name: recipe.config for name, recipe in recipes.items()}
        value: Any = self._state.read(SECTION, dict, None)
        config = parse_config(value, known)[0] if value else None
        self._config = self._load_settings(known) if config is None else config
        return self._config

    def _load_settings(self, known: Mapping[str, TrainConfig]) -> TrainConfig | None:
        value: Any = self._settings.read_json(KEY, dict, None)
        if value is None:
            return None
        config, is_damaged = parse_config(value, known)
        if is_damaged:
            self._settings.reject(KEY)
        return config

    def save_later(self, config: TrainConfig) -> None:
        """Save `config` unless another one follows within a moment."""
        if config != self._config:
            self._config, self._is_saved = config, False
            if self._state.is_open:
                self._state.mark_changed(SECTION)
            else:
                self._timer.start()

    def save(self) -> None:
        """Save the latest configuration in the settings now."""
        self._timer.stop()
        if self._config is not None and not self._is_saved:
            self._settings.write_json(KEY, self._config.to_dict())
            self._is_saved = True

    def _take(self) -> dict[str, Any]:
        return self._config.to_dict() if self._config is not None else {}


def parse_config(
    value: Mapping[str, Any], recipes: Mapping[str, TrainConfig]
) -> tuple[TrainConfig | None, bool]:
    """Return the configuration in a JSON value, and whether any of it was wrong.

    A value that the form cannot show is replaced by that of the recipe. Where that is not among
    `recipes`, such as one that was deleted, the default takes its place; a value without sections
    is then no configuration.
    """
    recipe = value.get("recipe")
    if not isinstance(recipe, str):
        return None, True
    if recipe not in recipes:
        if not {"model", "data", "optim"} <= value.keys():
            return None, True
        recipe = DEFAULT_RECIPE
        value = {**value, "recipe": recipe}
    try:
        return _checked(TrainConfig.from_dict(value)), False
    except (ConfigError, ValueError, TypeError):
        return _parse_each(value, recipes[recipe]), True


def _parse_each(value: Mapping[str, Any], config: TrainConfig) -> TrainConfig:
    """Return `config` with every valid setting of `value`."""
    for section, settings in value.items():
        fields = settings if isinstance(settings, dict) else {"": settings}
        for name, setting in fields.items():
            try:
                config = _checked(config.with_values({f"{section}.{name}".strip("."): setting}))
            except (ConfigError, ValueError, TypeError):
                continue
    return config


def _checked(config: TrainConfig) -> TrainConfig:
    """Return `config` if the form can show it. Raises ConfigError or ValueError."""
    form_values(config)
    shape_from_config(config.data)
    if config.data.path:
        parse_path(config.data.path)
    return config
