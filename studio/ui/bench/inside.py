"""Time from a pen movement to the painted activation maps."""

from studio.bench.workload import Workload
from studio.ui.bench.driver import find_child, process_events_for
from studio.ui.bench.stroke import StrokeBenchmark
from studio.ui.draw.inside.inside_view import InsideView
from studio.ui.draw.views import INSIDE
from studio.ui.main_window import MainWindow
from studio.ui.widgets.activation_grid import ActivationGrid

_FIRST_PAINT_MS = 500


class InsideBenchmark(StrokeBenchmark):
    """Draws as `StrokeBenchmark`, with the first activation layer of the bundled model shown."""

    def __init__(self, window: MainWindow, workload: Workload) -> None:
        super().__init__(window, workload)
        window.draw_page.views.open(INSIDE)
        process_events_for(_FIRST_PAINT_MS)
        self._painted = find_child(window, ActivationGrid, "activation_grid").viewport()
        self._updated = find_child(window, InsideView, "inside_view").updated
