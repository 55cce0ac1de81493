"""The left column: the recipes, the form, and the button that starts a training."""

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QPushButton, QScrollArea, QVBoxLayout, QWidget

from studio.config import TrainConfig
from studio.data.dataset_shape import dataset_title
from studio.data.datasets import FOLDER
from studio.formatting import short_count
from studio.models import VARIANTS, summarize
from studio.recipes import Recipe, list_recipes
from studio.ui.context import StudioContext
from studio.ui.icons import icon
from studio.ui.shared.builders import column_layout, text_button
from studio.ui.train.form.config_form import form_values, read_form
from studio.ui.train.setup_form import FormState, SetupForm
from studio.ui.widgets import theme_colors
from studio.ui.widgets.card_list import Card, CardList
from studio.ui.widgets.collapsible_section import CollapsibleSection
from studio.ui.widgets.form_field import FormField
from studio.ui.widgets.tooltip import wrap_tooltip

WIDTH = 380
FOLDER_RECIPE = "my-pictures"  # the recipe for a folder of the user
_MARGIN = 20
_RECIPES_TIP = "Ready-made trainings. Choose one, then change the settings below."


class SetupPanel(QFrame):
    """`recipe_list`, `form` and `train_button`; `recipe_chosen` carries the id of a recipe."""

    recipe_chosen = Signal(str)
    train_wanted = Signal()
    close_wanted = Signal()

    def __init__(self, context: StudioContext) -> None:
        super().__init__()
        self.setObjectName("setup_panel")
        self.setFixedWidth(WIDTH)
        self._recipes = list_recipes()
        self.form = SetupForm(context, self._recipes[0])
        self._wrong_field: FormField | None = None
        # Scroll when the error line has its height.
        self._scroll_timer = QTimer(self, singleShot=True, interval=0)
        self._scroll_timer.timeout.connect(self._scroll_to_error)
        self._cards = self._recipe_list()
        self._close = _close_button()
        self._recipe_fold = self._recipe_section()
        self._train = _train_button()
        self._content = QWidget()
        self._column = QVBoxLayout(self._content)
        self._scroll = QScrollArea()
        self._scroll.setObjectName("setup_scroll")
        self._lay_out()
        self._connect()

    def recipes(self) -> dict[str, Recipe]:
        """Return the recipes by id, in the order of their cards."""
        return {recipe.id: recipe for recipe in self._recipes}

    def choose_recipe(self, recipe_id: str) -> None:
        """Select the card of a recipe and show its values. Raises ValueError for an unknown id."""
        row = list(self.recipes()).index(recipe_id)
        if self._cards.currentIndex().row() == row:
            self._show_recipe(row)
        else:
            self._cards.select_card(row)

    def show_config(self, config: TrainConfig) -> None:
        """Show the settings of a run, under its recipe if that is known."""
        if config.recipe in self.recipes():
            self.choose_recipe(config.recipe)
        self.form.show_config(config)

    def restore(self, state: FormState) -> None:
        """Show what was in the form before; `recipe_chosen` is not emitted."""
        with QSignalBlocker(self._cards):
            self._cards.select_card(self._recipes.index(state.recipe))
        self.form.restore(state)

    def choose_dataset(self, path: str) -> None:
        """Choose a folder of images, an archive, or a list of labels as the dataset."""
        if self.form.dataset.source != FOLDER:
            self.choose_recipe(FOLDER_RECIPE)
        self.form.dataset.choose(path)

    def set_locked(self, locked: bool) -> None:
        """Disable the form while a training runs."""
        self._content.setEnabled(not locked)
        self._train.setEnabled(not locked)
        self._train.setText("Training" if locked else "Train")

    def set_folded(self, folded: bool) -> None:
        """Show the close button where the panel is a drawer."""
        self._close.setVisible(folded)

    def _connect(self) -> None:
        self._cards.card_selected.connect(self._on_card_chosen)
        self._cards.card_activated.connect(self.form.reset_all)
        self._train.clicked.connect(self.train_wanted)
        self._close.clicked.connect(self.close_wanted)
        self.form.edited.connect(self._show_folded_recipe)
        self.form.error_shown.connect(self._on_error_shown)

    def _on_card_chosen(self, row: int) -> None:
        before = self.form.state() if self.form.marks.names else None
        self._show_recipe(row)
        if before is not None:
            self.form.changes_replaced.emit(before)

    def _show_recipe(self, row: int) -> None:
        recipe = self._recipes[row]
        self.form.show_recipe(recipe)
        self.recipe_chosen.emit(recipe.id)

    def _show_folded_recipe(self) -> None:
        """Show the chosen recipe in the header while the list is folded."""
        is_open = self._recipe_fold.header.isChecked()
        self._recipe_fold.set_summary("" if is_open else self.form.recipe.title)

    def _on_error_shown(self, field: FormField) -> None:
        self._wrong_field = field
        self._scroll_timer.start()

    def _scroll_to_error(self) -> None:
        """Scroll to the wrong field, and to the control that solves the error if both fit."""
        if self._wrong_field is None:
            return
        remedy = self.form.dataset.remedy(self._wrong_field)
        if remedy is not None:
            self._scroll.ensureWidgetVisible(remedy)
        self._scroll.ensureWidgetVisible(self._wrong_field)

    def _recipe_list(self) -> CardList:
        cards = CardList(("Parameters", "Length"))
        cards.setObjectName("recipe_list")
        cards.setAccessibleName("Recipes")
        cards.setAccessibleDescription(_RECIPES_TIP)
        cards.set_cards([_card(recipe) for recipe in self._recipes])
        return cards

    def _recipe_section(self) -> CollapsibleSection:
        section = CollapsibleSection("Recipe", _RECIPES_TIP)
        section.header.setObjectName("recipe_fold")
        section.body.setContentsMargins(0, 0, 0, 0)
        section.body.addWidget(self._cards)
        section.set_expanded(True)
        section.head.addWidget(self.form.marks.button)
        section.head.addWidget(self._close)
        section.header.toggled.connect(self._show_folded_recipe)
        return section

    def _lay_out(self) -> None:
        content = self._column
        content.setContentsMargins(_MARGIN, 16, _MARGIN, 16)
        content.setSpacing(16)
        content.addWidget(self._recipe_fold)
        content.addWidget(self.form)
        content.addStretch(1)
        self._content.setProperty("clear", True)
        self._scroll.setWidget(self._content)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the fields in it are reached by Tab
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.verticalScrollBar().rangeChanged.connect(self._align_right_edge)
        foot = QVBoxLayout()
        foot.setContentsMargins(_MARGIN, 12, _MARGIN, _MARGIN)
        foot.addWidget(self._train)
        column = column_layout(self, spacing=0)
        column.addWidget(self._scroll, 1)
        column.addLayout(foot)

    def _align_right_edge(self, _low: int, high: int) -> None:
        """Align the fields with the Train button, with and without a scroll bar."""
        bar = self._scroll.verticalScrollBar().sizeHint().width() if high else 0
        self._column.setContentsMargins(_MARGIN, 16, _MARGIN - bar, 16)

    # Qt

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, colors = QPainter(self), theme_colors.current()
        painter.fillRect(self.rect(), QColor(colors.surface))
        painter.fillRect(self.width() - 1, 0, 1, self.height(), QColor(colors.border))


def _train_button() -> QPushButton:
    tip = "Start a training with these settings (Ctrl+T)"
    button = text_button("train_button", "Train", tooltip=tip)
    button.setProperty("kind", "primary")
    button.setMinimumHeight(40)
    return button


def _close_button() -> QPushButton:
    button = QPushButton(icon("close"), "")
    button.setObjectName("setup_close")
    button.setProperty("kind", "quiet")
    button.setAccessibleName("Close the form")
    button.setToolTip("Close the form (Ctrl+B)")
    button.hide()
    return button


def _card(recipe: Recipe) -> Card:
    config = read_form(recipe.config, form_values(recipe.config))
    dataset, variant = dataset_title(config.data), VARIANTS[config.model.variant]
    parameters = short_count(summarize(config.model).parameters)
    text = f"{recipe.summary}\n{variant.title} on {dataset}, {parameters} parameters."
    tip = f"{text} Source: {recipe.source}."
    return Card(recipe.title, text, (parameters, config.length_text), wrap_tooltip(tip))
