"""A hint in the middle of an empty widget, which fades out at first use."""

from PySide6.QtCore import QEasingCurve, QRectF, Qt, QVariantAnimation
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyle, QWidget

from studio.ui.widgets.paint_helpers import sized_font
from studio.ui.widgets.theme_colors import ThemeColors

FADE_MS = 160
_LINE_DISTANCE = 28  # px from the first line to the second
_MARGIN, _SIZES_PX = 16, (20, 15, 13)
_CENTERED = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap


class FadingHint(QVariantAnimation):
    """A text and its opacity; the owner paints it and is updated while it fades out.

    The text may have a second line, which is smaller.
    """

    def __init__(self, text: str, owner: QWidget) -> None:
        super().__init__(owner)
        self.text = text
        self._owner = owner
        self.opacity = 1.0  # 1 when visible, 0 when hidden
        self.setStartValue(1.0)
        self.setEndValue(0.0)
        self.setEasingCurve(QEasingCurve.Type.OutCubic)
        self.valueChanged.connect(self._set_opacity)

    def fade_out(self) -> None:
        """Fade out, or hide at once if the system disables animations."""
        if self.opacity == 0 or self.state() == QVariantAnimation.State.Running:
            return
        style = self._owner.style()
        duration = style.styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration, None, self._owner)
        if duration == 0 or not self._owner.isVisible():
            self.hide()
        else:
            self.setDuration(FADE_MS)
            self.start()

    def show(self) -> None:
        """Show the hint at once."""
        self.stop()
        self._set_opacity(1.0)

    def hide(self) -> None:
        """Hide the hint at once."""
        self.stop()
        self._set_opacity(0.0)

    def paint(self, painter: QPainter, box: QRectF, colors: ThemeColors) -> None:
        """Paint the hint in the middle of `box`, in the largest font of which a line fits."""
        if self.opacity == 0:
            return
        box = box.adjusted(_MARGIN, 0, -_MARGIN, 0)
        first, _, second = self.text.partition("\n")
        painter.save()
        painter.setOpacity(self.opacity)
        painter.setPen(QColor(colors.muted))
        painter.setFont(self._fitting_font(first, box.width()))
        painter.drawText(box, _CENTERED, first)
        if second:
            painter.setFont(sized_font(self._owner.font(), _SIZES_PX[-1]))
            painter.drawText(box.translated(0, _LINE_DISTANCE), _CENTERED, second)
        painter.restore()

    def _fitting_font(self, line: str, width: float) -> QFont:
        """Return the largest font in which a line fits; the smallest one wraps it."""
        fonts = [sized_font(self._owner.font(), size) for size in _SIZES_PX]
        fitting = (font for font in fonts if QFontMetricsF(font).horizontalAdvance(line) <= width)
        return next(fitting, fonts[-1])

    def _set_opacity(self, opacity: float) -> None:
        self.opacity = opacity
        self._owner.update()
