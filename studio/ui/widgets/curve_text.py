"""The values of curves as a table in CSV."""

import csv
from collections.abc import Mapping
from io import StringIO

import numpy as np

from studio.ui.widgets.curve_thinning import Points


def curves_to_csv(curves: Mapping[str, tuple[Points, Points]], x_title: str) -> str:
    """Return one row for each x of any curve, ascending, and one column for each curve.

    A curve without a point at an x has an empty cell; of several points at one x the last counts.
    Numbers are written in full.
    """
    columns = [dict(zip(x.tolist(), y.tolist(), strict=True)) for x, y in curves.values()]
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([x_title, *curves])
    for x in np.unique([x for column in columns for x in column]).tolist():
        writer.writerow([x, *(column.get(x, "") for column in columns)])
    return out.getvalue()
