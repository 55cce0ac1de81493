"""Three parts of a set as one bar, with their counts under it."""

from collections.abc import Mapping

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui.widgets import theme_colors

Side = Qt.AlignmentFlag
_WORDS = {"train": "learn", "val": "validate", "test": "test"}
_STRENGTHS = {"train": 1.0, "val": 0.55, "test": 0.25}
_BAR, _LINE = 8, 18


class SplitBar(QWidget):
    """One colour in three strengths; the words stand in the order of the parts."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts = dict.fromkeys(_WORDS, 0)
        self.setObjectName("split_bar")
        self.setToolTip(
            "The network learns from the first part, validation chooses its best weights, "
            "and the test part is looked at once, at the end"
        )
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_counts(self, counts: Mapping[str, int]) -> None:
        """Show these many pictures in train, val and test."""
        self._counts = {part: counts.get(part, 0) for part in _WORDS}
        said = ", ".join(f"{count:,} to {_WORDS[part]}" for part, count in self._counts.items())
        self.setAccessibleName(said)
        self.update()

    def counts(self) -> dict[str, int]:
        """The pictures shown in train, val and test."""
        return dict(self._counts)

    def _spans(self) -> list[tuple[str, QRectF]]:
        """Each part that holds pictures with its piece of the bar."""
        total = sum(self._counts.values())
        spans, left = [], 0.0
        for part, count in self._counts.items():
            width = self.width() * count / total if total else 0.0
            if count:
                spans.append((part, QRectF(left, 0, width, _BAR)))
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
        for part, span in self._spans():
            fill = QColor(colors.accent)
            fill.setAlphaF(_STRENGTHS[part])
            painter.fillRect(span.adjusted(0, 0, -1, 0), fill)
        painter.setClipping(False)
        self._paint_words(painter)

    def _paint_words(self, painter: QPainter) -> None:
        """At the left, in the middle and at the right, whatever the parts' widths."""
        font = painter.font()
        font.setPixelSize(12)
        painter.setFont(font)
        painter.setPen(QColor(theme_colors.current().muted))
        line = QRectF(0, _BAR + 2, self.width(), _LINE - 2)
        sides = (Side.AlignLeft, Side.AlignHCenter, Side.AlignRight)
        for (part, count), side in zip(self._counts.items(), sides, strict=True):
            painter.drawText(line, side | Side.AlignVCenter, f"{_WORDS[part]} {count:,}")
