"""One tile of the sample grid: picture, caption and notes, drawn once and kept."""

from functools import partial

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from studio.ui.widgets import theme_colors
from studio.ui.widgets.image_conversion import PixmapCache, fitted_qimage
from studio.ui.widgets.sample_model import ARROW, SampleModel, SampleRole

Index = QModelIndex | QPersistentModelIndex
SMALL_PICTURE, LARGE_PICTURE = 84, 112
PADDING = 8
WIDEST_CAPTION = 132


class SampleDelegate(QStyledItemDelegate):
    """Paints tiles of a `SampleModel`. What does not depend on the mouse is kept as a pixmap."""

    def __init__(self, samples: SampleModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._samples = samples
        self._kept = PixmapCache()
        self._captions: dict[str, tuple[str, int]] = {}
        self._side = SMALL_PICTURE
        self.set_font(QFont())

    def set_font(self, base: QFont) -> None:
        """Write in this font from now on."""
        self._caption_font, self._note_font = QFont(base), QFont(base)
        self._caption_font.setPixelSize(13)
        self._note_font.setPixelSize(12)
        self._caption_metrics = QFontMetrics(self._caption_font)
        self._note_metrics = QFontMetrics(self._note_font)
        self.refit()

    def set_picture_side(self, side: int) -> bool:
        """Draw pictures this large, in logical pixels; False when they already are."""
        if side == self._side:
            return False
        self._side = side
        self.refit()
        return True

    def refit(self) -> None:
        """Forget what was drawn: the samples, the theme or the font are new."""
        self._kept.clear()
        self._captions.clear()
        self._tile = self._fitting_size()

    def tile_size(self) -> QSize:
        """The size of every tile: wide enough for its caption, within reason."""
        return self._tile

    def kept(self) -> int:
        """How many drawn tiles are kept."""
        return len(self._kept)

    def _fitting_size(self) -> QSize:
        longest = self._caption_metrics.horizontalAdvance(self._samples.table.longest_caption()) + 4
        width = max(self._side, min(longest, WIDEST_CAPTION)) + 2 * PADDING
        table = self._samples.table
        notes = len(table.details(0)) if len(table.images) else 1
        lines = self._caption_metrics.height() + notes * self._note_metrics.height()
        return QSize(width, PADDING + self._side + 6 + lines + PADDING)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        _draw_ground(painter, option)
        ratio = painter.device().devicePixelRatioF()
        position = index.data(SampleRole.POSITION)
        tile = self._kept.get((position, ratio), partial(self._draw, position, ratio))
        painter.drawPixmap(option.rect.topLeft(), tile)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return self._tile

    def _draw(self, position: int, ratio: float) -> QPixmap:
        tile = QPixmap(self._tile * ratio)
        tile.setDevicePixelRatio(ratio)
        tile.fill(Qt.GlobalColor.transparent)
        painter = QPainter(tile)
        self._draw_picture(painter, position, ratio)
        self._draw_words(painter, position)
        painter.end()
        return tile

    def _draw_picture(self, painter: QPainter, position: int, ratio: float) -> None:
        side = round(self._side * ratio)
        picture = fitted_qimage(self._samples.table.images[position], side)
        picture.setDevicePixelRatio(ratio)
        # Whole device pixels, or the picture's own pixels would blur.
        left = int((self._tile.width() * ratio - picture.width()) / 2) / ratio
        top = int(PADDING * ratio + (side - picture.height()) / 2) / ratio
        painter.drawImage(QPointF(left, top), picture)

    def _draw_words(self, painter: QPainter, position: int) -> None:
        table, colors = self._samples.table, theme_colors.current()
        caption, width = self._fitting_caption(table.caption(position))
        line = PADDING + self._side + 6 + self._caption_metrics.ascent()
        painter.setFont(self._caption_font)
        painter.setPen(QColor(colors.text))
        painter.drawText((self._tile.width() - width) // 2, line, caption)
        line += self._caption_metrics.descent() + self._note_metrics.ascent() + 1
        painter.setFont(self._note_font)
        painter.setPen(QColor(colors.muted))
        for text in table.details(position):
            self._draw_note(painter, text, line)
            line += self._note_metrics.height()

    def _draw_note(self, painter: QPainter, text: str, line: int) -> None:
        room = self._tile.width() - PADDING
        # The middle is left out: names of files differ at their ends.
        note = self._note_metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, room)
        width = self._note_metrics.horizontalAdvance(note)
        painter.drawText((self._tile.width() - width) // 2, line, note)

    def _fitting_caption(self, caption: str) -> tuple[str, int]:
        """Return the caption as it fits and its width; class pairs come again and again."""
        if caption not in self._captions:
            metrics = self._caption_metrics
            text = fit_caption(metrics, caption, self._tile.width() - PADDING)
            self._captions[caption] = (text, metrics.horizontalAdvance(text))
        return self._captions[caption]


def fit_caption(metrics: QFontMetrics, caption: str, room: int) -> str:
    """Shorten the class names of "true → read as" until the caption fits; the arrow stays.

    Any other caption keeps its ends, where file names differ.
    """
    if metrics.horizontalAdvance(caption) <= room:
        return caption
    true, arrow, read = caption.partition(ARROW)
    if not arrow:
        return metrics.elidedText(caption, Qt.TextElideMode.ElideMiddle, room)
    names = room - metrics.horizontalAdvance(arrow)
    share = max(names // 2, names - min(map(metrics.horizontalAdvance, (true, read))))
    elide = Qt.TextElideMode.ElideRight
    return arrow.join(metrics.elidedText(name, elide, share) for name in (true, read))


def _draw_ground(painter: QPainter, option: QStyleOptionViewItem) -> None:
    colors, state = theme_colors.current(), option.state
    selected = bool(state & QStyle.StateFlag.State_Selected)
    if not (selected or state & QStyle.StateFlag.State_MouseOver):
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(QColor(colors.accent_soft if selected else colors.hover))
    painter.setPen(QPen(QColor(colors.accent), 2) if selected else Qt.PenStyle.NoPen)
    painter.drawRoundedRect(QRectF(option.rect).adjusted(1, 1, -1, -1), 6, 6)
