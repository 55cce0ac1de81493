"""What was measured, as rows: medians over repetitions, ratios taken pair by pair."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, Self

import numpy as np

Better = Literal["more", "less"]


@dataclass(frozen=True)
class BenchmarkResult:
    """One measurement; figures are in `unit`, and None where there are none.

    `low` and `high` are the least and the greatest of ours over the repetitions. `ratio` says how
    many times as fast ours is as `rival`: the median over pairs of repetitions that followed each
    other, between `ratio_low` and `ratio_high`. `setting` tells with what it was measured,
    `failure` why it was not.
    """

    part: str
    what: str
    unit: str = ""
    goal: str = ""
    ours: float | None = None
    low: float | None = None
    high: float | None = None
    rival: str = ""
    theirs: float | None = None
    ratio: float | None = None
    ratio_low: float | None = None
    ratio_high: float | None = None
    setting: str = ""
    failure: str = ""

    def of(self, ours: Sequence[float]) -> Self:
        """With our figures, one a repetition."""
        return replace(self, ours=float(np.median(ours)), low=min(ours), high=max(ours))

    def against(
        self, ours: Sequence[float], theirs: Sequence[float], rival: str, better: Better = "more"
    ) -> Self:
        """With our figures and the rival's, one a repetition, in the order they were taken."""
        pairs = zip(ours, theirs, strict=True)
        ratios = [mine / other if better == "more" else other / mine for mine, other in pairs]
        return replace(
            self.of(ours),
            rival=rival,
            theirs=float(np.median(theirs)),
            ratio=float(np.median(ratios)),
            ratio_low=min(ratios),
            ratio_high=max(ratios),
        )

    def at_percentile(self, share: float, samples: Sequence[Sequence[float]]) -> Self:
        """With a percentile of all samples; `low` and `high` are those of single repetitions."""
        each = [float(np.percentile(values, share)) for values in samples]
        whole = float(np.percentile(np.concatenate(samples), share))
        return replace(self, ours=whole, low=min(each), high=max(each))
