"""A soak: opens and closes everything again and again, and measures what is left behind."""

import os
import shutil
from typing import Any

from PySide6.QtWidgets import QTableView

from studio.bench.workload import Workload
from studio.runs import Run
from studio.ui.bench.driver import find_child, wait_for_signal
from studio.ui.bench.process_memory import measure_memory
from studio.ui.bench.soak_scenarios import Scenario, scenarios
from studio.ui.bench.soak_stage import SoakStage
from studio.ui.main_window import MainWindow
from studio.ui.page_stack import MISTAKES, RUNS, TRAIN
from studio.ui.tasks import LatestWorker
from studio.ui.widgets.curve_plot import CurvePlot

# Of one measurement.
CYCLES = 200
POINTS, POINTS_OF_TRAINING = 2_000_000, 500_000
RUNS_OPENED, EVALUATIONS = 100, 40
RUN_FOLDERS = 500
_REDRAW_EVERY = 10_000


class SoakBenchmark:
    """Measures the growth per cycle of each scenario, then the memory after heavy use."""

    def __init__(self, window: MainWindow, workload: Workload) -> None:
        self._stage = SoakStage(window, workload)
        self._scenarios = scenarios()
        self._copies = [_copy_run(self._stage.run, number) for number in range(RUN_FOLDERS)]
        self._opened = self._evaluated = 0
        titles = {key: scenario.title for key, scenario in self._scenarios.items()}
        self.conditions: dict[str, Any] = {
            "titles": titles,
            "cycles": {key: _cycles(scenario) for key, scenario in self._scenarios.items()},
            "points": POINTS,
            "runs": RUNS_OPENED,
            "evaluations": EVALUATIONS,
        }

    def measure(self) -> dict[str, Any]:
        """Return the growth per cycle of each scenario, and the MB in use after heavy use."""
        growth = {key: self._measure_growth(one) for key, one in self._scenarios.items()}
        self._use_heavily()
        used_mb = measure_memory(self._stage.window).used_bytes / 1e6
        return {"growth": growth, "used_mb": used_mb}

    def _measure_growth(self, scenario: Scenario) -> dict[str, float]:
        window, cycles = self._stage.window, _cycles(scenario)
        before = measure_memory(window)
        for _ in range(cycles):
            scenario.run_cycle(self._stage)
        return measure_memory(window).growth(before, cycles)

    def _use_heavily(self) -> None:
        """Draw curves, open runs and evaluate models as in weeks of work."""
        self._draw_curves()
        self._open_runs()
        self._evaluate_runs()

    def _draw_curves(self) -> None:
        window = self._stage.window
        window.show_page(TRAIN)
        plot = find_child(window, CurvePlot, "loss_plot")
        for number in range(POINTS):
            if number % POINTS_OF_TRAINING == 0:
                plot.clear()
            plot.append("training", float(number % POINTS_OF_TRAINING), 0.5)
            if number % _REDRAW_EVERY == 0:
                plot.redraw()
                self._stage.settle()
        plot.clear()

    def _open_runs(self) -> None:
        window = self._stage.window
        window.show_page(RUNS)
        page = window.runs_page
        # The first worker reads the list, the second one the run selected.
        list_reader, run_reader = page.findChildren(LatestWorker)[:2]
        page.refresh()
        wait_for_signal(list_reader.completed, "the runs are being listed")
        table = find_child(page, QTableView, "runs_table")
        for _ in range(RUNS_OPENED):
            self._opened += 1
            table.selectRow(self._opened % RUN_FOLDERS)
            wait_for_signal(run_reader.completed, "a run is being read")
            self._stage.settle()

    def _evaluate_runs(self) -> None:
        page = self._stage.window.mistakes_page
        self._stage.window.show_page(MISTAKES)
        for _ in range(EVALUATIONS):
            self._evaluated += 1
            run = self._copies[self._evaluated % RUN_FOLDERS]
            page.show_run(run)
            wait_for_signal(page.loader.loaded, "a model is being evaluated")
            self._stage.settle()


def _cycles(scenario: Scenario) -> int:
    return max(1, round(CYCLES * scenario.weight))


def _copy_run(run: Run, number: int) -> str:
    """Copy a run folder as hard links, which take no space; return the id of the copy."""
    copy = run.path.with_name(f"{run.id[:-4]}{number:04x}")
    shutil.copytree(run.path, copy, copy_function=os.link, dirs_exist_ok=True)
    return copy.name
