"""Applies the theme to the whole program, and follows the system between light and dark."""

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
BODY_PX = 13
SPIN_MARGIN_PX = 7

_switchers: list["_ThemeSwitcher"] = []


def apply(app: QApplication, choice: str = "system") -> None:
    """Use the theme "light", "dark" or "system" for the whole program."""
    if not _switchers:
        app.setStyle(QStyleFactory.create("Fusion"))
        app.setFont(body_font(app))
        _switchers.append(_ThemeSwitcher(app))
    _switchers[0].choose(choice)


@contextmanager
def style_once(app: QApplication) -> Iterator[None]:
    """Apply the style sheet once, at the end, to the widgets created inside the block.

    Qt applies a style sheet each time a widget moves into a layout, so that a window takes three
    times as long to create with one.
    """
    sheet = app.styleSheet()
    app.setStyleSheet("")
    try:
        yield
    finally:
        app.setStyleSheet(sheet)


def prepare(root: QWidget) -> None:
    """Apply to the children of `root` what a style sheet cannot do.

    Spin boxes and combo boxes get padding, the wheel does not change their values, tooltips are
    wrapped, and widgets that Qt creates itself get accessible names.
    """
    if _switchers:
        _switchers[0].wheel.guard(root)
    for box in root.findChildren(QAbstractSpinBox):
        box.lineEdit().setTextMargins(SPIN_MARGIN_PX, 0, 0, 0)
    for combo in root.findChildren(QComboBox):
        if not isinstance(combo.itemDelegate(), QStyledItemDelegate):
            combo.setItemDelegate(QStyledItemDelegate(combo))
    wrap_tooltips(root)
    name_standard_controls(root)


def application() -> QApplication:
    """Return the application. Raises RuntimeError if there is none."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        raise RuntimeError("Create a QApplication first.")
    return app


def next_choice(choice: str) -> str:
    """Return the theme that a click chooses after `choice`; each click changes what is shown."""
    same, other = ("dark", "light") if _system_is_dark() else ("light", "dark")
    return {"system": other, other: "system", same: other}[choice]


def body_font(app: QApplication) -> QFont:
    """Return the system's font at body size, with digits of equal width."""
    font = QFont(app.font())
    font.setPixelSize(BODY_PX)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def stylesheet(colors: theme_colors.ThemeColors) -> str:
    """Return the style sheet of the standard controls, with the colors of a theme."""
    values = {name: value for name, value in asdict(colors).items() if isinstance(value, str)}
    values["icons"] = paths.resource("icons", "controls").as_posix()
    values["scheme"] = "dark" if colors.dark else "light"
    text = paths.resource("theme", "controls.qss").read_text(encoding="utf-8")
    return Template(text).substitute(values)


class _ThemeSwitcher(QObject):
    """Applies the theme chosen, and follows the system if that is "system"."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._choice = "system"
        self._shown: theme_colors.ThemeColors | None = None
        # When the last style sheet of a process is removed, Qt forgets widgets that it styled but
        # never showed, and can crash when they are destroyed. So one style sheet always stays.
        self._styled_widget = QWidget(styleSheet="* {}")
        self.wheel = WheelGuard(app)
        app.styleHints().colorSchemeChanged.connect(self._update)
        app.aboutToQuit.connect(_switchers.clear)

    def choose(self, choice: str) -> None:
        self._choice = choice
        self._update()

    def _update(self) -> None:
        dark = _system_is_dark() if self._choice == "system" else self._choice == "dark"
        colors = theme_colors.DARK if dark else theme_colors.LIGHT
        if colors is self._shown:
            return
        self._shown = colors
        theme_colors.set_current(colors)
        self._app.setPalette(_qt_palette(colors))
        self._app.setStyleSheet(stylesheet(colors))
        self._notify_unshown_widgets()

    def _notify_unshown_widgets(self) -> None:
        """Send the change to widgets that were never shown, which Qt leaves out."""
        for widget in self._app.allWidgets():
            if not widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
                QApplication.sendEvent(widget, QEvent(QEvent.Type.PaletteChange))


def _system_is_dark() -> bool:
    return application().styleHints().colorScheme() == Qt.ColorScheme.Dark


def _qt_palette(colors: theme_colors.ThemeColors) -> QPalette:
    palette = QPalette()
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
        palette.setColor(target, QColor(value))
    for target in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, target, QColor(colors.muted))
    return palette
