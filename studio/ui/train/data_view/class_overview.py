"""The issues of a dataset above the list of its classes."""

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from studio.data.datasets import FOLDER
from studio.data.quality.report import QualityReport
from studio.formatting import count, percent
from studio.ui.shared.builders import (
    card,
    column_layout,
    elided_label,
    label,
    row_layout,
    text_button,
)
from studio.ui.train.data.preview import Preview
from studio.ui.train.data_view.class_renaming import ClassRenaming, origin_text, originals_by_name
from studio.ui.train.data_view.issue_list import IssueList
from studio.ui.train.data_view.sample_tiles import SPLIT_NAMES, UNUSED
from studio.ui.widgets import theme_colors
from studio.ui.widgets.class_list import ClassList, ClassListHeader
from studio.ui.widgets.class_model import ClassRow
from studio.ui.widgets.painted_icons import icon_pixmap

_MAX_ISSUES_HEIGHT = 0.45  # of the height of the view, so that the classes stay visible


class ClassOverview(QWidget):
    """Shows a preview; `renamed` carries all renamed classes as (original, new) pairs."""

    renamed = Signal(object)
    export_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.issues, self.classes = IssueList(), ClassList(percent)
        self._title = elided_label("heading", "data_title")
        self._facts = elided_label("muted", "data_figures")
        tip = "Save a CSV file with the label and the split of every sample."
        self._export = text_button("export_list_button", "Export labels…", "open", tooltip=tip)
        self._no_issues = _NoIssuesLine()
        self._renaming = ClassRenaming(self)
        self._lay_out()
        self._connect()

    def show_preview(self, preview: Preview) -> None:
        """Show a dataset."""
        self._renaming.show_preview(preview)
        self._title.setText(preview.shape.title)
        self._facts.setText(dataset_facts(preview))
        issues = preview.report.issues
        self.issues.set_issues(issues)
        checked = f"No issues found in {count(preview.shape.count, 'image')}"
        self._no_issues.set_text(checked if preview.source == FOLDER and not issues else "")
        self.classes.set_rows(class_rows(preview), bar_parts(preview.report))

    def show_working(self, text: str) -> None:
        """Show what is being read while the classes stay visible."""
        self._facts.setText(text)

    def _rename(self, row: int, typed: str) -> None:
        self._renaming.rename(self.classes.classes.row(row).name, typed)

    def _exclude(self, row: int) -> None:
        self._renaming.exclude(self.classes.classes.row(row).name)

    def _connect(self) -> None:
        self.classes.renamed.connect(self._rename)
        self.classes.exclude_requested.connect(self._exclude)
        self._export.clicked.connect(self.export_wanted)
        self._renaming.renamed.connect(self.renamed)

    def _lay_out(self) -> None:
        column = column_layout(self, spacing=12)
        column.addLayout(self._header())
        column.addWidget(self._no_issues)
        column.addWidget(self.issues)
        column.addWidget(self._renaming.notice)
        class_table = ClassListHeader(self.classes), self.classes
        column.addWidget(card(*class_table, margins=(1, 4, 1, 4), spacing=0), 1)
        column.addWidget(self._renaming.excluded)

    def _header(self) -> QHBoxLayout:
        row = row_layout(spacing=12)
        row.addWidget(self._title)
        row.addWidget(self._facts)
        row.addStretch(1)
        row.addWidget(self._export)
        return row

    # Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.issues.set_max_height(round(_MAX_ISSUES_HEIGHT * self.height()))


class _NoIssuesLine(QWidget):
    """A check mark and a text; hidden while the text is empty."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("data_clean")
        self._mark, self._label = QLabel(), label("muted")
        row = row_layout(self, spacing=8)
        row.addWidget(self._mark)
        row.addWidget(self._label, 1)
        self.hide()

    def set_text(self, text: str) -> None:
        self._label.setText(text)
        self.setAccessibleName(text)
        self._update_mark()
        self.setVisible(bool(text))

    def _update_mark(self) -> None:
        color = theme_colors.current().good
        self._mark.setPixmap(icon_pixmap("good", 16, color, self.devicePixelRatioF()))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._update_mark()


def class_rows(preview: Preview) -> list[ClassRow]:
    """Return the classes of a preview as rows of the class list."""
    with_unused = len(bar_parts(preview.report)) > len(SPLIT_NAMES)
    originals = originals_by_name(preview.originals, preview.config.rename)
    rows = []
    for index, counts in enumerate(preview.report.classes):
        splits: tuple[int, ...] = (counts.train, counts.val, counts.test)
        rows.append(
            ClassRow(
                name=counts.name,
                mean_image=preview.means[index],
                images=preview.tiles[index],
                counts=(*splits, counts.count - sum(splits)) if with_unused else splits,
                subtitle=origin_text(counts.name, originals[counts.name]),
                original=", ".join(originals[counts.name]),
            )
        )
    return rows


def bar_parts(report: QualityReport) -> tuple[str, ...]:
    """Return the parts of the bars: the splits, and the unused samples where there are any."""
    used = sum(row.train + row.val + row.test for row in report.classes)
    names = tuple(SPLIT_NAMES.values())
    return names if used == sum(row.count for row in report.classes) else (*names, UNUSED)


def dataset_facts(preview: Preview) -> str:
    """Return the number of samples and classes and the shape of the images in one line."""
    shape, side = preview.shape, preview.shape.image_size
    color = "grayscale" if shape.channels == 1 else "color"
    classes = count(len(shape.class_names), "class", "classes")
    return f"{count(shape.count, 'sample')} · {classes} · {side} × {side}, {color}"
