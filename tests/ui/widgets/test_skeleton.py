"""A skeleton has the shape of what is loading."""

from studio.ui.widgets.skeleton import GAP, Skeleton


def test_blocks_follow_the_shares_of_the_width(qtbot):
    skeleton = Skeleton(((1.0,), (0.5, 0.25)), row_height=10)
    qtbot.addWidget(skeleton)
    skeleton.resize(208, 100)
    first, left, right = skeleton.blocks()
    assert (first.width(), first.height()) == (208, 10)
    assert (left.left(), left.top(), left.width()) == (0, 10 + GAP, 100)
    assert (right.left(), right.width()) == (100 + GAP, 50)


def test_no_row_is_cut_off(qtbot):
    skeleton = Skeleton(((1.0,),) * 5, row_height=20)
    qtbot.addWidget(skeleton)
    skeleton.resize(100, 3 * 20 + 2 * GAP)
    assert len(skeleton.blocks()) == 3
    skeleton.resize(100, 3 * 20 + 2 * GAP - 1)
    assert len(skeleton.blocks()) == 2
    skeleton.resize(100, 10)
    assert len(skeleton.blocks()) == 1


def test_it_is_drawn_and_asks_for_the_height_of_its_rows(qtbot):
    skeleton = Skeleton(((1.0,), (1.0,)), row_height=20)
    qtbot.addWidget(skeleton)
    assert skeleton.sizeHint().height() == 2 * 20 + GAP
    skeleton.resize(100, 50)
    picture = skeleton.grab().toImage()
    assert picture.pixelColor(50, 10) != picture.pixelColor(50, 20 + GAP // 2)
