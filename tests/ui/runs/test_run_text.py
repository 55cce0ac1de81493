"""Texts about the times of a run."""

from datetime import datetime

import pytest

from studio.ui.runs import run_text

NOW = datetime(2026, 3, 10, 14, 30)


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (None, "–"),
        (datetime(2026, 3, 10, 14, 29, 30), "just now"),
        (datetime(2026, 3, 10, 14, 31), "just now"),
        (datetime(2026, 3, 10, 14, 5), "25 min ago"),
        (datetime(2026, 3, 10, 9, 5), "today 09:05"),
        (datetime(2026, 3, 9, 23, 59), "yesterday 23:59"),
        (datetime(2026, 3, 7, 8, 0), "7 Mar 08:00"),
        (datetime(2025, 12, 31, 8, 0), "31 Dec 2025"),
    ],
)
def test_relative_time(moment, said):
    assert run_text.relative_time(moment, NOW) == said


def test_a_moment_before_midnight_may_be_minutes_ago():
    assert (
        run_text.relative_time(datetime(2026, 3, 9, 23, 50), datetime(2026, 3, 10, 0, 10))
        == "20 min ago"
    )


def test_exact_time():
    assert run_text.exact_time(datetime(2026, 3, 7, 8, 0, 5)) == "2026-03-07 08:00:05"
    assert run_text.exact_time(None) == "Unknown"
