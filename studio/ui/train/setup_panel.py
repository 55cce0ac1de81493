"""The left column: the chosen recipe, the form, and the button that starts a training."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QPushButton, QScrollArea, QVBoxLayout, QWidget

from studio.config import TrainConfig
from studio.data.datasets import FOLDER
from studio.recipes import DEFAULT_RECIPE, Recipe
from studio.ui.context import StudioContext
from studio.ui.shared.builders import column_layout, row_layout, text_button
from studio.ui.train.forecast.forecast_panel import ForecastPanel
from studio.ui.train.gallery.recipe_library import RecipeLibrary
from studio.ui.train.setup_form import FormState, SetupForm
from studio.ui.train.setup_header import SetupHeader
from studio.ui.widgets import theme_colors
from studio.ui.widgets.form_field import FormField

WIDTH = 380
FOLDER_RECIPE = "my-pictures"  # the recipe for a folder of the user
_MARGIN = 20
_TOP = 8  # between the header and the form


class SetupPanel(QFrame):
    """`header`, `form` and `train_button`; `recipe_chosen` carries the id of a recipe."""

    recipe_chosen = Signal(str)
    train_wanted = Signal()
    close_wanted = Signal()

    def __init__(self, context: StudioContext, library: RecipeLibrary) -> None:
        super().__init__()
        self.setObjectName("setup_panel")
        self.setFixedWidth(WIDTH)
        self._library = library
        self.form = SetupForm(context, library.recipes()[DEFAULT_RECIPE])
        self.header = SetupHeader(self.form.marks.button)
        self._wrong_field: FormField | None = None
        # Scroll when the error line has its height.
        self._scroll_timer = QTimer(self, singleShot=True, interval=0)
        self._scroll_timer.timeout.connect(self._scroll_to_error)
        self.forecast = ForecastPanel()
        self._train = _train_button()
        tip = "Train these settings when the trainings before them have ended (Ctrl+Shift+T)."
        self.queue_button = text_button("queue_button", "Add to queue", tooltip=tip)
        tip = "Train with several values of up to three settings, or with several seeds."
        self.sweep_button = text_button("sweep_button", "Sweep…", tooltip=tip)
        self._content = QWidget()
        self._column = QVBoxLayout(self._content)
        self._scroll = QScrollArea()
        self._scroll.setObjectName("setup_scroll")
        self._lay_out()
        self._connect()

    def recipes(self) -> dict[str, Recipe]:
        """Return the recipes by id, in the order of their cards."""
        return self._library.recipes()

    def choose_recipe(self, recipe_id: str) -> None:
        """Show the values of a recipe. Changes to the one before can be brought back.

        Raises ValueError for an unknown id.
        """
        if recipe_id not in self.recipes():
            raise ValueError(recipe_id)
        before = self.form.state() if self.form.marks.names else None
        is_other = recipe_id != self.form.recipe.id
        self.form.show_recipe(self.recipes()[recipe_id])
        self.recipe_chosen.emit(recipe_id)
        if before is not None and is_other:
            self.form.changes_replaced.emit(before)

    def choose_card(self, recipe_id: str) -> None:
        """Show a recipe whose card was chosen; that of the present one resets its settings."""
        if recipe_id == self.form.recipe.id and self.form.marks.names:
            self.form.reset_all()
        elif recipe_id != self.form.recipe.id:
            self.choose_recipe(recipe_id)

    def adopt(self, recipe: Recipe) -> None:
        """Keep the settings and compare them with `recipe` from now on."""
        self.form.adopt(recipe)

    def show_config(self, config: TrainConfig) -> None:
        """Show the settings of a run, under its recipe if that is known."""
        if config.recipe in self.recipes():
            self.choose_recipe(config.recipe)
        self.form.show_config(config)

    def restore(self, state: FormState) -> None:
        """Show what was in the form before; `recipe_chosen` is not emitted."""
        self.form.restore(state)

    def undo(self) -> None:
        """Undo the last change of the settings."""
        self._go_to(self.form.history.undo())

    def redo(self) -> None:
        """Make the change again that was undone last."""
        self._go_to(self.form.history.redo())

    def _go_to(self, state: FormState | None) -> None:
        if state is not None:
            self.form.restore(state, is_undo=True)

    def choose_dataset(self, path: str) -> None:
        """Choose a folder of images, an archive, or a list of labels as the dataset."""
        if self.form.dataset.source != FOLDER:
            self.choose_recipe(FOLDER_RECIPE)
        self.form.dataset.choose(path)

    def show_training(self, is_training: bool) -> None:
        """Disable the Train button while a training runs; the form describes the next one."""
        self._train.setEnabled(not is_training)
        self._train.setText("Training" if is_training else "Train")

    def set_folded(self, folded: bool) -> None:
        """Show the close button where the panel is a drawer."""
        self.header.set_folded(folded)

    def _connect(self) -> None:
        self._train.clicked.connect(self.train_wanted)
        self.header.close_wanted.connect(self.close_wanted)
        self.header.undo_wanted.connect(self.undo)
        self.header.redo_wanted.connect(self.redo)
        self.header.search_changed.connect(self._search)
        self.header.search.left.connect(self.form.focus_found)
        self.form.edited.connect(self._show_header)
        self.form.error_shown.connect(self._on_error_shown)

    def _show_header(self) -> None:
        form, history = self.form, self.form.history
        self.header.show_recipe(
            form.recipe.title,
            is_changed=bool(form.marks.names),
            is_user_recipe=form.recipe.is_user_recipe,
        )
        self.header.show_history(history.undo_text, history.redo_text)

    def _search(self, query: str) -> None:
        self.header.show_found(self.form.search(query))
        self._scroll.verticalScrollBar().setValue(0)

    def _on_error_shown(self, field: FormField) -> None:
        if not field.isVisibleTo(self):  # what is searched for hides it
            self.header.search.clear()
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

    def _lay_out(self) -> None:
        content = self._column
        content.setContentsMargins(_MARGIN, _TOP, _MARGIN, 16)
        content.setSpacing(16)
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
        foot.setSpacing(12)
        foot.addWidget(self.forecast)
        foot.addWidget(self._train)
        later = row_layout(spacing=8)
        later.addWidget(self.queue_button, 1)
        later.addWidget(self.sweep_button, 1)
        foot.addLayout(later)
        head = QVBoxLayout()
        head.setContentsMargins(_MARGIN, 16, _MARGIN, 4)
        head.addWidget(self.header)
        column = column_layout(self, spacing=0)
        column.addLayout(head)
        column.addWidget(self._scroll, 1)
        column.addLayout(foot)

    def _align_right_edge(self, _low: int, high: int) -> None:
        """Align the fields with the Train button, with and without a scroll bar."""
        bar = self._scroll.verticalScrollBar().sizeHint().width() if high else 0
        self._column.setContentsMargins(_MARGIN, _TOP, _MARGIN - bar, 16)

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
