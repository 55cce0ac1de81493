"""The trainings of a sweep as a table for other programs. No Qt here."""

import csv
import io

from studio.ui.train.sweep.sweep_state import SweepState


def to_csv(state: SweepState) -> str:
    """Return one line for each training: values by dotted setting, seed, accuracy as a fraction."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    names = [axis.setting for axis in state.plan.axes] if state.plan is not None else []
    writer.writerow([*names, "seed", "state", "val_accuracy", "run"])
    for row in state.rows:
        for seed in row.seeds:
            accuracy = "" if seed.accuracy is None else repr(seed.accuracy)
            values = [row.values[name] for name in names]
            writer.writerow([*values, seed.seed, seed.state, accuracy, seed.run])
    return text.getvalue()
