"""The splits of a dataset as one bar, with their counts below it."""

from collections.abc import Mapping

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui.widgets import theme_colors

Side = Qt.AlignmentFlag
_NAMES = {"train": "train", "val": "validation", "test": "test"}
_OPACITIES = {"train": 1.0, "val": 0.55, "test": 0.25}
_BAR, _LINE = 8, 18


class SplitBar(QWidget):
    """One color in three opacities; the counts are in the order of the splits."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts = dict.fromkeys(_NAMES, 0)
        self.setObjectName("split_bar")
        self.setToolTip(
            "The model is trained on the first split, validation selects its best epoch, and the "
            "test split is used once, at the end."
        )
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_counts(self, counts: Mapping[str, int]) -> None:
        """Show the number of samples in train, val and test."""
        self._counts = {split: counts.get(split, 0) for split in _NAMES}
        self.setAccessibleName(
            ", ".join(f"{count:,} {_NAMES[split]}" for split, count in self._counts.items())
        )
        self.update()

    def counts(self) -> dict[str, int]:
        """Return the number of samples in train, val and test."""
        return dict(self._counts)

    def _spans(self) -> list[tuple[str, QRectF]]:
        """Return each split that is not empty with its part of the bar."""
        total = sum(self._counts.values())
        spans, left = [], 0.0
        for split, count in self._counts.items():
            width = self.width() * count / total if total else 0.0
            if count:
                spans.append((split, QRectF(left, 0, width, _BAR)))
            left += width
        return spans

    # Qt

    def sizeHint(self) -> QSize:
        return QSize(200, _BAR + _LINE)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, colors = QPainter(self), theme_colors.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QPainterPath()
        frame.addRoundedRect(QRectF(0, 0, self.width(), _BAR), 3, 3)
        painter.setClipPath(frame)
        painter.fillPath(frame, QColor(colors.pressed))
        for split, span in self._spans():
            fill = QColor(colors.accent)
            fill.setAlphaF(_OPACITIES[split])
            painter.fillRect(span.adjusted(0, 0, -1, 0), fill)
        painter.setClipping(False)
        self._paint_counts(painter)

    def _paint_counts(self, painter: QPainter) -> None:
        """Paint the counts left, centered and right, independent of the widths of the splits."""
        font = painter.font()
        font.setPixelSize(12)
        painter.setFont(font)
        painter.setPen(QColor(theme_colors.current().muted))
        line = QRectF(0, _BAR + 2, self.width(), _LINE - 2)
        sides = (Side.AlignLeft, Side.AlignHCenter, Side.AlignRight)
        for (split, count), side in zip(self._counts.items(), sides, strict=True):
            painter.drawText(line, side | Side.AlignVCenter, f"{_NAMES[split]} {count:,}")
