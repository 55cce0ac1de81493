"""The view "Label issues": finds labels that are probably wrong, to be reviewed one by one."""

from collections.abc import Callable, Collection, Sequence
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QWidget

from studio.data.overlay import SampleFix
from studio.errors import StudioError
from studio.insight.label_issues.issue import LabelIssue
from studio.ui.mistakes.analysis_view import AnalysisView
from studio.ui.mistakes.label_issues import review
from studio.ui.mistakes.label_issues.issue_card import IssueCard
from studio.ui.mistakes.label_issues.issue_search import IssueSearch
from studio.ui.mistakes.label_issues.issue_tiles import IssueTiles
from studio.ui.mistakes.label_issues.search_panel import SearchPanel
from studio.ui.mistakes.session import EvaluationSession
from studio.ui.shared.builders import column_layout, elided_label, label, row_layout
from studio.ui.shared.shortcuts import add_shortcut
from studio.ui.widgets.image_grid import ImageGrid
from studio.ui.widgets.segmented_control import SegmentedControl
from studio.ui.widgets.tile_badge import TileBadge

if TYPE_CHECKING:
    from studio.data import Split
    from studio.insight import Evaluation
    from studio.insight.label_issues.gallery import IssueGallery

Decide = Callable[[LabelIssue, SampleFix, str], review.Review]

_SPLITS: "tuple[Split, ...]" = ("train", "test")
_TITLE, _ACTION = "Find labels that are probably wrong", "Find label issues"
_LIST_AND_CARD = (5600, 4400)


class LabelIssuesView(AnalysisView):
    """Searches on request, or shows the result of an earlier search at once."""

    def __init__(self, session: EvaluationSession, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._run = ""  # that of the search or of the issues shown
        self._split_index = 0
        self._shows_all = False
        self._seconds: float | None = None
        self._found: dict[Split, Sequence[LabelIssue]] = {}
        self._gallery: IssueGallery | None = None
        self._state = review.ReviewState(())
        self._awaited: int | None = None  # index of the sample to show once its split is evaluated
        self.search = IssueSearch(session.context, self)
        self.split_control = SegmentedControl(
            {"issues_train_button": "Training", "issues_test_button": "Test"},
            (
                "Examine the training and validation samples, by cross-validation",
                "Examine the test samples, with the model itself",
            ),
        )
        self.extent_control = SegmentedControl(
            {"likely_issues_button": "Likely errors", "all_issues_button": "All"},
            (
                "As many of the most doubtful labels as contradict a confident prediction",
                "All labels that are not the most probable class",
            ),
        )
        self.summary = elided_label("muted", "label_issues_summary")
        self.progress = label("body", name="label_issues_reviewed")
        self.panel = SearchPanel()
        self.grid = ImageGrid()
        self.grid.setObjectName("label_issue_list")
        self.grid.setAccessibleName("Label issues")
        self.card = IssueCard()
        self._lay_out()
        self._connect()

    @property
    def split(self) -> "Split":
        """The split examined; "train" includes the validation samples."""
        return _SPLITS[self._split_index]

    # The view

    def show_evaluation(self, evaluation: "Evaluation") -> None:
        """Show the issues of its run, if they were searched for before."""
        if self._run != self.session.run:
            self._run, self._found = self.session.run, {}
            self._start(only_cached=True)
        elif self._awaited is not None:
            self._open_awaited(evaluation)
        self._update_decision()

    def focus_content(self) -> None:
        """Give the focus to the issues, or to the button that searches for them."""
        has_issues = self._stack.currentWidget() is self._body
        (self.grid if has_issues else self.panel).setFocus()

    def shutdown(self) -> None:
        """End the search."""
        self.search.stop()

    # The search

    def _start(self, only_cached: bool) -> None:
        self._show_gallery(None)
        self.panel.begin("Loading the dataset")
        self._stack.setCurrentWidget(self.panel)
        self.search.search(self._run, self.split, only_cached)

    def _start_search(self) -> None:
        self._start(only_cached=False)

    def _on_split_selected(self, index: int) -> None:
        self._split_index = index
        if self._run:
            self._start(only_cached=True)

    def _cancel(self) -> None:
        self.panel.show_cancelling()
        self.search.cancel()

    def _on_loaded(self, gallery: "IssueGallery | None", seconds: float | None) -> None:
        self._seconds = seconds
        if gallery is not None:
            self._found[self.split] = gallery.report.issues
            if self._run == self.session.run:
                self.session.set_label_issues([*chain.from_iterable(self._found.values())])
        if gallery is None:
            self._offer_search(_TITLE)
        elif not gallery.report.issues:
            self.panel.show_message("No label issues found", review.nothing_found(gallery.report))
        else:
            self._show_gallery(gallery)
            self._stack.setCurrentWidget(self._body)
            if self.isVisible():
                self.grid.setFocus()

    def _on_cancelled(self) -> None:
        self._offer_search("Search cancelled")

    def _on_failed(self, error: object, traceback_text: str) -> None:
        text = str(error) if isinstance(error, StudioError) else "An unexpected error occurred."
        self.panel.show_message("The search failed", text, "Try again")
        self.failed.emit(error, traceback_text)

    def _offer_search(self, title: str) -> None:
        self.panel.show_message(title, review.introduction(self.split, self._seconds), _ACTION)

    # The issues

    def _show_gallery(self, gallery: "IssueGallery | None") -> None:
        self._gallery = gallery
        for widget in (self.summary, self.progress, self.extent_control):
            widget.setVisible(gallery is not None)
        if gallery is None:
            return
        report, shown = gallery.report, len(gallery.images)
        self.summary.setText(review.summary(report))
        self.extent_control.setVisible(review.likely_count(report, shown) < shown)
        self.grid.set_samples(
            IssueTiles(gallery.images, report.issues, gallery.class_names), self._positions()
        )
        self._state = review.ReviewState(report.issues[:shown])
        self._state.update(self._fix)
        self.grid.set_badges(self._badges)
        self._select_first()

    def _positions(self) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """The ranks of the issues to show."""
        assert self._gallery is not None
        shown = len(self._gallery.images)
        if not self._shows_all:
            shown = review.likely_count(self._gallery.report, shown)
        return np.arange(shown, dtype=np.int64)

    def _on_extent_selected(self, index: int) -> None:
        self._shows_all = index == 1
        if self._gallery is not None:
            self.grid.change_order(self._positions())
            self._update_decision()

    def _select_first(self) -> None:
        self.grid.select_row(review.next_open(self._decisions(), -1))
        self._update_decision()

    def _issue(self) -> tuple[int, LabelIssue] | None:
        """The rank and the issue selected."""
        rank = self.grid.selected_position()
        if self._gallery is None or rank is None:
            return None
        return rank, self._gallery.report.issues[rank]

    def _on_selected(self, rank: int) -> None:
        if self._gallery is not None:
            self.card.show_issue(self._gallery.report.issues[rank], self._gallery.images[rank])
            self._update_decision()

    # Decisions

    def _fix(self, sample: str) -> SampleFix:
        overlay = self.session.fixes.overlay
        return SampleFix() if overlay is None else overlay.fix(sample)

    def _badges(self, rank: int) -> tuple[TileBadge, ...]:
        if self._gallery is None:
            return ()
        issue = self._gallery.report.issues[rank]
        return review.issue_badges(issue, self._fix(issue.sample))

    def _decisions(self) -> list[review.Decision]:
        """The decisions about the issues shown, by rank, which is the row in the grid too."""
        return self._state.decisions[: self.grid.samples.rowCount()]

    def _accept(self) -> None:
        self._decide(review.accept)

    def _reject(self) -> None:
        self._decide(review.reject)

    def _mark_ambiguous(self) -> None:
        self._decide(review.mark_ambiguous)

    def _decide(self, decide: Decide) -> None:
        """Record a decision about the selected issue, and go on to the next open one."""
        selected = self._issue()
        if selected is None or self._gallery is None or not self._can_decide():
            return
        rank, issue = selected
        published = self._gallery.published_labels[rank]
        reviewed = decide(issue, self._fix(issue.sample), published)
        self.session.fixes.apply_import({issue.sample: reviewed.fix}, reviewed.description)
        self.grid.select_row(review.next_open(self._decisions(), rank))

    def _can_decide(self) -> bool:
        return self.session.fixes.is_ready and self._run == self.session.run

    def _on_fixes_changed(self, samples: Collection[str]) -> None:
        """Without samples all fixes may have changed."""
        if self._gallery is not None:
            self.grid.refresh_badges(self._state.update(self._fix, samples or None))
            self._update_decision()

    def _update_decision(self) -> None:
        selected = self._issue()
        if selected is not None:
            rank, _ = selected
            self.card.show_decision(self._state.decisions[rank], self._can_decide())
            self.progress.setText(review.progress_text(self._decisions()))

    # The Samples view

    def _open_in_samples(self) -> None:
        selected = self._issue()
        if selected is None or self.evaluation is None:
            return
        _, issue = selected
        self._awaited = issue.index
        if issue.split == self.evaluation.split:
            self._open_awaited(self.evaluation)
        else:
            self.session.split_requested.emit(issue.split)

    def _open_awaited(self, evaluation: "Evaluation") -> None:
        positions = np.flatnonzero(evaluation.indices == self._awaited)
        self._awaited = None
        if len(positions):
            self.session.request_samples(positions, "Label issue")

    def _on_double_clicked(self, _index: QModelIndex) -> None:
        self._open_in_samples()

    def _connect(self) -> None:
        self.split_control.selected.connect(self._on_split_selected)
        self.extent_control.selected.connect(self._on_extent_selected)
        self.panel.start_clicked.connect(self._start_search)
        self.panel.cancel_clicked.connect(self._cancel)
        self.search.progressed.connect(self.panel.show_progress)
        self.search.loaded.connect(self._on_loaded)
        self.search.cancelled.connect(self._on_cancelled)
        self.search.failed.connect(self._on_failed)
        self.grid.sample_selected.connect(self._on_selected)
        self.grid.doubleClicked.connect(self._on_double_clicked)
        self.session.fixes.fixes_changed.connect(self._on_fixes_changed)
        self.session.fixes.state_changed.connect(self._update_decision)
        self.card.accept_clicked.connect(self._accept)
        self.card.reject_clicked.connect(self._reject)
        self.card.ambiguous_clicked.connect(self._mark_ambiguous)
        self.card.open_clicked.connect(self._open_in_samples)
        add_shortcut("accept_issue", self._body, self._accept)
        add_shortcut("reject_issue", self._body, self._reject)
        add_shortcut("ambiguous_issue", self._body, self._mark_ambiguous)

    def _lay_out(self) -> None:
        self._body = QSplitter(Qt.Orientation.Horizontal)
        self._body.setChildrenCollapsible(False)
        self._body.addWidget(self.grid)
        self._body.addWidget(self.card)
        self._body.setSizes(list(_LIST_AND_CARD))
        for index, size in enumerate(_LIST_AND_CARD):
            self._body.setStretchFactor(index, size)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.panel)
        self._stack.addWidget(self._body)
        column = column_layout(self, spacing=12)
        column.addLayout(self._head())
        column.addWidget(self._stack, 1)

    def _head(self) -> QHBoxLayout:
        self.summary.tooltip_text = review.SUMMARY_TOOLTIP
        head = row_layout(spacing=16)
        head.addWidget(self.split_control)
        head.addWidget(self.summary, 1)
        head.addStretch(0)
        head.addWidget(self.progress)
        head.addWidget(self.extent_control)
        return head
