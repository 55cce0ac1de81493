"""Saliency maps are computed for the newest request, which stops the one before."""

import threading

import numpy as np
import pytest

from studio.errors import Stopped
from studio.insight.saliency import OCCLUSION, SaliencyMaps
from studio.runs import RunStore
from studio.ui.shared.saliency_worker import SaliencyRequest, SaliencyWorker


class FakePredictor:
    """Its saliency map is the image times the class index."""

    def saliency(self, image, classes, method, on_progress, should_stop):
        on_progress(0.5, "")
        return SaliencyMaps(np.stack([image[0].astype(np.float32) * index for index in classes]))


class SlowPredictor:
    """Computes until it is asked to stop."""

    def __init__(self):
        self.started = threading.Event()

    def saliency(self, image, classes, method, on_progress, should_stop):
        self.started.set()
        while not should_stop():
            pass
        raise Stopped


@pytest.fixture
def worker(qtbot, tmp_path):
    made = SaliencyWorker(RunStore(tmp_path))
    yield made
    made.close()


@pytest.fixture
def image():
    return np.full((1, 4, 4), 7, np.uint8)


def test_the_result_comes_with_its_request(qtbot, worker, image):
    request = SaliencyRequest(FakePredictor(), image, (2, 0), OCCLUSION, sample=5)
    with (
        qtbot.waitSignal(worker.completed) as completed,
        qtbot.waitSignal(worker.progressed) as part,
    ):
        worker.submit(request)
    assert part.args == [request, 0.5]
    assert completed.args[0] is request
    assert completed.args[1].values[:, 0, 0].tolist() == [14, 0]


def test_a_newer_request_stops_the_one_in_progress(qtbot, worker, image):
    slow = SlowPredictor()
    worker.submit(SaliencyRequest(slow, image, (1,)))
    assert slow.started.wait(5)
    with qtbot.waitSignal(worker.completed) as completed:
        worker.submit(SaliencyRequest(FakePredictor(), image, (1,)))
    assert completed.args[0].model is not slow


def test_cancelling_stops_without_a_result(qtbot, worker, image):
    slow = SlowPredictor()
    worker.submit(SaliencyRequest(slow, image, (1,)))
    assert slow.started.wait(5)
    with qtbot.assertNotEmitted(worker.completed), qtbot.assertNotEmitted(worker.failed):
        worker.cancel()
        worker.close()


def test_a_run_that_does_not_exist_is_a_failure(qtbot, worker, image):
    with qtbot.waitSignal(worker.failed) as failed:
        worker.submit(SaliencyRequest("20200101-000000-gone-0000", image, (0,)))
    assert "There is no run" in str(failed.args[0])
