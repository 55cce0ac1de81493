"""The scatter plot: painting, panning, zooming and selecting with real events."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtWidgets import QApplication

from studio.ui.widgets import theme_colors
from studio.ui.widgets.color_legend import ColorLegend, ColorScale
from studio.ui.widgets.hover_card import HoverCard
from studio.ui.widgets.scatter_geometry import ScatterGeometry, nearest_point, next_point
from studio.ui.widgets.scatter_raster import PADDING, ScatterRaster, pack_colors, point_radius
from studio.ui.widgets.scatter_view import ScatterView

LEFT = Qt.MouseButton.LeftButton
CORNERS = np.array([[-1, 1], [1, 1], [1, -1], [-1, -1], [0, 0]], np.float32)
COLORS = np.array([[255, 0, 0], [0, 255, 0], [0, 0, 255], [9, 9, 9], [200, 0, 200]], np.uint8)


@pytest.fixture
def view(qtbot):
    made = ScatterView()
    qtbot.addWidget(made)
    made.resize(400, 300)
    made.set_points(CORNERS, COLORS)
    with qtbot.waitExposed(made):
        made.show()
    return made


@pytest.fixture
def heard(view):
    selections = []
    view.selected.connect(lambda indices: selections.append(indices.tolist()))
    return selections


def drag(qtbot, view, path, modifier=Qt.KeyboardModifier.NoModifier):
    qtbot.mousePress(view, LEFT, modifier, path[0])
    for place in path[1:]:
        qtbot.mouseMove(view, place)
    qtbot.mouseRelease(view, LEFT, modifier, path[-1])


def around(view, *indices):
    """A closed path around points."""
    places = [view.point_position(index) for index in indices]
    left, right = min(p.x() for p in places) - 15, max(p.x() for p in places) + 15
    top, bottom = min(p.y() for p in places) - 15, max(p.y() for p in places) + 15
    corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
    return [QPoint(round(x), round(y)) for x, y in corners]


def color_at(view, index):
    return view.grab().toImage().pixelColor(view.point_position(index).toPoint()).getRgb()[:3]


def test_every_point_is_painted_in_its_color(view):
    for index, color in enumerate(COLORS.tolist()):
        assert color_at(view, index) == tuple(color)
    assert view.accessibleDescription() == "5 points"


def test_later_points_of_the_order_are_in_front(view):
    view.set_points(np.zeros((2, 2), np.float32), COLORS[:2])
    assert color_at(view, 0) == (0, 255, 0)
    view.set_colors(COLORS[:2], np.array([1, 0]))
    assert color_at(view, 0) == (255, 0, 0)


def test_a_click_selects_and_dims_the_others(qtbot, view, heard):
    qtbot.mouseClick(view, LEFT, pos=view.point_position(1).toPoint())
    assert heard == [[1]]
    assert color_at(view, 1) == (0, 255, 0)
    assert color_at(view, 2) != (0, 0, 255)
    qtbot.mouseClick(view, LEFT, pos=QPoint(200, 20))
    assert heard[-1] == []
    assert color_at(view, 2) == (0, 0, 255)


def test_a_lasso_selects_what_is_inside(qtbot, view, heard):
    drag(qtbot, view, around(view, 0, 1), Qt.KeyboardModifier.ShiftModifier)
    assert heard == [[0, 1]]
    view.set_lasso(True)
    drag(qtbot, view, around(view, 2))
    assert heard[-1] == [2]
    assert view.selection().tolist() == [2]
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert heard[-1] == []


def test_dragging_pans_and_a_double_click_shows_all(qtbot, view, heard):
    before = view.point_position(4)
    drag(qtbot, view, [QPoint(100, 100), QPoint(110, 105), QPoint(130, 120)])
    moved = view.point_position(4) - before
    assert (moved.x(), moved.y()) == pytest.approx((30, 20), abs=0.01)
    assert heard == []
    qtbot.mouseDClick(view, LEFT, pos=QPoint(10, 10))
    assert view.point_position(4) == before


def test_the_wheel_zooms_around_the_mouse(view):
    place = view.point_position(1)
    for turns in (120, 120, 120):
        event = QWheelEvent(
            place,
            view.mapToGlobal(place),
            QPoint(),
            QPoint(0, turns),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(view, event)
    assert view.zoom() == pytest.approx(1.2**3)
    assert (view.point_position(1) - place).manhattanLength() < 0.1
    view.show_all()
    assert view.zoom() == 1


def test_keys_move_zoom_and_select(qtbot, view, heard):
    hovered = []
    view.hovered.connect(hovered.append)
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.current() == 4
    qtbot.keyClick(view, Qt.Key.Key_Up)
    assert view.current() in (0, 1)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert heard[-1] == [view.current()]
    qtbot.keyClick(view, Qt.Key.Key_Plus)
    assert view.zoom() == 1.5
    qtbot.keyClick(view, Qt.Key.Key_Home)
    qtbot.keyClick(view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert heard[-1] == [0, 1, 2, 3, 4]
    assert hovered[:2] == [4, view.current()] or len(hovered) >= 2


def test_the_point_below_the_mouse_is_reported(qtbot, view):
    with qtbot.waitSignal(view.hovered) as signal:
        qtbot.mouseMove(view, view.point_position(2).toPoint() + QPoint(3, 0))
    assert signal.args == [2]
    with qtbot.waitSignal(view.hovered) as signal:
        qtbot.mouseMove(view, QPoint(150, 60))
    assert signal.args == [-1]


def test_points_move_to_other_positions(qtbot, view):
    view.move_points(-CORNERS)
    assert np.array_equal(view.positions(), -CORNERS)
    qtbot.waitUntil(lambda: view.point_position(0).x() > 300, timeout=5000)
    assert color_at(view, 0) == (255, 0, 0)


def test_highlighting_dims_the_others(view):
    view.highlight(np.array([True, False, False, False, False]))
    assert color_at(view, 0) == (255, 0, 0)
    assert color_at(view, 1) != (0, 255, 0)
    view.highlight(None)
    assert color_at(view, 1) == (0, 255, 0)


def test_it_follows_the_theme(qtbot, view, monkeypatch):
    monkeypatch.setattr(theme_colors, "_current", theme_colors.DARK)
    view.setPalette(view.palette())
    view.highlight(None)
    corner = view.grab().toImage().pixelColor(QPoint(60, 150))
    assert corner == QColor(theme_colors.DARK.surface)


@given(
    x=st.floats(-1, 1),
    y=st.floats(-1, 1),
    factor=st.floats(0.2, 50),
    at=st.tuples(st.floats(0, 800), st.floats(0, 600)),
)
def test_pixels_and_places_are_inverse(x, y, factor, at):
    geometry = ScatterGeometry(800, 600).zoomed(factor, *at).panned(13, -7)
    pixel = geometry.to_pixels(np.array([[x], [y]], np.float32))[:, 0]
    assert geometry.to_plane(*pixel.tolist()) == pytest.approx((x, y), abs=1e-3)
    assert all(-1 <= value <= 1 for value in geometry.center)


@given(seed=st.integers(0, 50), radius=st.floats(0, 40))
def test_the_nearest_point_is_that_of_a_plain_search(seed, radius):
    rng = np.random.default_rng(seed)
    pixels = rng.uniform(0, 100, (2, 30)).astype(np.float32)
    distances = np.hypot(pixels[0] - 50, pixels[1] - 50)
    expected = int(distances.argmin()) if distances.min() <= radius else -1
    assert nearest_point(pixels, 50, 50, radius) == expected


def test_the_next_point_lies_in_the_direction():
    pixels = np.array([[0, 10, 30, 0], [0, 2, 0, 9]], np.float32)
    assert next_point(pixels, 0, (1, 0)) == 1
    assert next_point(pixels, 0, (0, 1)) == 3
    assert next_point(pixels, 0, (-1, 0)) == -1


@given(seed=st.integers(0, 30), radius=st.sampled_from([1.5, 2.5, 4.5, 7.0]))
def test_points_at_the_border_and_outside_are_painted_or_left_out(seed, radius):
    points = np.random.default_rng(seed).uniform(-40, 100, (2, 50)).astype(np.float32)
    colors = pack_colors(np.full((50, 3), 7, np.uint8))
    raster = ScatterRaster()
    raster.set_colors(colors, colors)
    painted = raster.paint((60, 40), 0xFFFFFFFF, points, radius)[PADDING:-PADDING, PADDING:-PADDING]
    x, y = np.meshgrid(np.arange(60), np.arange(40))
    distance = np.hypot(x[..., None] - np.rint(points[0]), y[..., None] - np.rint(points[1])).min(2)
    assert np.array_equal(painted == colors[0], distance <= radius)


def test_many_points_are_small():
    radii = [point_radius(count, 1.0) for count in (100, 2_000, 10_000, 25_000, 60_000)]
    assert radii == sorted(radii, reverse=True)
    assert point_radius(60_000, 10.0) > point_radius(60_000, 1.0)


def test_a_card_stays_inside_its_parent(view):
    card = HoverCard(view)
    image = np.zeros((8, 8), np.uint8)
    for place in (QPointF(5, 5), QPointF(395, 5), QPointF(395, 295), QPointF(5, 295)):
        card.show_at(place, image, "a long title " * 9, ("details", "a/long/file/name" * 9))
        assert view.rect().contains(card.geometry())
        assert not card.geometry().contains(place.toPoint())


def test_a_legend_reports_the_selected_groups(qtbot):
    legend = ColorLegend()
    qtbot.addWidget(legend)
    names = [f"class {index}" for index in range(100)]
    legend.set_groups(names, range(100), np.zeros((100, 3), np.uint8))
    chosen = []
    legend.groups_selected.connect(chosen.append)
    legend.show()
    for row in (3, 1, 3):
        place = legend.visualItemRect(legend.item(row)).center()
        qtbot.mouseClick(legend.viewport(), LEFT, pos=place)
    assert chosen == [[3], [1, 3], [1]]


def test_a_scale_says_what_its_ends_mean(qtbot):
    scale = ColorScale()
    qtbot.addWidget(scale)
    scale.set_scale(COLORS, "0", "3.1")
    assert scale.texts() == ("0", "3.1")
    image = scale.grab().toImage()
    assert image.pixelColor(1, 4) == QColor(255, 0, 0)
    assert image.pixelColor(image.width() - 2, 4) == QColor(200, 0, 200)
