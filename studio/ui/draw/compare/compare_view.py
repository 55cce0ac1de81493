"""Up to four models side by side on the same drawing, and where they disagree."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from studio.data.opened_image import OpenedImage
from studio.paths import BUNDLED
from studio.runs.stored_epochs import ModelKey
from studio.ui.draw.compare.agreement import Agreement, find_agreement
from studio.ui.draw.compare.arrangement import GAP_PX, arrange
from studio.ui.draw.compare.comparison_worker import ComparisonRequest, ModelAnswer
from studio.ui.draw.compare.model_column import ModelColumn
from studio.ui.draw.draw_view import DrawView
from studio.ui.draw.session import DrawSession
from studio.ui.shared.builders import column_layout, label, row_layout, set_style, text_button
from studio.ui.tasks import LatestWorker

SECTION = "draw_compare"  # in the state of the window
MAX_MODELS = 4


class CompareView(DrawView):
    """`compare_view` with `compare_model_1` to `compare_model_4` and `compare_add`.

    It begins with the model of the page and another one. The models are remembered. They are side
    by side, or in two rows where that would be too narrow.
    """

    def __init__(self, session: DrawSession, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.setObjectName("compare_view")
        self.setAccessibleName("Comparison of models")
        context = session.context
        self._columns: list[ModelColumn] = []
        self.agreement = Agreement()
        self._summary = label("heading", name="compare_summary")
        self._summary.setWordWrap(True)
        self._add = text_button(
            "compare_add", "Add model", "plus", tooltip="Compare one more model, up to four"
        )
        self._add.clicked.connect(self._add_model)
        self._worker = LatestWorker(ComparisonRequest.predict, self)
        self._worker.completed.connect(self._on_predicted)
        self._worker.failed.connect(self.failed)
        self._lay_out()
        context.window_state.add(SECTION, self._keys)
        for key in self._first_keys():
            self._append(key)
        self._update_buttons()
        self._needs_second = len(self._columns) == 1
        self._columns[0].picker.runs.refreshed.connect(self._on_first_refreshed)
        session.canvas.changed.connect(self._predict)
        context.runs_changed.connect(self._refresh_pickers)

    def show_model(self) -> None:
        """Follow the drawing again, which may have changed while the view was hidden."""
        self._predict()

    def deactivate(self) -> None:
        """Drop what is no longer looked at."""
        self._worker.cancel()

    def shutdown(self) -> None:
        """End the thread."""
        for column in self._columns:
            column.shutdown()
        self._worker.close()

    def _first_keys(self) -> list[str]:
        """The models of the last session, else that of the page and the bundled one."""
        none: list[str] = []
        keys = self.session.context.window_state.read(SECTION, _parse_keys, none)
        chosen = self.session.model_key
        return keys or list(dict.fromkeys((chosen, BUNDLED)))

    def _append(self, key: str) -> None:
        taken = {column.objectName() for column in self._columns}
        numbers = range(1, MAX_MODELS + 1)
        number = next(n for n in numbers if f"compare_column_{n}" not in taken)
        column = ModelColumn(self.session.context, number)
        column.model_changed.connect(self._predict)
        column.key_changed.connect(self._remember)
        column.key_changed.connect(self._arrange)
        column.remove_wanted.connect(self._on_remove_wanted)
        self._columns.append(column)
        self._arrange()
        column.choose(key)
        column.picker.refreshed.connect(self._arrange)
        column.picker.refresh()

    def _add_model(self) -> None:
        """Add the newest model that is not there yet, else the bundled model."""
        present = {column.key for column in self._columns}
        self._append(self._columns[0].picker.runs.find_other(present))
        self._update_buttons()
        self._columns[-1].picker.setFocus()

    def _on_first_refreshed(self) -> None:
        """Begin with two models, as soon as the list of runs offers another one."""
        first = self._columns[0]
        if self._needs_second and len(self._columns) == 1:
            other = first.picker.runs.find_other({first.key})
            if other != first.key:
                self._append(other)
                self._update_buttons()
        self._needs_second = False

    def _on_remove_wanted(self) -> None:
        column = self.sender()
        if not isinstance(column, ModelColumn) or len(self._columns) == 1:
            return
        self._columns.remove(column)
        column.shutdown()
        column.hide()
        self._grid.removeWidget(column)
        column.deleteLater()
        self._arrange()
        self._update_buttons()
        self._add.setFocus()
        self._remember()
        self._predict()

    def _update_buttons(self) -> None:
        self._add.setEnabled(len(self._columns) < MAX_MODELS)
        for column in self._columns:
            column.remove_button.setVisible(len(self._columns) > 1)

    def _predict(self) -> None:
        if not self.isVisible():
            return
        canvas = self.session.canvas
        image = canvas.origin if isinstance(canvas.origin, OpenedImage) else None
        ink = canvas.image() if image is None else image.drawing
        models = tuple(column.model for column in self._columns)
        self._worker.submit(ComparisonRequest(models, ink, image, self._worker.is_superseded))

    def _on_predicted(
        self, request: ComparisonRequest, answers: "Sequence[ModelAnswer | None]"
    ) -> None:
        if len(answers) != len(self._columns):
            return
        columns = self._columns
        classes = [c.show_answer(answer) for c, answer in zip(columns, answers, strict=True)]
        self.agreement = find_agreement([column.title for column in columns], classes)
        self._summary.setText(self.agreement.text or "The same drawing, several models")
        set_style(self._summary, tone="warn" if self.agreement.differing else "")
        for index, column in enumerate(columns):
            column.set_differing(index in self.agreement.differing)

    def _keys(self) -> list[str]:
        """What is remembered: a model in training will have become that of its run."""
        keys = (ModelKey.parse(column.key) for column in self._columns)
        return [key.run if key.is_newest else str(key) for key in keys]

    def _remember(self) -> None:
        self.session.context.window_state.mark_changed(SECTION)

    def _refresh_pickers(self) -> None:
        for column in self._columns:
            column.picker.refresh()

    # Layout

    def _lay_out(self) -> None:
        head = row_layout(spacing=16)
        head.addWidget(self._summary, 1)
        head.addWidget(self._add, 0, Qt.AlignmentFlag.AlignTop)
        self._cards = QWidget()
        self._grid = QGridLayout(self._cards)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(GAP_PX)
        column = column_layout(self, spacing=12)
        column.addLayout(head)
        column.addWidget(self._cards, 1)

    def _arrange(self) -> None:
        """Put the models into the rows and columns for which there is room."""
        found = arrange(len(self._columns), self._cards.width(), self._cards.height())
        have_epochs = any(column.picker.has_epochs for column in self._columns)
        for index in range(MAX_MODELS):
            self._grid.setColumnStretch(index, int(index < found.columns))
            self._grid.setRowStretch(index, int(index * found.columns < len(self._columns)))
        for index, column in enumerate(self._columns):
            column.set_arrangement(found, have_epochs)
            self._grid.addWidget(column, *divmod(index, found.columns))

    # Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()


def _parse_keys(value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(key, str) for key in value):
        raise TypeError("not a list of keys")
    return value[:MAX_MODELS]
