"""A quiet line in the middle of something empty, which fades once it is understood."""

from PySide6.QtCore import QEasingCurve, QRectF, Qt, QVariantAnimation
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QStyle, QWidget

from studio.ui.widgets.theme_colors import ThemeColors

FADE_MS = 160
_NEXT_LINE = 28  # pixels from the title to the line below it


class FadingHint(QVariantAnimation):
    """Painted by its owner, whom it asks to repaint while it fades.

    A second line of the text is set smaller below the first.
    """

    def __init__(self, text: str, owner: QWidget) -> None:
        super().__init__(owner)
        self.text = text
        self._owner = owner
        self._opacity = 1.0
        self.setStartValue(1.0)
        self.setEndValue(0.0)
        self.setEasingCurve(QEasingCurve.Type.OutCubic)
        self.valueChanged.connect(self._show)

    @property
    def opacity(self) -> float:
        """1 when fully there, 0 when gone."""
        return self._opacity

    def fade(self) -> None:
        """Go softly, or at once where the system wants no animation."""
        if self._opacity == 0 or self.state() == QVariantAnimation.State.Running:
            return
        style = self._owner.style()
        wanted = style.styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration, None, self._owner)
        if wanted == 0 or not self._owner.isVisible():
            self.vanish()
        else:
            self.setDuration(FADE_MS)
            self.start()

    def appear(self) -> None:
        """Be there at once."""
        self.stop()
        self._show(1.0)

    def vanish(self) -> None:
        """Be gone at once."""
        self.stop()
        self._show(0.0)

    def paint(self, painter: QPainter, box: QRectF, colors: ThemeColors) -> None:
        """Draw the line in the middle of `box`."""
        if self._opacity == 0:
            return
        painter.save()
        painter.setOpacity(self._opacity)
        font = QFont(self._owner.font())
        font.setPixelSize(20)
        painter.setFont(font)
        painter.setPen(QColor(colors.muted))
        title, _, more = self.text.partition("\n")
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, title)
        if more:
            font.setPixelSize(13)
            painter.setFont(font)
            painter.drawText(box.translated(0, _NEXT_LINE), Qt.AlignmentFlag.AlignCenter, more)
        painter.restore()

    def _show(self, opacity: float) -> None:
        self._opacity = opacity
        self._owner.update()
