"""The left column: everything that decides a training, and the button that starts it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from studio.config import DataConfig, TrainConfig
from studio.data.dataset_shape import DatasetShape, dataset_title, shape_from_config
from studio.data.datasets import FOLDER
from studio.errors import ConfigError
from studio.models import VARIANTS, summarize
from studio.recipes import Recipe, list_recipes
from studio.ui.context import StudioContext
from studio.ui.icons import icon
from studio.ui.train.augment.augment_section import AugmentSection
from studio.ui.train.data.dataset_section import DatasetSection
from studio.ui.train.data.preview import Preview
from studio.ui.train.data.split_section import SplitSection
from studio.ui.train.form.change_marks import ChangeMarks
from studio.ui.train.form.config_form import (
    complaint,
    data_values,
    field_to_mark,
    form_values,
    read_data,
    read_form,
)
from studio.ui.train.form.recipe_changes import (
    BACKBONE,
    SOURCE,
    VARIANT,
    reset_all_values,
    reset_values,
    settings_without_field,
)
from studio.ui.train.form.section import FormSection
from studio.ui.train.learning_section import LearningSection
from studio.ui.train.network.backbones import color_for
from studio.ui.train.network.network_section import NetworkSection
from studio.ui.train.plan_text import plan_text
from studio.ui.train.words import count
from studio.ui.widgets import theme_colors
from studio.ui.widgets.card_list import Card, CardList
from studio.ui.widgets.collapsible_section import CollapsibleSection
from studio.ui.widgets.form_field import FormField
from studio.ui.widgets.tooltip import wrap_tooltip

WIDTH = 380
OWN_RECIPE = "my-pictures"
_MARGIN = 20
_RECIPES_TIP = "Ready-made trainings: choose one, then change what you like"


@dataclass(frozen=True)
class FormState:
    """A chosen recipe, the values of the fields, and changed settings that have no field."""

    recipe: Recipe
    values: Mapping[str, Any]
    unshown: Mapping[str, Any]


class SetupPanel(QFrame):
    """Recipe cards and the form; `edited` follows every valid or invalid edit.

    `replaced` brings the FormState whose changes were replaced by those of a recipe.
    """

    edited = Signal()
    replaced = Signal(object)
    recipe_chosen = Signal(str)
    data_wanted = Signal()
    data_edited = Signal(str)
    train_wanted = Signal()
    close_wanted = Signal()

    def __init__(self, context: StudioContext) -> None:
        super().__init__()
        self.setObjectName("setup_panel")
        self.setFixedWidth(WIDTH)
        self._recipes = list_recipes()
        self.recipe = self._recipes[0]
        self._own_shape: DatasetShape | None = None
        self._marked: FormField | None = None
        # The error line takes its room first.
        self._reveal = QTimer(self, singleShot=True, interval=0)
        self._reveal.timeout.connect(self._show_marked)
        self._unshown: dict[str, Any] = {}  # changed settings that have no field
        self.network = NetworkSection(context)
        self.data = DatasetSection(context)
        self.split = SplitSection()
        self.augment = AugmentSection()
        self.learning = LearningSection()
        self._marks = ChangeMarks(tuple(self._sections()), self)
        self._cards = self._recipe_list()
        self._recipe_fold = self._recipe_section()
        self._form = QWidget()
        self._fields = QVBoxLayout(self._form)
        self._scroll = QScrollArea()
        self._train = self._train_button()
        self._lay_out()
        self._connect()

    def recipe_ids(self) -> list[str]:
        """Ids of the recipe cards, in their order."""
        return [recipe.id for recipe in self._recipes]

    def recipes(self) -> dict[str, Recipe]:
        """The recipes by id, in the order of their cards."""
        return {recipe.id: recipe for recipe in self._recipes}

    def choose(self, recipe_id: str) -> None:
        """Pick a recipe's card; the form takes its values."""
        row = self.recipe_ids().index(recipe_id)
        if self._cards.currentIndex().row() == row:
            self._take_recipe(row)
        else:
            self._cards.select_card(row)

    def show_config(self, config: TrainConfig) -> None:
        """Show a run's own settings, with its recipe's card chosen if there is one."""
        if config.recipe in self.recipe_ids():
            self.choose(config.recipe)
        self._unshown = settings_without_field(self.recipe.config, config)
        self._show_values(config)
        self._finish_edit()

    def describe(self) -> tuple[str, str]:
        """Title and summary of what the form describes."""
        return plan_text(self.recipe, self.values(), self._marks.names)

    def reset(self, setting: str) -> None:
        """Set a field back to the recipe, with the fields that follow it."""
        self._drop_unshown(setting)
        recipe, channels = self.recipe.config, self.network.backbone.channels
        self._write(reset_values(recipe, self.values(), setting, channels))
        if setting in (VARIANT, BACKBONE):
            self._take_channels(self.network.backbone.channels)
            self._finish_edit()

    def reset_all(self) -> None:
        """Set every field back to the recipe."""
        if self._marks.names:
            before = self.state()
            self._unshown = {}
            self._write(reset_all_values(self.recipe.config, self.values()))
            self.replaced.emit(before)

    def state(self) -> FormState:
        """All that is in the form, also what describes no possible training."""
        return FormState(self.recipe, self.values(), dict(self._unshown))

    def recall(self, state: FormState) -> None:
        """Show what was in the form, without a word about the recipe being chosen."""
        with QSignalBlocker(self._cards):
            self._cards.select_card(self._recipes.index(state.recipe))
        self.recipe, self._unshown = state.recipe, dict(state.unshown)
        self.augment.set_source(self.data.source, self.recipe.config.augment)
        self._write(state.values)

    def show_set(self, path: str) -> None:
        """Learn from own pictures: a folder, an archive or a list of labels."""
        if self.data.source != FOLDER:
            self.choose(OWN_RECIPE)
        self.data.choose(path)

    def config(self) -> TrainConfig:
        """The configuration the form describes. Raises ConfigError naming a setting."""
        config = read_form(self.recipe.config, self.values(), self._own_shape)
        return config.with_values(self._unshown) if self._unshown else config

    def data_config(self) -> DataConfig:
        """The data the form describes. Raises ConfigError naming a setting."""
        unshown = {n: v for n, v in self._unshown.items() if n.startswith("data.")}
        return read_data(self.recipe.config, self.values() | unshown)

    def shape(self, config: DataConfig) -> DatasetShape | None:
        """What is known of the set's shape; None for own pictures that have not been read."""
        return shape_from_config(config) or self._own_shape

    def known_shape(self) -> DatasetShape | None:
        """The shape of the dataset that the form describes, as far as it is known."""
        try:
            return self.shape(self.data_config())
        except ConfigError:
            return None

    def check(self) -> TrainConfig | None:
        """The configuration, or None after marking the field that is wrong."""
        try:
            config = self.config()
        except ConfigError as error:
            self.show_error(error)
            return None
        self._clear_errors()
        self.network.show_network(config.model)
        self.learning.show_schedule(config.optim)
        return config

    def show_error(self, error: ConfigError) -> None:
        """Mark the field the error names and say under it what is wrong."""
        setting = field_to_mark(error.field)
        self.network.open_for(setting)
        self.learning.open_for(setting)
        self.split.open_for(setting)
        for part in self._sections():
            field = part.show_error(setting, complaint(error))
            if field is not None:
                self._marked = field
                self._reveal.start()

    def _show_marked(self) -> None:
        """Scroll to the field that is wrong, together with what mends it, if both fit."""
        if self._marked is None:
            return
        remedy = self.data.remedy(self._marked)
        if remedy is not None:
            self._scroll.ensureWidgetVisible(remedy)
        self._scroll.ensureWidgetVisible(self._marked)

    def show_preview(self, preview: Preview) -> None:
        """Show pictures of the chosen data set; the network takes its shape."""
        self._own_shape = preview.shape if preview.source == FOLDER else None
        self.data.show_preview(preview)
        self.split.show_preview(preview)
        self.augment.set_batch(preview.batch)
        self._finish_edit()

    def set_locked(self, locked: bool) -> None:
        """Keep the form readable but fixed while a training runs."""
        self._form.setEnabled(not locked)
        self._train.setEnabled(not locked)
        self._train.setText("Training" if locked else "Train")

    def set_folded(self, folded: bool) -> None:
        """Offer a button that closes the drawer this form then lies in."""
        self._close.setVisible(folded)

    def _sections(self) -> Iterator[FormSection]:
        yield from (self.network, self.data, self.split, self.augment, self.learning)

    def values(self) -> dict[str, Any]:
        """What the fields say, by dotted setting."""
        return {name: v for part in self._sections() for name, v in part.values().items()}

    def _clear_errors(self) -> None:
        for part in self._sections():
            part.show_error("", "")

    def _recipe_list(self) -> CardList:
        cards = CardList(("Parameters", "Length"))
        cards.setObjectName("recipe_list")
        cards.setAccessibleName("Recipes")
        cards.setAccessibleDescription(_RECIPES_TIP)
        cards.set_cards([_card(recipe) for recipe in self._recipes])
        return cards

    def _train_button(self) -> QPushButton:
        button = QPushButton("Train")
        button.setObjectName("train_button")
        button.setProperty("kind", "primary")
        button.setAccessibleName("Train")
        button.setToolTip("Start training with these settings (Ctrl+T)")
        button.setMinimumHeight(40)
        return button

    def _lay_out(self) -> None:
        form = self._fields
        form.setContentsMargins(_MARGIN, 16, _MARGIN, 16)
        form.setSpacing(16)
        form.addWidget(self._recipe_fold)
        for part in self._sections():
            form.addWidget(part)
        form.addStretch(1)
        self._form.setProperty("clear", True)
        self._scroll.setWidget(self._form)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the fields in it are reached by Tab
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.verticalScrollBar().rangeChanged.connect(self._align_right_edge)
        foot = QVBoxLayout()
        foot.setContentsMargins(_MARGIN, 12, _MARGIN, _MARGIN)
        foot.addWidget(self._train)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._scroll, 1)
        column.addLayout(foot)

    def _recipe_section(self) -> CollapsibleSection:
        section = CollapsibleSection("Recipe", _RECIPES_TIP)
        section.header.setObjectName("recipe_fold")
        section.body.setContentsMargins(0, 0, 0, 0)
        section.body.addWidget(self._cards)
        section.set_expanded(True)
        self._close = QPushButton(icon("close"), "")
        self._close.setObjectName("setup_close")
        self._close.setProperty("kind", "quiet")
        self._close.setAccessibleName("Close the form")
        self._close.setToolTip("Close the form (Ctrl+B)")
        self._close.hide()
        section.head.addWidget(self._marks.button)
        section.head.addWidget(self._close)
        section.header.toggled.connect(self._name_folded_recipe)
        return section

    def _name_folded_recipe(self) -> None:
        """Say which recipe is chosen where the list is folded away."""
        is_open = self._recipe_fold.header.isChecked()
        self._recipe_fold.set_summary("" if is_open else self.recipe.title)

    def _align_right_edge(self, _low: int, high: int) -> None:
        """Let the fields end where the button below them ends, with a scroll bar or without."""
        bar = self._scroll.verticalScrollBar().sizeHint().width() if high else 0
        self._fields.setContentsMargins(_MARGIN, 16, _MARGIN - bar, 16)

    def _connect(self) -> None:
        self._cards.card_selected.connect(self._on_card)
        self._cards.card_activated.connect(self.reset_all)
        self._marks.button.clicked.connect(self.reset_all)
        self._marks.reset_wanted.connect(self.reset)
        self._train.clicked.connect(self.train_wanted)
        self._close.clicked.connect(self.close_wanted)
        self.data.downloaded.connect(self.data_wanted)
        self.network.channels_wanted.connect(self._take_channels)
        for part in self._sections():
            part.changed.connect(self._on_edited)

    def _on_card(self, row: int) -> None:
        before = self.state() if self._marks.names else None
        self._take_recipe(row)
        if before is not None:
            self.replaced.emit(before)

    def _take_recipe(self, row: int) -> None:
        self.recipe, self._unshown = self._recipes[row], {}
        self._show_values(self.recipe.config)
        self.recipe_chosen.emit(self.recipe.id)
        self._finish_edit()

    def _show_values(self, config: TrainConfig) -> None:
        values = form_values(config)
        for part in self._sections():
            part.set_values(values)
        self._take_source()

    def _on_edited(self, setting: str) -> None:
        self._drop_unshown(setting)
        if setting == SOURCE:
            self.split.set_values(data_values(self.recipe.config, self.data.source))
            self._take_channels(self.network.backbone.channels)
            self._take_source()
        elif setting.startswith("data."):
            self.split.refresh()
            self.data_edited.emit(setting)
        self.augment.refresh()
        self._finish_edit()

    def _write(self, values: Mapping[str, Any]) -> None:
        """Fill fields as if a person had: what depends on them follows."""
        chosen = self.data.values()
        for part in self._sections():
            part.set_values(values)
        if self.data.values() != chosen:
            self._take_source()
        elif any(name.startswith("data.") for name in values):
            self.split.refresh()
            self.data_edited.emit("")
        self.augment.refresh()
        self._finish_edit()

    def _finish_edit(self) -> None:
        self._name_folded_recipe()
        recipe, channels = self.recipe.config, self.network.backbone.channels
        self._marks.show(recipe, self.values(), self.split.given, channels, self._unshown)
        self.edited.emit()

    def _drop_unshown(self, setting: str) -> None:
        """Another dataset or network does not have the settings of the one before."""
        section = {SOURCE: "data.", VARIANT: "model.", BACKBONE: "model."}.get(setting)
        if section:
            self._unshown = {n: v for n, v in self._unshown.items() if not n.startswith(section)}

    def _take_channels(self, channels: int) -> None:
        """Bring the pictures to what a backbone learned from, or back to what the recipe says."""
        values = self.values()
        plain = data_values(self.recipe.config, self.data.source)["data.color"]
        source, color = self.data.source, values["data.color"]
        wanted = color_for(channels, source, color) if channels else plain
        if wanted != color:
            self.split.set_values({"data.color": wanted})
            self.split.refresh()
            self.data_edited.emit("data.color")

    def _take_source(self) -> None:
        self._own_shape = None
        self.data.refresh()
        self.split.show_source(self.data.source)
        self.augment.set_source(self.data.source, self.recipe.config.augment)
        self.augment.set_batch(None)
        self.data_wanted.emit()

    # Qt

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, colors = QPainter(self), theme_colors.current()
        painter.fillRect(self.rect(), QColor(colors.surface))
        painter.fillRect(self.width() - 1, 0, 1, self.height(), QColor(colors.border))


def _card(recipe: Recipe) -> Card:
    config = read_form(recipe.config, form_values(recipe.config))
    data, variant = dataset_title(config.data), VARIANTS[config.model.variant]
    number, unit = config.length
    parameters = count(summarize(config.model).parameters)
    text = f"{recipe.summary}\n{variant.title} on {data}, {parameters} parameters."
    tip = f"{text} Source: {recipe.source}."
    return Card(recipe.title, text, (parameters, f"{number:,} {unit}"), wrap_tooltip(tip))
