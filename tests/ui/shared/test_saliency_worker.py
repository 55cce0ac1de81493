"""Saliency maps are scaled, and computed for the newest request."""

import numpy as np
import pytest

from studio.runs import RunStore
from studio.ui.shared.saliency_worker import SaliencyRequest, SaliencyWorker, scale_saliency


class FakePredictor:
    """Its saliency map is the image times the class index."""

    def saliency(self, image, class_index):
        return image[0].astype(np.float32) * class_index


@pytest.fixture
def worker(qtbot, tmp_path):
    made = SaliencyWorker(RunStore(tmp_path))
    yield made
    made.close()


def test_a_map_is_scaled_by_its_99th_percentile():
    saliency = np.zeros((10, 10), np.float32)
    saliency[0, :5] = -3
    saliency[0, 5] = 50
    scaled = scale_saliency(saliency)
    assert scaled.dtype == np.float32
    np.testing.assert_allclose(scaled[0, :6], [1, 1, 1, 1, 1, 1], rtol=0.2)
    assert scaled[1:].max() == 0


def test_a_map_without_gradient_stays_empty():
    assert scale_saliency(np.zeros((4, 4), np.float32)).max() == 0


def test_the_result_comes_with_its_request(qtbot, worker):
    image = np.full((1, 4, 4), 7, np.uint8)
    request = SaliencyRequest(FakePredictor(), image, class_index=2, sample=5)
    with qtbot.waitSignal(worker.completed) as completed:
        worker.submit(request)
    assert completed.args[0] is request
    assert completed.args[1].tolist() == np.ones((4, 4)).tolist()


def test_a_run_that_does_not_exist_is_a_failure(qtbot, worker):
    with qtbot.waitSignal(worker.failed) as failed:
        worker.submit(SaliencyRequest("20200101-000000-gone-0000", np.zeros((1, 4, 4)), 0))
    assert "There is no run" in str(failed.args[0])
