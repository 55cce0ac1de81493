"""Figures are short and carry their units."""

from datetime import datetime

import pytest

from studio.ui.runs import run_text

NOW = datetime(2026, 3, 10, 14, 30)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (59.4, "59 s"),
        (59.6, "1 min 0 s"),
        (204, "3 min 24 s"),
        (600, "10 min"),
        (3599, "59 min"),
        (3600, "1 h 0 min"),
        (7530, "2 h 5 min"),
        (90_000, "25 h 0 min"),
    ],
)
def test_duration(seconds, said):
    assert run_text.duration(seconds) == said


def test_count():
    assert run_text.count(0) == "–"
    assert run_text.count(390_410) == "390,410"


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
def test_ago(moment, said):
    assert run_text.ago(moment, NOW) == said


def test_a_moment_before_midnight_may_be_minutes_ago():
    assert run_text.ago(datetime(2026, 3, 9, 23, 50), datetime(2026, 3, 10, 0, 10)) == "20 min ago"


def test_exact():
    assert run_text.exact(datetime(2026, 3, 7, 8, 0, 5)) == "2026-03-07 08:00:05"
    assert run_text.exact(None) == "Nobody wrote down when"
