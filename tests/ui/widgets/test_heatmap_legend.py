"""The legend of a heatmap shows its colors and what its ends mean."""

from PySide6.QtGui import QColor

from studio.ui.widgets.heatmap_legend import HeatmapLegend


def test_it_shows_both_colors_of_a_heatmap_with_signs(qtbot):
    legend = HeatmapLegend("legend")
    qtbot.addWidget(legend)
    legend.resize(200, 28)
    legend.set_scale(True, "against", "for")
    legend.show()
    image = legend.grab().toImage()
    against, middle, for_it = (QColor(image.pixel(x, 5)) for x in (3, 100, 196))
    assert against.blue() > against.red()
    assert for_it.red() > for_it.blue()
    assert abs(middle.red() - middle.blue()) < 20
    assert legend.texts() == ("against", "for")
    assert legend.accessibleDescription() == "From against to for"
