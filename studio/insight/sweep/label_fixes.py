"""The label fixes of a sweep: all of its trainings use the same ones."""

from dataclasses import replace
from pathlib import Path

from studio.config import CURRENT_FIXES
from studio.data.loading import resolve_fixes
from studio.data.overlay.snapshots import save_snapshot
from studio.insight.sweep.plan import SweepPlan


def pin_label_fixes(plan: SweepPlan, data_dir: Path) -> SweepPlan:
    """The plan with the label fixes of now, if it uses the current ones, whatever changes later.

    It may read the dataset. Raises OverlayError, DatasetError and ConfigError.
    """
    data = plan.base.data
    if data.overlay != CURRENT_FIXES:
        return plan
    kept = save_snapshot(resolve_fixes(data, data_dir), data_dir)
    return replace(plan, base=plan.base.with_values({"data.overlay": kept}))
