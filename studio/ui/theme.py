"""Puts one look on the whole program and follows the system between light and dark."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from string import Template

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QStyledItemDelegate,
    QStyleFactory,
    QWidget,
)

from studio import paths
from studio.ui.widgets import theme_colors
from studio.ui.widgets.accessible_names import name_standard_controls
from studio.ui.widgets.tooltip import wrap_tooltips
from studio.ui.widgets.wheel_guard import WheelGuard

CHOICES = ("system", "light", "dark")
BODY_SIZE = 13
SPIN_MARGIN = 7

_followers: list["_Follower"] = []


def apply(app: QApplication, choice: str = "system") -> None:
    """Show the program in "light" or "dark", or in whatever the system shows, from now on."""
    if not _followers:
        app.setStyle(QStyleFactory.create("Fusion"))
        app.setFont(body_font(app))
        _followers.append(_Follower(app))
    _followers[0].choose(choice)


@contextmanager
def style_afterwards(app: QApplication) -> Iterator[None]:
    """Many widgets made inside get their style once, at the end.

    Qt applies a style sheet anew each time a widget moves into a layout: a window takes three
    times as long to build under one.
    """
    sheet = app.styleSheet()
    app.setStyleSheet("")
    try:
        yield
    finally:
        app.setStyleSheet(sheet)


def dress(root: QWidget) -> None:
    """Do to what is in `root` what a style sheet cannot.

    Fields and lists get room, the wheel does not change their values, tooltips come in short lines,
    and parts that Qt makes itself get accessible names.
    """
    if _followers:
        _followers[0].wheel.guard(root)
    for box in root.findChildren(QAbstractSpinBox):
        box.lineEdit().setTextMargins(SPIN_MARGIN, 0, 0, 0)
    for combo in root.findChildren(QComboBox):
        if not isinstance(combo.itemDelegate(), QStyledItemDelegate):
            combo.setItemDelegate(QStyledItemDelegate(combo))
    wrap_tooltips(root)
    name_standard_controls(root)


def application() -> QApplication:
    """The one application there is. Raises RuntimeError before there is one."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        raise RuntimeError("Make a QApplication first.")
    return app


def next_choice(choice: str) -> str:
    """What a click on the colours chooses after `choice`: each click changes what is shown."""
    same, other = ("dark", "light") if _system_is_dark() else ("light", "dark")
    return {"system": other, other: "system", same: other}[choice]


def body_font(app: QApplication) -> QFont:
    """The system's font at body size, with figures of equal width for numbers that change."""
    font = QFont(app.font())
    font.setPixelSize(BODY_SIZE)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


class _Follower(QObject):
    """Knows what was chosen and answers when the system changes its colours."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._choice = "system"
        self._shown: theme_colors.ThemeColors | None = None
        # When its last style sheet goes, Qt forgets to watch what that styled but nobody saw yet,
        # and crashes over those widgets once they are gone. So one sheet always stays.
        self._stays = QWidget(styleSheet="* {}")
        self.wheel = WheelGuard(app)
        app.styleHints().colorSchemeChanged.connect(self._on_system_changed)
        app.aboutToQuit.connect(_followers.clear)

    def choose(self, choice: str) -> None:
        self._choice = choice
        self._show(self._wanted())

    def _on_system_changed(self, _scheme: Qt.ColorScheme) -> None:
        self._show(self._wanted())

    def _wanted(self) -> theme_colors.ThemeColors:
        dark = _system_is_dark() if self._choice == "system" else self._choice == "dark"
        return theme_colors.DARK if dark else theme_colors.LIGHT

    def _show(self, colors: theme_colors.ThemeColors) -> None:
        if colors is self._shown:
            return
        self._shown = colors
        theme_colors.set_current(colors)
        self._app.setPalette(_qt_palette(colors))
        self._app.setStyleSheet(stylesheet(colors))
        self._tell_the_unseen()

    def _tell_the_unseen(self) -> None:
        """Qt tells only widgets that were on the screen once; pages not yet visited count too."""
        for widget in self._app.allWidgets():
            if not widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
                QApplication.sendEvent(widget, QEvent(QEvent.Type.PaletteChange))


def stylesheet(colors: theme_colors.ThemeColors) -> str:
    """Return the style sheet of all standard controls, filled in with the colours of a theme."""
    values = {name: value for name, value in asdict(colors).items() if isinstance(value, str)}
    values["icons"] = paths.resource("icons", "controls").as_posix()
    values["scheme"] = "dark" if colors.dark else "light"
    template = paths.resource("theme", "controls.qss").read_text(encoding="utf-8")
    return Template(template).substitute(values)


def _system_is_dark() -> bool:
    return application().styleHints().colorScheme() == Qt.ColorScheme.Dark


def _qt_palette(colors: theme_colors.ThemeColors) -> QPalette:
    made = QPalette()
    role = QPalette.ColorRole
    for target, value in (
        (role.Window, colors.background),
        (role.WindowText, colors.text),
        (role.Base, colors.surface),
        (role.AlternateBase, colors.hover),
        (role.Text, colors.text),
        (role.PlaceholderText, colors.muted),
        (role.Button, colors.surface),
        (role.ButtonText, colors.text),
        (role.BrightText, colors.bad),
        (role.ToolTipBase, colors.raised),
        (role.ToolTipText, colors.text),
        (role.Highlight, colors.accent),
        (role.HighlightedText, colors.on_accent),
        (role.Accent, colors.accent),
        (role.Link, colors.accent),
        (role.LinkVisited, colors.accent),
        (role.Light, colors.raised),
        (role.Midlight, colors.border),
        (role.Mid, colors.control_border),
        (role.Dark, colors.muted),
        (role.Shadow, colors.border),
    ):
        made.setColor(target, QColor(value))
    for target in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, target, QColor(colors.muted))
    return made
