"""The colors of the light and the dark theme, as plain values that widgets read when painting."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ThemeColors:
    """Named colors as "#RRGGBB", which QColor, style sheets and pyqtgraph accept."""

    background: str
    surface: str
    raised: str
    border: str
    text: str
    muted: str
    accent: str
    good: str
    bad: str
    warn: str
    on_accent: str
    """Text and icons on the accent color."""
    accent_hover: str
    accent_pressed: str
    accent_soft: str
    """Background of selected items; `text` and `accent` stay readable on it."""
    hover: str
    pressed: str
    control_border: str
    """Border of fields and buttons, stronger than `border`."""
    series: tuple[str, ...]
    """Colors of the lines in plots: Okabe-Ito, best contrast on `surface` first."""
    dark: bool


LIGHT = ThemeColors(
    background="#F7F8FA",
    surface="#FFFFFF",
    raised="#FFFFFF",
    border="#E3E6EB",
    text="#1B1F27",
    muted="#667085",
    accent="#2463DB",
    good="#0B7A53",
    bad="#C4432B",
    warn="#9A6700",
    on_accent="#FFFFFF",
    accent_hover="#1E56C2",
    accent_pressed="#1848A5",
    accent_soft="#E7EEFC",
    hover="#F0F2F5",
    pressed="#E4E8EE",
    control_border="#CBD1DA",
    series=("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#1B1F27"),
    dark=False,
)

DARK = ThemeColors(
    background="#15171C",
    surface="#1E2128",
    raised="#262A33",
    border="#343944",
    text="#E8EAF0",
    muted="#9AA3B2",
    accent="#6C9BFF",
    good="#3CCB98",
    bad="#FF8A70",
    warn="#E5B454",
    on_accent="#10131A",
    accent_hover="#86ADFF",
    accent_pressed="#A0BFFF",
    accent_soft="#26344F",
    hover="#2B303A",
    pressed="#353B47",
    control_border="#454C5A",
    series=("#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#F0E442", "#D55E00", "#E8EAF0"),
    dark=True,
)

_current = LIGHT


def current() -> ThemeColors:
    """Return the colors of the current theme. Call it while painting and do not store them."""
    return _current


def set_current(colors: ThemeColors) -> None:
    """Set the current colors; the theme calls this before it sends PaletteChange events."""
    global _current
    _current = colors
