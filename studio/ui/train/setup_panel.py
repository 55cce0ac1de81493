"""The left column: everything that decides a training, and the button that starts it."""

from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from studio.config import DataConfig, TrainConfig
from studio.data.shapes import SetShape, shape_of, title_of
from studio.data.sources import FOLDER
from studio.errors import ConfigError
from studio.models import VARIANTS
from studio.recipes import Recipe, list_recipes
from studio.ui.context import StudioContext
from studio.ui.icons import icon
from studio.ui.train.data.augment_section import AugmentSection
from studio.ui.train.data.data_section import DataSection
from studio.ui.train.data.preview import Preview
from studio.ui.train.data.split_section import SplitSection
from studio.ui.train.form import (
    complaint,
    data_values,
    field_to_mark,
    form_values,
    read_data,
    read_form,
)
from studio.ui.train.learning_section import LearningSection
from studio.ui.train.network.backbones import color_for
from studio.ui.train.network.network_section import NetworkSection
from studio.ui.train.section import FormSection
from studio.ui.widgets import palette
from studio.ui.widgets.card_list import Card, CardList
from studio.ui.widgets.field import Field

WIDTH = 380
OWN_RECIPE = "my-pictures"
_MARGIN = 20


class SetupPanel(QFrame):
    """Recipe cards and the form; `edited` follows every valid or invalid edit."""

    edited = Signal()
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
        self._own_shape: SetShape | None = None
        self._marked: Field | None = None
        # The error line takes its room first.
        self._reveal = QTimer(self, singleShot=True, interval=0)
        self._reveal.timeout.connect(self._show_marked)
        self.network = NetworkSection(context)
        self.data = DataSection(context)
        self.split = SplitSection()
        self.augment = AugmentSection()
        self.learning = LearningSection()
        self._cards = self._recipe_list()
        self._form = QWidget()
        self._fields = QVBoxLayout(self._form)
        self._scroll = QScrollArea()
        self._train = self._train_button()
        self._lay_out()
        self._connect()

    def recipe_ids(self) -> list[str]:
        """Ids of the recipe cards, in their order."""
        return [recipe.id for recipe in self._recipes]

    def choose(self, recipe_id: str) -> None:
        """Pick a recipe's card; the form takes its values."""
        row = self.recipe_ids().index(recipe_id)
        if self._cards.currentIndex().row() == row:
            self._take_recipe(row)
        else:
            self._cards.choose(row)

    def show_config(self, config: TrainConfig) -> None:
        """Show a run's own settings, with its recipe's card chosen if there is one."""
        if config.recipe in self.recipe_ids():
            self.choose(config.recipe)
        self._show_values(config)
        self.edited.emit()

    def show_set(self, path: str) -> None:
        """Learn from own pictures: a folder, an archive or a list of labels."""
        if self.data.source != FOLDER:
            self.choose(OWN_RECIPE)
        self.data.choose(path)

    def config(self) -> TrainConfig:
        """The configuration the form describes. Raises ConfigError naming a setting."""
        return read_form(self.recipe.config, self._values(), self._own_shape)

    def data_config(self) -> DataConfig:
        """The data the form describes. Raises ConfigError naming a setting."""
        return read_data(self.recipe.config, self._values())

    def shape(self, config: DataConfig) -> SetShape | None:
        """What is known of the set's shape; None for own pictures that have not been read."""
        return shape_of(config) or self._own_shape

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
        self.edited.emit()

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

    def _values(self) -> dict[str, Any]:
        return {name: v for part in self._sections() for name, v in part.values().items()}

    def _clear_errors(self) -> None:
        for part in self._sections():
            part.show_error("", "")

    def _recipe_list(self) -> CardList:
        cards = CardList()
        cards.setObjectName("recipe_list")
        cards.setAccessibleName("Recipes")
        cards.setToolTip("Ready-made trainings: choose one, then change what you like")
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
        form.addLayout(self._recipe_part())
        for part in self._sections():
            form.addWidget(part)
        form.addStretch(1)
        self._form.setProperty("clear", True)
        self._scroll.setWidget(self._form)
        self._scroll.setWidgetResizable(True)
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

    def _recipe_part(self) -> QVBoxLayout:
        heading = QLabel("Recipe")
        heading.setProperty("role", "heading")
        self._close = QPushButton(icon("close"), "")
        self._close.setObjectName("setup_close")
        self._close.setProperty("kind", "quiet")
        self._close.setAccessibleName("Close the form")
        self._close.setToolTip("Close the form")
        self._close.hide()
        head = QHBoxLayout()
        head.addWidget(heading, 1)
        head.addWidget(self._close)
        part = QVBoxLayout()
        part.setSpacing(8)
        part.addLayout(head)
        part.addWidget(self._cards)
        return part

    def _align_right_edge(self, _low: int, high: int) -> None:
        """Let the fields end where the button below them ends, with a scroll bar or without."""
        bar = self._scroll.verticalScrollBar().sizeHint().width() if high else 0
        self._fields.setContentsMargins(_MARGIN, 16, _MARGIN - bar, 16)

    def _connect(self) -> None:
        self._cards.chosen.connect(self._take_recipe)
        self._train.clicked.connect(self.train_wanted)
        self._close.clicked.connect(self.close_wanted)
        self.data.downloaded.connect(self.data_wanted)
        self.network.channels_wanted.connect(self._take_channels)
        for part in self._sections():
            part.changed.connect(self._on_edited)

    def _take_recipe(self, row: int) -> None:
        self.recipe = self._recipes[row]
        self._show_values(self.recipe.config)
        self.recipe_chosen.emit(self.recipe.id)
        self.edited.emit()

    def _show_values(self, config: TrainConfig) -> None:
        values = form_values(config)
        for part in self._sections():
            part.set_values(values)
        self._take_source()

    def _on_edited(self, setting: str) -> None:
        if setting == "data.source":
            self.split.set_values(data_values(self.recipe.config, self.data.source))
            self._take_channels(self.network.backbone.channels)
            self._take_source()
        elif setting.startswith("data."):
            self.split.refresh()
            self.data_edited.emit(setting)
        self.augment.refresh()
        self.edited.emit()

    def _take_channels(self, channels: int) -> None:
        """Bring the pictures to what a backbone learned from, or back to what the recipe says."""
        values = self._values()
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
        painter, colors = QPainter(self), palette.current()
        painter.fillRect(self.rect(), QColor(colors.surface))
        painter.fillRect(self.width() - 1, 0, 1, self.height(), QColor(colors.border))


def _card(recipe: Recipe) -> Card:
    config = recipe.config
    data, variant = title_of(config.data), VARIANTS[config.model.variant]
    number, unit = config.length
    tip = f"{recipe.summary}\n{variant.title} on {data}. Source: {recipe.source}."
    return Card(recipe.title, recipe.summary, f"{data} · {number:,} {unit}", tip)
