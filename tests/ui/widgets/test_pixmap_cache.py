from PySide6.QtGui import QColor, QPixmap

from studio.ui.widgets.pixmap_cache import PixmapCache


def red_pixmap(side=10):
    pixmap = QPixmap(side, side)
    pixmap.fill(QColor("red"))
    return pixmap


def test_the_least_recently_used_pixmap_is_discarded(qtbot):
    cache = PixmapCache(limit_bytes=3 * 400)
    rendered = []

    def render():
        rendered.append(1)
        return red_pixmap()

    for key in "abcad":
        cache.get(key, render)
    assert (len(cache), len(rendered)) == (3, 4)
    cache.get("a", render)
    assert len(rendered) == 4
    cache.get("b", render)
    assert len(rendered) == 5


def test_a_pixmap_larger_than_the_limit_is_kept(qtbot):
    cache = PixmapCache(limit_bytes=10)
    assert cache.get("a", red_pixmap).width() == 10
    cache.get("b", red_pixmap)
    assert len(cache) == 1
    cache.clear()
    assert len(cache) == 0
