"""The view "Map": samples that look alike to the model are close to each other."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QFrame, QStackedWidget, QWidget

from studio.formatting import percent
from studio.ui.icons import icon
from studio.ui.mistakes.analysis_view import AnalysisView
from studio.ui.mistakes.embedding.map_colors import Groups, MapColors, color_samples
from studio.ui.mistakes.embedding.map_loader import MapLoader
from studio.ui.mistakes.embedding.map_panel import MapPanel
from studio.ui.mistakes.embedding.map_progress import MapProgress
from studio.ui.mistakes.embedding.map_toolbar import PCA, TSNE, MapToolbar
from studio.ui.mistakes.session import EvaluationSession
from studio.ui.shared.builders import column_layout, label, row_layout
from studio.ui.shared.image_layout import channels_last
from studio.ui.shared.shortcuts import add_shortcut, declare_shortcut
from studio.ui.widgets import theme_colors
from studio.ui.widgets.empty_state import EmptyState
from studio.ui.widgets.hover_card import HoverCard
from studio.ui.widgets.scatter_view import ScatterView
from studio.ui.widgets.skeleton import Skeleton

if TYPE_CHECKING:
    from studio.insight import Evaluation
    from studio.insight.embedding import SampleMap

SELECTION_TITLE = "Selected on the map"
_NOTE = "Each point is a sample; close ones look alike to the model."
_NOTES = {
    PCA: "The map shows {variance} of the variance of the features.",
    TSNE: "Sizes of groups and distances between them mean little.",
}


class MapView(AnalysisView):
    """Computes a map when it is first opened for an evaluation: PCA at once, then t-SNE."""

    def __init__(self, session: EvaluationSession, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.sample_map: SampleMap | None = None
        self._colors: MapColors | None = None
        self._layout = PCA
        self.loader = MapLoader(session.context, self)
        self.toolbar, self.panel, self.progress = MapToolbar(), MapPanel(), MapProgress()
        self.scatter = ScatterView()
        self.scatter.setObjectName("map_scatter")
        self.scatter.setAccessibleName("Map of the samples")
        self.card = HoverCard(self.scatter)
        self.note = label("muted", name="map_note")
        self.note.setWordWrap(True)
        self.empty = EmptyState("", "", "", icon("layers"))
        self.skeleton = Skeleton()
        self._stack = QStackedWidget()
        self._lay_out()
        self._connect()

    def show_evaluation(self, evaluation: "Evaluation") -> None:
        """Compute the map of another evaluation."""
        self._reset()
        if len(evaluation.labels):
            self._prepare()
        else:
            self._show_empty("This split is empty", "Choose another split above.", "")

    def clear(self) -> None:
        """Stop the computation and remove the map."""
        self._reset()
        self._stack.setCurrentWidget(self.skeleton)

    def focus_content(self) -> None:
        """Give the focus to the map."""
        (self.scatter if self.sample_map is not None else self).setFocus()

    def shutdown(self) -> None:
        """End the computation."""
        self.loader.stop()

    def _connect(self) -> None:
        self.loader.progressed.connect(self.progress.show_progress)
        self.loader.prepared.connect(self._on_prepared)
        self.loader.embedded.connect(self._on_embedded)
        self.loader.failed.connect(self._on_failed)
        self.loader.cancelled.connect(self._on_cancelled)
        self.progress.cancel_clicked.connect(self.loader.cancel)
        self.empty.action_clicked.connect(self._prepare)
        self.scatter.hovered.connect(self._on_hovered)
        self.scatter.selected.connect(self._on_selected)
        self.toolbar.color_chosen.connect(self._update_colors)
        self.toolbar.layout_chosen.connect(self._choose_layout)
        self.toolbar.lasso_button.toggled.connect(self.scatter.set_lasso)
        self.toolbar.zoom_in_button.clicked.connect(self.scatter.zoom_in)
        self.toolbar.zoom_out_button.clicked.connect(self.scatter.zoom_out)
        self.toolbar.fit_button.clicked.connect(self.scatter.show_all)
        self.panel.groups_chosen.connect(self._highlight_groups)
        self.panel.show_clicked.connect(self._show_in_grid)
        self.panel.clear_clicked.connect(self._clear_selection)
        self.panel.sample_clicked.connect(self._open_selected)
        add_shortcut("toggle_lasso", self, self.toolbar.lasso_button.click)
        add_shortcut("show_map_selection", self, self.panel.show_button.click)
        declare_shortcut("move_on_map", self.scatter)
        declare_shortcut("pan_map", self.scatter)
        declare_shortcut("select_on_map", self.scatter)

    # Computation

    def _reset(self) -> None:
        self.loader.stop()
        self.sample_map = self._colors = None
        self.card.hide()
        self.progress.hide()
        self.scatter.set_points(np.zeros((0, 2), np.float32), np.zeros((0, 3), np.uint8))
        self._set_usable(False)

    def _prepare(self) -> None:
        if self.evaluation is None:
            return
        self._stack.setCurrentWidget(self.skeleton)
        self.progress.begin("Loading the model", "Stop computing the map")
        self.loader.prepare(self.session.run, self.evaluation)

    def _on_prepared(self, sample_map: "SampleMap") -> None:
        self.sample_map = sample_map
        self._layout = PCA if sample_map.tsne is None else TSNE
        positions = sample_map.pca if sample_map.tsne is None else sample_map.tsne
        self.scatter.set_points(positions, np.zeros((len(positions), 3), np.uint8))
        self._update_colors()
        self._set_usable(True)
        self._stack.setCurrentWidget(self._map_page)
        self.toolbar.set_layout(self._layout)
        self._update_note()
        self.progress.hide()
        if sample_map.tsne is None:
            self._compute_tsne()

    def _compute_tsne(self) -> None:
        if self.evaluation is not None and self.sample_map is not None:
            self.progress.begin("Computing t-SNE", "Keep the map by PCA")
            self.loader.compute_tsne(self.session.run, self.evaluation, self.sample_map)

    def _on_embedded(self, positions: NDArray[np.float32]) -> None:
        if self.sample_map is not None:
            self.sample_map = replace(self.sample_map, tsne=positions)
            self.progress.hide()
            self._show_layout(TSNE)

    def _on_cancelled(self) -> None:
        self.progress.hide()
        if self.sample_map is None:
            text = "Computing features takes about as long as an evaluation, once."
            self._show_empty("Map cancelled", text, "Compute the map")

    def _on_failed(self, error: object, traceback_text: str) -> None:
        self.progress.hide()
        if self.sample_map is None:
            text = "See the message above, or try again."
            self._show_empty("The map could not be computed", text, "Try again")
        self.failed.emit(error, traceback_text)

    def _show_empty(self, title: str, text: str, action: str) -> None:
        self.empty.set_text(title, text, action)
        self._stack.setCurrentWidget(self.empty)

    # Layout and colors

    def _choose_layout(self, layout: int) -> None:
        if self.sample_map is None:
            return
        if layout == TSNE and self.sample_map.tsne is None:
            self.toolbar.set_layout(PCA)
            if not self.progress.isVisible():
                self._compute_tsne()
            return
        self._show_layout(layout)

    def _show_layout(self, layout: int) -> None:
        if self.sample_map is None:
            return
        positions = self.sample_map.tsne if layout == TSNE else self.sample_map.pca
        if positions is not None and layout != self._layout:
            self._layout = layout
            self.scatter.move_points(positions)
        self.toolbar.set_layout(self._layout)
        self._update_note()

    def _update_note(self) -> None:
        if self.sample_map is None or self.evaluation is None:
            return
        texts = [_NOTE, _NOTES[self._layout].format(variance=percent(self.sample_map.variance, 0))]
        shown, total = len(self.sample_map.samples), len(self.evaluation.labels)
        if shown < total:
            texts.append(f"{shown:,} of {total:,} samples, as many of each class as possible.")
        self.note.setText(" ".join(texts))

    def _update_colors(self) -> None:
        if self.sample_map is None or self.evaluation is None:
            return
        dark = theme_colors.current().dark
        self._colors = color_samples(
            self.evaluation, self.sample_map.samples, self.toolbar.color_by, dark
        )
        self.scatter.highlight(None)
        self.scatter.set_colors(self._colors.colors, self._colors.order)
        self.panel.show_colors(self._colors)

    def _highlight_groups(self, groups: list[int]) -> None:
        if self._colors is not None and isinstance(self._colors.legend, Groups):
            of_samples = self._colors.legend.of_samples
            self.scatter.highlight(np.isin(of_samples, groups) if groups else None)

    def _set_usable(self, usable: bool) -> None:
        for widget in (self.toolbar, self.panel, self.note):
            widget.setVisible(usable)

    # Samples

    def _on_hovered(self, index: int) -> None:
        if index < 0 or self.sample_map is None or self.evaluation is None:
            self.card.hide()
            return
        evaluation, position = self.evaluation, int(self.sample_map.samples[index])
        names, predicted = evaluation.class_names, int(evaluation.predicted[position])
        true = int(evaluation.labels[position])
        title = names[true] if true == predicted else f"{names[true]} → {names[predicted]}"
        confidence = percent(float(evaluation.probabilities[position, predicted]), 0)
        details = (
            "Correct" if true == predicted else f"Predicted {names[predicted]}",
            f"{confidence} confident · loss {evaluation.losses[position]:.2f}",
            evaluation.sample_name(position),
        )
        place = self.scatter.point_position(index)
        self.card.show_at(place, channels_last(evaluation.images[position]), title, details)

    def _on_selected(self, indices: NDArray[np.int64]) -> None:
        if self.sample_map is not None and self.evaluation is not None:
            self.panel.show_selection(self.evaluation, self.sample_map.samples[indices])

    def _selected_positions(self) -> NDArray[np.int64]:
        if self.sample_map is None:
            return np.zeros(0, np.int64)
        return self.sample_map.samples[self.scatter.selection()]

    def _show_in_grid(self) -> None:
        positions = self._selected_positions()
        if len(positions):
            self.session.request_samples(positions, SELECTION_TITLE)

    def _clear_selection(self) -> None:
        self.scatter.select(np.zeros(0, np.int64))
        self._on_selected(self.scatter.selection())

    def _open_selected(self, place: int) -> None:
        self.session.request_sample(int(self._selected_positions()[place]))

    # Qt

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._update_colors()

    def _lay_out(self) -> None:
        frame = QFrame()
        frame.setProperty("card", True)
        inside = column_layout(frame, spacing=0)
        inside.setContentsMargins(2, 2, 2, 2)
        inside.addWidget(self.scatter)
        self._map_page = QWidget()
        row = row_layout(self._map_page, spacing=16)
        row.addWidget(frame, 1)
        row.addWidget(self.panel)
        for page in (self.skeleton, self.empty, self._map_page):
            self._stack.addWidget(page)
        column = column_layout(self, spacing=8)
        column.addWidget(self.toolbar)
        column.addWidget(self.progress)
        column.addWidget(self._stack, 1)
        column.addWidget(self.note)
