"""The table of a soak."""

import pytest

from studio.bench.soak import soak_results


def measurement(kilobytes, left, used_mb):
    growth = {"kilobytes": kilobytes, "python_objects": left, "qt_objects": 0.0}
    return {"growth": {"page": growth}, "used_mb": used_mb}


def test_rows_say_growth_per_cycle_and_whether_memory_levels_off():
    conditions = {
        "platform": "offscreen",
        "titles": {"page": "A page"},
        "cycles": {"page": 200},
        "points": 2_000_000,
        "runs": 100,
        "evaluations": 40,
    }
    used = (500.0, 590.0, 600.0, 606.0, 612.0)
    measured = [measurement(10.0 + n, n, mb) for n, mb in enumerate(used)]
    page, objects, memory, growth = soak_results(conditions, measured, "digits")
    assert (page.label, page.value, page.low, page.high) == ("A page, 1,000 times", 12, 10, 14)
    assert (objects.value, objects.high) == (2, 4)
    assert memory.label == "Memory after 10,000,000 points, 500 runs, 200 evaluations"
    assert (memory.value, memory.low) == (612, 500)
    assert growth.value == pytest.approx(2.0)  # from 600 to 612 MB
