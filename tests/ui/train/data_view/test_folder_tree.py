"""The painted tree of folders."""

import pytest
from PySide6.QtWidgets import QApplication

from studio.ui import theme
from studio.ui.train.data_view.folder_tree import FolderTree, TreeEntry

ENTRIES = (TreeEntry(0, "mine"), TreeEntry(1, "cats", images=3), TreeEntry(1, "a.csv", icon="runs"))


@pytest.fixture
def tree(qtbot):
    theme.apply(QApplication.instance(), "light")
    tree = FolderTree(ENTRIES)
    qtbot.addWidget(tree)
    tree.resize(tree.sizeHint())
    return tree


def test_the_tree_is_described_for_assistive_technology(tree):
    assert tree.accessibleDescription() == "mine; inside: cats, 3 or more images; inside: a.csv"


def test_a_longer_name_takes_more_room(qtbot, tree):
    longer = FolderTree((*ENTRIES[:1], TreeEntry(1, "a class of a long name", images=3)))
    qtbot.addWidget(longer)
    assert longer.sizeHint().width() > tree.sizeHint().width()


def test_nothing_is_cut_off_at_its_own_size(tree):
    own = tree.grab().toImage()
    tree.resize(tree.width() + 40, tree.height())
    wide = tree.grab().toImage()
    right = own.width()
    ground = wide.pixelColor(wide.width() - 1, 0)
    columns = range(right, wide.width())
    assert all(wide.pixelColor(x, y) == ground for x in columns for y in range(wide.height()))


def test_it_follows_the_theme(tree):
    light = tree.grab().toImage()
    theme.apply(QApplication.instance(), "dark")
    assert tree.grab().toImage() != light
    theme.apply(QApplication.instance(), "light")
