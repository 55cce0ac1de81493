"""One group of a comparison: its title with the number of samples, and their images."""

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QWidget

from studio.ui.mistakes.comparison.comparison_groups import ChangeTiles, SampleGroup
from studio.ui.shared.builders import column_layout, label, set_style
from studio.ui.widgets.image_grid import ImageGrid

_TONES = {"fixed": "good", "broken": "bad"}


class GroupCard(QWidget):
    """`sample_chosen` carries the row of a sample that was clicked, or chosen with Return."""

    sample_chosen = Signal(int)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(f"{name}_card")
        self.group: SampleGroup | None = None
        self._title = label("heading", name=f"{name}_title")
        self.grid = ImageGrid()
        self.grid.setObjectName(f"{name}_grid")
        self._empty = label("muted", name=f"{name}_empty")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.grid)
        self._stack.addWidget(self._empty)
        self._stack.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        column = column_layout(self, spacing=6)
        column.addWidget(self._title)
        column.addWidget(self._stack, 1)
        self.grid.clicked.connect(self._on_chosen)
        self.grid.activated.connect(self._on_chosen)

    def show_group(self, group: SampleGroup) -> None:
        """Show another group."""
        self.group = group
        count = len(group.rows)
        self._title.setText(f"{group.title} · {count:,}")
        self._title.setToolTip(group.tooltip)
        set_style(self._title, tone=_TONES.get(group.key, "") if count else "")
        self.grid.setAccessibleName(f"{group.title}: {group.tooltip}")
        self._empty.setText(group.empty_text)
        self.grid.set_samples(group.tiles, group.rows)
        self._stack.setCurrentWidget(self.grid if count else self._empty)

    def set_title_visible(self, visible: bool) -> None:
        """Hide the title where a tab shows it."""
        self._title.setVisible(visible)

    def _on_chosen(self, index: QModelIndex) -> None:
        group = self.group
        if group is None:
            return
        tiles: ChangeTiles = group.tiles
        self.sample_chosen.emit(tiles.position_after(self.grid.samples.position_at(index.row())))
