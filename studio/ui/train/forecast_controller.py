"""Shows what the training in the form will cost, and measures its network while it is idle."""

from contextlib import suppress
from functools import partial
from time import monotonic

from PySide6.QtCore import QObject, QTimer, Signal

from studio.callbacks import OnProgress, ShouldStop
from studio.config import TrainConfig
from studio.data.dataset_shape import DatasetShape, shape_from_config
from studio.errors import ConfigError
from studio.training.events import Event, FitEnded
from studio.training.forecast import Calibrations, Forecast, calibrate, forecast
from studio.training.forecast.calibration import calibration_key
from studio.training.forecast.correction import learn_from
from studio.training.forecast.estimate import fit_to_data, remembered
from studio.training.forecast.proportion import CostWarning, find_warning, free_resources
from studio.training.forecast.split_sizes import SplitSizes, split_sizes
from studio.ui.context import StudioContext
from studio.ui.tasks import NewestTask
from studio.ui.train.data.preview import Preview
from studio.ui.train.forecast.forecast_panel import ForecastPanel
from studio.ui.train.forecast.forecast_text import AFTER_TRAINING, cost_text
from studio.ui.train.forecast.run_forecast import Plan, RunForecast
from studio.ui.train.live.training_session import TrainingSession
from studio.ui.train.live.training_state import TrainingState

SETTLE_MS = 1500  # after the last edit
_WARM_UP_MS = 4000  # after torch is loaded, when the window reads data and devices
_CORRECTION_INTERVAL_S = 1.0


class ForecastController(QObject):
    """Follows the form and the session, and fills the panel.

    A measurement starts some time after the form was last edited, is ended by a training, and is
    made once for each network and machine. `alternative_chosen` carries settings that cost less.
    """

    alternative_chosen = Signal(object)

    def __init__(
        self,
        context: StudioContext,
        panel: ForecastPanel,
        session: TrainingSession,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._context, self._panel, self._session = context, panel, session
        self._config: TrainConfig | None = None
        self._shape: DatasetShape | None = None
        self._preview: Preview | None = None
        self._warning: CostWarning | None = None
        self._failed: set[str] = set()  # keys of networks that could not be measured
        self._is_held = False
        self._run: RunForecast | None = None  # of the present training
        self._next_correction = 0.0
        self._measuring = NewestTask(context.tasks, self)
        self._measuring.failed.connect(self._on_failed)
        self._measured_key = ""
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._measure)
        panel.alternative_wanted.connect(self._on_alternative)
        context.torch_loaded.connect(self._on_torch_loaded)
        session.state_changed.connect(self._on_state_changed)
        session.event_received.connect(self._on_event)

    @property
    def is_measuring(self) -> bool:
        """Whether a measurement is running."""
        return self._measuring.is_running

    def show_config(self, config: TrainConfig | None, shape: DatasetShape | None) -> None:
        """Show the forecast of this configuration; None for a form with a wrong value."""
        self._config, self._shape = config, shape
        if self.is_measuring and self._key() != self._measured_key:
            self._measuring.stop()
        self._show()
        self._schedule()

    def show_preview(self, preview: Preview) -> None:
        """Use the exact sizes of the splits of a dataset that has been read."""
        self._preview = preview

    def hold(self, is_held: bool) -> None:
        """Start no measurement, and end the present one, while another one runs."""
        self._is_held = is_held
        if is_held:
            self._measuring.stop()
        else:
            self._schedule()
        self._show()

    def close(self) -> None:
        """End the measurement, and start no other."""
        self._timer.stop()
        self._is_held = True
        self._measuring.stop()

    # What is shown

    def _calibrations(self) -> Calibrations:
        return remembered(self._context.data_dir)

    def _sizes(self, config: TrainConfig, shape: DatasetShape) -> SplitSizes:
        preview = self._preview
        if preview is not None and preview.config == config.data:
            return SplitSizes(**preview.splits)
        return split_sizes(config.data, shape)

    def _forecast(self, config: TrainConfig | None, shape: DatasetShape | None) -> Forecast | None:
        if config is None or shape is None:
            return None
        return forecast(config, self._calibrations(), shape, self._sizes(config, shape))

    @property
    def _shows_run(self) -> bool:
        """Whether the form describes the training that runs."""
        return self._run is not None and self._run.plan.config == self._config

    def _show(self) -> None:
        if self._run is not None and self._shows_run:
            self._panel.show_cost(self._run.text())
            self._panel.show_warning(None)
            return
        cost = self._forecast(self._config, self._shape)
        is_unknown = cost is None and self._config is not None
        is_late = is_unknown and self._session.state.value.busy
        text = AFTER_TRAINING if is_late else cost_text(cost, self.is_measuring)
        self._panel.show_cost(text)
        self._warning = self._find_warning(cost)
        self._panel.show_warning(self._warning)

    def _find_warning(self, cost: Forecast | None) -> CostWarning | None:
        if cost is None or self._config is None or self._shape is None:
            return None
        resources = free_resources(self._context.runs_dir)
        return find_warning(self._config, cost, self._calibrations(), self._shape, resources)

    def _on_alternative(self) -> None:
        if self._warning is not None and self._warning.values and self._config is not None:
            self.alternative_chosen.emit(self._config.with_values(self._warning.values))

    # Measuring

    def _key(self) -> str:
        """Return the key of the present network; empty where there is none to measure."""
        if self._config is None or self._shape is None:
            return ""
        with suppress(ConfigError):
            return calibration_key(fit_to_data(self._config, self._shape))
        return ""

    def _is_due(self) -> bool:
        context, key = self._context, self._key()
        if not (context.measures_speed and context.torch_ready and key) or self._is_held:
            return False
        if self._session.state.value.busy or self.is_measuring or key in self._failed:
            return False
        cost = self._forecast(self._config, self._shape)
        return cost is None or not cost.is_measured

    def _schedule(self, delay_ms: int = SETTLE_MS) -> None:
        if self._is_due():
            self._timer.start(max(delay_ms, self._timer.remainingTime()))

    def _on_torch_loaded(self) -> None:
        self._schedule(_WARM_UP_MS)

    def _measure(self) -> None:
        config, shape = self._config, self._shape
        if config is None or shape is None or not self._is_due():
            return
        self._measured_key = self._key()
        work = partial(_calibrate, config, self._context, shape, self._sizes(config, shape))
        self._measuring.start(work, self._on_measured)
        self._show()

    def _on_measured(self, _calibration: object) -> None:
        self._show()
        self._schedule()

    def _on_failed(self, _error: object, _traceback: str) -> None:
        """Show no forecast: the training itself will say what is wrong."""
        self._failed.add(self._measured_key)
        self._show()

    # A training

    def _on_state_changed(self) -> None:
        state = self._session.state
        if self._run is not None:
            is_paused = state in (TrainingState.PAUSED, TrainingState.WAITING)
            self._run.set_paused(is_paused, monotonic())
        if state is TrainingState.STARTING:
            self._begin()
        elif not state.value.busy:
            self._end()

    def _begin(self) -> None:
        self._timer.stop()
        self._measuring.stop()
        config = self._session.progress.config
        shape = self._find_shape(config)
        cost = self._forecast(config, shape)
        self._run = None
        if config is not None and shape is not None and cost is not None:
            plan = Plan(config, cost, shape, self._sizes(config, shape))
            self._run = RunForecast(plan, monotonic())
        self._show()

    def _find_shape(self, config: TrainConfig | None) -> DatasetShape | None:
        """Return the shape of the data of a training, also of one that is not in the form."""
        if config is None or (self._config is not None and config.data == self._config.data):
            return self._shape
        with suppress(ConfigError):
            return shape_from_config(config.data)
        return None

    def _on_event(self, event: Event, _line: str) -> None:
        if self._run is None:
            return
        now = monotonic()
        self._run.add(event, now)
        if now > self._next_correction or isinstance(event, FitEnded):
            self._next_correction = now + _CORRECTION_INTERVAL_S
            if self._shows_run:
                self._panel.show_cost(self._run.text())

    def _end(self) -> None:
        """Compare a finished training with its forecast, and learn from it."""
        shows_run = self._shows_run
        run, self._run = self._run, None
        measured = run.measured() if run is not None else None
        if run is not None and measured is not None:
            plan = run.plan
            learn_from(measured, plan.config, self._calibrations(), plan.shape, plan.sizes)
        if run is not None and measured is not None and shows_run:
            self._panel.show_cost(run.text())
        else:
            self._show()
        self._schedule()


def _calibrate(
    config: TrainConfig,
    context: StudioContext,
    shape: DatasetShape,
    sizes: SplitSizes,
    on_progress: OnProgress,
    should_stop: ShouldStop,
) -> object:
    data_dir, runs_dir = context.data_dir, context.runs_dir
    return calibrate(config, data_dir, runs_dir, shape, on_progress, should_stop, sizes)
