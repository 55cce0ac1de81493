"""Functions that build the small standard widgets of every page."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from studio.ui.icons import BESIDE_TEXT, icon
from studio.ui.widgets.elided_label import ElidedLabel

Margins = tuple[int, int, int, int]


def label(
    role: str, text: str = "", *, name: str = "", tooltip: str = "", selectable: bool = False
) -> QLabel:
    """Build a label with a text role of the style sheet, such as "title", "body" or "muted"."""
    made = QLabel(text)
    made.setObjectName(name)
    made.setProperty("role", role)
    made.setToolTip(tooltip)
    if selectable:
        made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made


def elided_label(role: str, name: str) -> ElidedLabel:
    """Build a label of plain text that is elided where it does not fit."""
    made = ElidedLabel()
    made.setObjectName(name)
    made.setProperty("role", role)
    made.setTextFormat(Qt.TextFormat.PlainText)
    return made


def text_button(
    name: str, text: str, icon_name: str = "", role: str = "text", tooltip: str = ""
) -> QPushButton:
    """Build a button with an icon, if any, before its text; `role` is the color of the icon."""
    made = QPushButton(text)
    if icon_name:
        made.setIcon(icon(icon_name, role))
    made.setObjectName(name)
    made.setAccessibleName(text)
    made.setIconSize(BESIDE_TEXT)
    made.setToolTip(tooltip)
    return made


def tool_button(
    name: str, icon_name: str, accessible_name: str, tooltip: str = "", color: str = "text"
) -> QToolButton:
    """Build a button that shows only an icon; its tooltip defaults to its accessible name."""
    made = QToolButton()
    made.setObjectName(name)
    made.setIcon(icon(icon_name, color))
    made.setAccessibleName(accessible_name)
    made.setToolTip(tooltip or accessible_name)
    return made


def row_layout(parent: QWidget | None = None, *, spacing: int) -> QHBoxLayout:
    """Build a horizontal layout without margins, that of `parent` if there is one."""
    layout = QHBoxLayout() if parent is None else QHBoxLayout(parent)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(spacing)
    return layout


def column_layout(parent: QWidget | None = None, *, spacing: int) -> QVBoxLayout:
    """Build a vertical layout without margins, that of `parent` if there is one."""
    layout = QVBoxLayout() if parent is None else QVBoxLayout(parent)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(spacing)
    return layout


def card(*content: QWidget, margins: Margins = (16, 12, 16, 16), spacing: int = 8) -> QFrame:
    """Build a framed surface with `content` from top to bottom."""
    frame = QFrame()
    frame.setProperty("card", True)
    column = QVBoxLayout(frame)
    column.setContentsMargins(*margins)
    column.setSpacing(spacing)
    for widget in content:
        column.addWidget(widget)
    return frame


def set_style(widget: QWidget, **properties: object) -> None:
    """Set properties that the style sheet selects by, and restyle the widget if one changed."""
    changed = {name: value for name, value in properties.items() if widget.property(name) != value}
    for name, value in changed.items():
        widget.setProperty(name, value)
    if changed:
        widget.style().unpolish(widget)
        widget.style().polish(widget)
