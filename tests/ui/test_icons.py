"""Icons are drawn when they are needed: at that size, on that screen, in that theme."""

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon

from studio.ui import theme
from studio.ui.icons import BESIDE_TEXT, icon, pixmap
from studio.ui.widgets.theme_colors import DARK, LIGHT


def colors_of(picture):
    image = picture.toImage()
    points = ((x, y) for x in range(image.width()) for y in range(image.height()))
    return {
        image.pixelColor(x, y).name() for x, y in points if image.pixelColor(x, y).alpha() == 255
    }


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("side", [16, 20, 96])
def test_an_icon_is_as_sharp_as_the_screen(qapp, side, ratio):
    picture = icon("stop").pixmap(QSize(side, side), ratio)
    assert picture.size() == QSize(side, side) * ratio
    assert picture.devicePixelRatio() == ratio


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_beside_a_text_it_stands_at_the_left(qapp, ratio):
    alone = icon("play").pixmap(QSize(16, 16), ratio).toImage()
    beside = icon("play").pixmap(BESIDE_TEXT, ratio).toImage()
    assert beside.size() == BESIDE_TEXT * ratio
    assert beside.copy(alone.rect()) == alone
    gap = beside.copy(alone.width(), 0, beside.width() - alone.width(), beside.height())
    assert not any(gap.pixelColor(x, 5).alpha() for x in range(gap.width()))


@pytest.mark.parametrize(("name", "colors"), [("light", LIGHT), ("dark", DARK)])
def test_it_has_the_colors_of_the_theme_now_shown(qapp, name, colors):
    of_text, accent = icon("stop"), icon("stop", "accent")
    theme.apply(qapp, name)
    assert colors_of(of_text.pixmap(32, 32)) == {QColor(colors.text).name()}
    assert colors_of(accent.pixmap(32, 32)) == {QColor(colors.accent).name()}
    disabled = of_text.pixmap(QSize(32, 32), QIcon.Mode.Disabled)
    assert colors_of(disabled) == {QColor(colors.muted).name()}


def test_painting_on_one_leaves_the_next_as_it_is(qapp):
    first = pixmap("stop", 20, "#ff0000")
    before = first.toImage()
    first.fill(QColor("blue"))
    assert pixmap("stop", 20, "#ff0000").toImage() == before
