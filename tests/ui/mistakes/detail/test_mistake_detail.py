"""The panes of a sample: made when first opened, and only the visible one is told about samples."""

import pytest
from PySide6.QtCore import Qt

from studio.ui.mistakes.detail.mistake_detail import MistakeDetail
from studio.ui.mistakes.detail.panes import PANES, DetailPane, PaneEntry
from studio.ui.mistakes.detail.sample_facts import collect_facts

SAMPLES = [(0, 1, 0.6), (2, 2, 0.9)]


class RecordingPane(DetailPane):
    """Records what it is asked."""

    def __init__(self):
        super().__init__()
        self.calls = []

    def show_sample(self, session, position):
        self.calls.append(position)

    def clear(self):
        self.calls.append("clear")

    def shutdown(self):
        self.calls.append("shutdown")


@pytest.fixture
def made():
    return []


@pytest.fixture
def detail(qtbot, make_session, make_evaluation, made):
    def create(_session):
        made.append(RecordingPane())
        return made[-1]

    session = make_session()
    session.show(make_evaluation(SAMPLES))
    entries = (*PANES[:1], PaneEntry("saliency", "Saliency", "Recorded", create))
    detail = MistakeDetail(session, entries)
    qtbot.addWidget(detail)
    detail.resize(700, 260)
    detail.show()
    show(detail, 0)
    return detail


def show(detail, position):
    detail.show_sample(collect_facts(detail._session.evaluation, position, "1 of 2"), False, True)


def test_a_pane_is_made_when_it_is_first_opened(qtbot, detail, made):
    assert made == []
    qtbot.mouseClick(detail.pane_control.findChild(object, "saliency_pane_button"), Qt.LeftButton)
    assert made[0].calls == [0]
    assert made[0].isVisible()
    assert not detail.image_view.isVisible()


def test_only_the_visible_pane_is_told_about_samples(detail, made):
    detail.open_pane("saliency")
    detail.open_pane("prediction")
    show(detail, 1)
    assert made[0].calls == [0, "clear"]
    detail.open_pane("saliency")
    assert made[0].calls == [0, "clear", 1]
    assert len(made) == 1


def test_a_key_opens_the_saliency_maps_and_closes_them(qtbot, detail):
    detail.activateWindow()
    qtbot.waitUntil(detail.isActiveWindow)
    for expected in ("saliency", "prediction"):
        qtbot.keyClick(detail, Qt.Key.Key_W)
        assert detail.pane_key == expected


def test_work_ends_with_the_evaluation_and_with_the_window(detail, made):
    detail.open_pane("saliency")
    detail.clear()
    assert detail.facts is None
    detail.shutdown()
    assert made[0].calls == [0, "clear", "shutdown"]


def test_the_prediction_pane_follows_the_sample(detail):
    assert detail.title.text() == "a predicted as b"
    assert detail.bars.values()[0][0] == "b"
    show(detail, 1)
    assert detail.title.text() == "c predicted correctly"
    assert detail.bars.values()[0][0] == "c"
    assert detail.sample_name.text() == detail.facts.name


@pytest.mark.parametrize("size", [(420, 190), (700, 260), (1200, 520)])
def test_the_image_is_as_large_as_the_height_allows(qtbot, detail, size):
    detail.resize(*size)
    detail.set_compact(size[1] < 200)
    pane, image = detail.prediction, detail.image_view
    qtbot.waitUntil(lambda: image.width() == pane.image_view.width() and image.height() > 0)
    assert image.width() <= max(96, pane.height())
    assert pane.rect().contains(detail.bars.geometry().translated(detail.bars.parentWidget().pos()))
