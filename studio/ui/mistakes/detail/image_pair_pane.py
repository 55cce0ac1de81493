"""Base class of panes that show two images beside a text."""

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from studio.ui.mistakes.detail.panes import DetailPane
from studio.ui.shared.builders import column_layout, row_layout
from studio.ui.widgets.pixel_view import CAPTION_HEIGHT, PixelView

MIN_IMAGE_PX, MIN_TEXT_PX, MAX_TEXT_PX = 64, 216, 440
SPACING_PX = 16
NARROW_PX = 430  # below this width the text lies under the images
SENTENCES_PX = 180  # height from which there is space for sentences in the text


class ImagePairPane(DetailPane):
    """Shows its images as large as fits; `column` is the layout of the text beside them.

    `sentences` are the widgets of the text that a small pane leaves out.
    """

    def __init__(self, first: PixelView, second: PixelView, sentences: tuple[QWidget, ...]) -> None:
        super().__init__()
        self._views, self._sentences = (first, second), sentences
        self._text = QWidget()
        self.column = column_layout(self._text, spacing=8)
        images = row_layout(spacing=SPACING_PX)
        for view in self._views:
            images.addWidget(view)
        images.addStretch()
        self._body = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        # It must be able to shrink before the sentences are left out.
        self._body.setSizeConstraint(QBoxLayout.SizeConstraint.SetNoConstraint)
        self._body.setContentsMargins(0, 0, 0, 0)
        self._body.setSpacing(SPACING_PX)
        self._body.addLayout(images)
        self._body.addWidget(self._text, 1)

    def fit(self) -> None:
        """Lay out images and text for the size of the pane."""
        is_narrow = self.width() < NARROW_PX
        direction = QBoxLayout.Direction
        self._body.setDirection(direction.TopToBottom if is_narrow else direction.LeftToRight)
        for sentence in self._sentences:
            sentence.setVisible(self.height() >= SENTENCES_PX and not is_narrow)
        self._text.setMaximumWidth(self.width() if is_narrow else MAX_TEXT_PX)
        count = sum(not view.isHidden() for view in self._views)
        side = max(MIN_IMAGE_PX, self._largest_side(count, is_narrow))
        for view in self._views:
            view.setFixedSize(side, side + CAPTION_HEIGHT)

    def _largest_side(self, count: int, is_narrow: bool) -> int:
        gaps = SPACING_PX * (count if not is_narrow else count - 1)
        text = max(MIN_TEXT_PX, self._text.minimumSizeHint().width())
        text_width = 0 if is_narrow else text
        text_height = self._text.sizeHint().height() + SPACING_PX if is_narrow else 0
        across = (self.width() - text_width - gaps) // count
        return min(across, self.height() - CAPTION_HEIGHT - text_height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()
