"""When a step is recorded and when it is replayed, with a recorder that needs no GPU."""

import pytest
import torch

from studio.training.backend.cuda_graph import WARM_UP_STEPS, GraphedStep, require_memory


class FakeRecorder:
    """Recording runs nothing; replaying runs the work on the tensors it was recorded with."""

    def __init__(self, fails=False):
        self.eager, self.replayed, self._fails = 0, 0, fails

    def run(self, work):
        self.eager += 1
        return work()

    def record(self, work):
        if self._fails:
            raise RuntimeError("operation not permitted when stream is capturing")
        outputs = torch.zeros(()), torch.zeros(())

        def replay():
            self.replayed += 1
            for output, value in zip(outputs, work(), strict=True):
                output.copy_(value)

        return outputs, replay


class Step:
    """Adds up all images it has seen; each call returns the sums of its batch."""

    def __init__(self):
        self.seen = 0.0

    def __call__(self, images, labels, draws):
        self.seen += float(images.sum())
        return images.sum() + draws.sum(), labels.sum()


def batch(size, value=1.0):
    return torch.full((size, 2), value), torch.arange(size).float(), torch.full((size,), 0.5)


def run(graphed, step, sizes):
    """The sums of each batch, read before the next one overwrites them."""
    batches = [batch(size, value=1.0 + number) for number, size in enumerate(sizes)]
    actual = [[float(sums) for sums in graphed(step, *inputs)] for inputs in batches]
    expected = [[float(inputs[0].sum() + inputs[2].sum()), float(inputs[1].sum())]
                for inputs in batches]  # fmt: skip
    assert actual == expected
    assert step.seen == sum(float(inputs[0].sum()) for inputs in batches)


def test_every_call_is_a_step_and_the_fourth_is_replayed():
    recorder = FakeRecorder()
    graphed = GraphedStep(recorder)
    run(graphed, Step(), [4] * WARM_UP_STEPS)
    assert (recorder.eager, recorder.replayed, graphed.is_recorded) == (WARM_UP_STEPS, 0, False)
    run(graphed, Step(), [4, 4])
    assert (recorder.eager, recorder.replayed, graphed.is_recorded) == (WARM_UP_STEPS, 2, True)


def test_the_last_batch_of_an_epoch_runs_without_the_graph():
    recorder = FakeRecorder()
    graphed = GraphedStep(recorder)
    run(graphed, Step(), [4, 4, 3, 4, 4, 3, 4])
    assert recorder.replayed == 2
    assert recorder.eager == WARM_UP_STEPS + 2


def test_an_epoch_resumed_at_its_small_last_batch_records_the_common_shape():
    recorder = FakeRecorder()
    graphed = GraphedStep(recorder)
    run(graphed, Step(), [3, 4, 4, 4, 4, 4, 3, 4])
    assert graphed.is_recorded
    assert recorder.replayed == 3


def test_a_larger_last_batch_runs_without_the_graph():
    recorder = FakeRecorder()
    graphed = GraphedStep(recorder)
    run(graphed, Step(), [4, 4, 5, 4, 4, 5, 4, 4, 5])
    assert recorder.replayed == 3


def test_a_step_that_cannot_be_recorded_continues_without_a_graph(caplog):
    recorder = FakeRecorder(fails=True)
    graphed = GraphedStep(recorder)
    run(graphed, Step(), [4] * 6)
    assert recorder.eager == 6
    assert not graphed.is_recorded
    assert [record.getMessage() for record in caplog.records] == [
        "The step runs without a CUDA graph: operation not permitted when stream is capturing"
    ]


def test_a_graph_is_not_recorded_if_memory_would_run_out():
    require_memory(step_bytes=4_000_000_000, available_bytes=7_000_000_000)
    with pytest.raises(RuntimeError, match="4 GB, 5 GB are free"):
        require_memory(step_bytes=4_000_000_000, available_bytes=5_000_000_000)


def test_an_error_of_the_step_is_raised():
    recorder = FakeRecorder()
    graphed = GraphedStep(recorder)

    def fail(*_):
        raise torch.OutOfMemoryError("CUDA out of memory.")

    with pytest.raises(torch.OutOfMemoryError):
        graphed(fail, *batch(4))
