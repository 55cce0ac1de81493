"""The results of benchmarks: medians over repetitions, and paired ratios to a baseline."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

import numpy as np

from studio.bench.paired_ratios import median_interval
from studio.insight.intervals import wilson_interval

# Keys of `vgg-studio bench --json` that differ from the names of the fields.
_JSON_KEYS = {
    "benchmark": "part",
    "label": "what",
    "value": "ours",
    "baseline": "rival",
    "baseline_value": "theirs",
    "conditions": "setting",
}


@dataclass(frozen=True)
class BenchmarkResult:
    """One row of the table. Values are in `unit`, and None if nothing was measured.

    `value` is the median over the repetitions, `low` and `high` their minimum and maximum; for a
    proportion it is that of all repetitions in percent, with its 95 % interval. `ratio`
    says how many times as fast as `baseline` the program is: the median over pairs of consecutive
    measurements, between `ratio_low` and `ratio_high`, their minimum and maximum, or the 95 %
    interval of the median. `conditions` describe data, device, precision and threads; `failure`
    says why there is no value.
    """

    benchmark: str
    label: str
    unit: str = ""
    goal: str = ""
    value: float | None = None
    low: float | None = None
    high: float | None = None
    baseline: str = ""
    baseline_value: float | None = None
    ratio: float | None = None
    ratio_low: float | None = None
    ratio_high: float | None = None
    conditions: str = ""
    failure: str = ""

    def with_values(self, values: Sequence[float]) -> Self:
        """Return the result with one value per repetition."""
        return replace(self, value=float(np.median(values)), low=min(values), high=max(values))

    def with_baseline(
        self,
        values: Sequence[float],
        baseline_values: Sequence[float],
        baseline: str,
        lower_is_better: bool = False,
    ) -> Self:
        """Return the result with one pair of values per repetition, in order of measurement."""
        pairs = zip(values, baseline_values, strict=True)
        ratios = [other / ours if lower_is_better else ours / other for ours, other in pairs]
        return replace(
            self.with_values(values),
            baseline=baseline,
            baseline_value=float(np.median(baseline_values)),
            ratio=float(np.median(ratios)),
            ratio_low=min(ratios),
            ratio_high=max(ratios),
        )

    def with_paired_segments(
        self, values: Sequence[float], baseline_values: Sequence[float], baseline: str
    ) -> Self:
        """Return the result with pairs of segments of one process, and the interval of their ratio.

        The value is the median of all segments; see `median_interval` for the ratio.
        """
        compared = self.with_baseline(values, baseline_values, baseline)
        pairs = zip(values, baseline_values, strict=True)
        ratio, low, high = median_interval([ours / other for ours, other in pairs])
        return replace(compared, ratio=ratio, ratio_low=low, ratio_high=high)

    def with_proportion(self, count: int, total: int) -> Self:
        """Return the result with `count` of `total`, at least 1, and the Wilson interval."""
        low, high = wilson_interval(count, total)
        return replace(self, value=100 * count / total, low=100 * low, high=100 * high)

    def with_percentile(self, percent: float, samples: Sequence[Sequence[float]]) -> Self:
        """Return the result with a percentile of all samples.

        `samples` has one sequence per repetition; `low` and `high` are percentiles of these.
        """
        each = [float(np.percentile(values, percent)) for values in samples]
        pooled = float(np.percentile(np.concatenate(samples), percent))
        return replace(self, value=pooled, low=min(each), high=max(each))

    def to_dict(self) -> dict[str, Any]:
        """Return the fields under the names that they have in JSON."""
        return {_JSON_KEYS.get(name, name): value for name, value in asdict(self).items()}
