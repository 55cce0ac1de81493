"""What a training will cost on this machine: time, memory and disk space, before it starts.

`calibrate` runs a few steps of the actual model in a child process; what it measures is remembered
in the data folder. `known_forecast` and `forecast` only compute. Nothing here imports torch.
"""

from studio.training.forecast.calibration import Calibration, Calibrations
from studio.training.forecast.estimate import Forecast, forecast, known_forecast
from studio.training.forecast.measurement import calibrate

__all__ = [
    "Calibration",
    "Calibrations",
    "Forecast",
    "calibrate",
    "forecast",
    "known_forecast",
]
