"""The style sheet of every standard control, filled in with the colours of a palette."""

from dataclasses import asdict
from string import Template

from studio import paths
from studio.ui.widgets.theme_colors import ThemeColors


def stylesheet(colors: ThemeColors) -> str:
    """The whole style sheet for one palette."""
    values = {name: value for name, value in asdict(colors).items() if isinstance(value, str)}
    values["icons"] = paths.resource("icons", "controls").as_posix()
    values["scheme"] = "dark" if colors.dark else "light"
    text = paths.resource("theme", "controls.qss").read_text(encoding="utf-8")
    return Template(text).substitute(values)
