"""Training in the window while the Draw page shows the model as it learns, and while it does not.

One training is measured in short segments of equal numbers of steps, with and without requests
for its weights, in the order ABBA. Both segments of a pair are within seconds of each other in the
same process, on the same data and at the same place in memory: what remains is what watching
costs. Separate trainings differ by more than that.
"""

from itertools import cycle, islice
from typing import Any
from unittest.mock import patch

from studio.bench.workload import Workload
from studio.runs.stored_epochs import ModelKey
from studio.ui import tasks
from studio.ui.bench.canvas_mouse import CanvasMouse
from studio.ui.bench.driver import find_child, process_events_for, wait_until
from studio.ui.bench.step_clock import Interruptions, StepClock, images_per_second
from studio.ui.bench.stroke import zero_outline
from studio.ui.bench.training import TrainingBenchmark
from studio.ui.bench.viewing_time import ThreadTime, ViewingTime
from studio.ui.draw.prediction_controller import PredictionController
from studio.ui.main_window import MainWindow
from studio.ui.train.live.training_session import TrainingSession
from studio.ui.widgets.digit_canvas import DigitCanvas

PAIRS = 4  # of a measurement; even, so that each order is as frequent as the other
# After a change: until what was begun before it has ended, such as a saliency map.
SETTLING_MS = 800
_MIN_STEPS, _SETTLED_SNAPSHOTS = 2, 4
_STROKE_POINTS = 20


class WatchedBenchmark:
    """Shows the run in training on the Draw page, with a drawing that it predicts."""

    def __init__(self, window: MainWindow, workload: Workload) -> None:
        self._seconds, self._batch_size = workload.seconds, workload.config.optim.batch_size
        with patch.object(tasks, "SnapshotMailbox", StepClock):
            self._training = TrainingBenchmark(window, workload)
        session = find_child(window.train_page, TrainingSession)
        thread = session.thread_in_training
        assert thread is not None
        assert isinstance(thread.snapshots, StepClock)
        self._clock = thread.snapshots
        self._interruptions = Interruptions(thread, self._clock)
        self._steps = 0  # of a segment
        self.conditions: dict[str, Any] = self._training.conditions
        self._show_model(window, session.run_id)

    def measure(self) -> dict[str, Any]:
        """Return the images per second of each segment, `watched` and `alone`, pair by pair.

        `snapshots` were taken meanwhile; `percent` is the processor time of showing them, in % of
        one core, which depends on other programs less than the rates.
        """
        self._training.resume()
        if not self._steps:
            self._steps = self._choose_steps()
            self.conditions["steps"] = self._steps
        taken, viewing_s, time = self._clock.taken, self._clock.viewing_s, ViewingTime()
        rates: dict[bool, list[float]] = {True: [], False: []}
        for order in islice(cycle(((True, False), (False, True))), PAIRS):
            for is_watched in order:
                rates[is_watched].append(self._measure_segment(is_watched, time))
        self._clock.watch(True)
        self._training.pause()
        snapshots = self._clock.taken - taken
        self.conditions["interval_s"] = self._clock.interval_s
        percent = time.percent(self._clock.viewing_s - viewing_s)
        figures = {"snapshots": snapshots, "percent": percent}
        return {"watched": rates[True], "alone": rates[False], **figures}

    def _show_model(self, window: MainWindow, run: str) -> None:
        """Show the newest weights on the Draw page, and draw a zero."""
        window.open_draw(str(ModelKey(run, is_newest=True)))
        controller = find_child(window.draw_page, PredictionController)
        wait_until(lambda: controller.predictor is not None, "the model is loading")
        canvas = find_child(window, DigitCanvas, "digit_canvas")
        CanvasMouse(canvas).draw_stroke(zero_outline(_STROKE_POINTS))

    def _choose_steps(self) -> int:
        """Return the steps of a segment, which is as long as two snapshots are apart, or longer."""
        first = len(self._clock.times)
        if self._seconds:  # until the interval of snapshots follows what they cost
            wait_until(lambda: self._clock.taken >= _SETTLED_SNAPSHOTS, "snapshots are taken")
        process_events_for(SETTLING_MS)
        times = self._clock.times[first:]
        if len(times) < _MIN_STEPS:
            return _MIN_STEPS
        step_s = (times[-1] - times[0]) / (len(times) - 1)
        seconds = max(self._seconds, self._clock.interval_s) if self._seconds else 0.0
        return max(_MIN_STEPS, round(seconds / step_s))

    def _measure_segment(self, is_watched: bool, time: ViewingTime) -> float:
        """Train some steps with or without requests for the weights; return images per second."""
        began = ThreadTime.now()
        self._clock.watch(is_watched)
        process_events_for(SETTLING_MS)
        settled = ThreadTime.now()
        first = len(self._clock.times)
        last = first + self._steps
        wait_until(lambda: len(self._clock.times) > last, "the training is slow")
        time.add(is_watched, began, settled)
        return images_per_second(
            self._clock.times, self._interruptions.steps, first, self._steps, self._batch_size
        )
