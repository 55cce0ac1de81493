import csv
from io import StringIO

import numpy as np

from studio.ui.widgets.curve_text import curves_to_csv


def test_one_row_for_each_x():
    curves = {
        "training, raw": (np.array([0.5, 1.0]), np.array([0.1 + 0.2, 2.0])),
        "validation": (np.array([1.0, 2.0]), np.array([3.0, np.nan])),
    }
    rows = list(csv.reader(StringIO(curves_to_csv(curves, "epoch"))))
    assert rows == [
        ["epoch", "training, raw", "validation"],
        ["0.5", "0.30000000000000004", ""],
        ["1.0", "2.0", "3.0"],
        ["2.0", "", "nan"],
    ]


def test_without_curves_there_is_a_header():
    assert curves_to_csv({}, "epoch") == "epoch\n"
