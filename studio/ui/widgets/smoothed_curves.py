"""The curves of a plot after smoothing; those that grow are continued, not smoothed anew."""

from collections.abc import Sequence
from dataclasses import replace

from studio.ui.widgets.curve_data import Curve, CurveData
from studio.ui.widgets.curve_smoothing import CurveSmoother

# A curve with fewer points is left as it is: a moving average of single validations lags behind.
_FEW_POINTS = 50


class SmoothedCurves:
    """Smooths curves with one weight, 0 <= weight < 1."""

    def __init__(self, weight: float) -> None:
        self.weight = weight
        self._states: dict[str, _SmoothedCurve] = {}

    def smooth(self, curves: Sequence[Curve]) -> list[Curve]:
        """Return the curves to draw, in the same order; none of them may be empty."""
        return [self._smooth(curve) for curve in curves]

    def _smooth(self, curve: Curve) -> Curve:
        if not self.weight or len(curve.data) < _FEW_POINTS:
            return curve
        state = self._states.get(curve.name)
        if state is None or not state.continues(curve):
            state = self._states[curve.name] = _SmoothedCurve(curve, self.weight)
        return state.update(curve)


class _SmoothedCurve:
    def __init__(self, curve: Curve, weight: float) -> None:
        self._source, self._replacements = curve.data, curve.data.replacements
        self._version = -1
        self._smoother = CurveSmoother(weight)
        self._shown = CurveData()

    def continues(self, curve: Curve) -> bool:
        """Whether points were only appended to the curve since this state was made."""
        return curve.data is self._source and curve.data.replacements == self._replacements

    def update(self, curve: Curve) -> Curve:
        if curve.data.version != self._version:
            self._version = curve.data.version
            new = slice(len(self._shown), None)
            smoothed = self._smoother.smooth(curve.data.y[new])
            self._shown.extend(curve.data.x[new], smoothed)
        raw = None if curve.is_overlay else curve.data  # of several runs they would be a blur
        return replace(curve, data=self._shown, raw_data=raw)
