"""What is appended to a metrics file is read once, however it arrives."""

import json
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.runs.tail import MetricsTail

GOOD = st.dictionaries(st.text(max_size=4), st.integers() | st.text(max_size=6), max_size=3)
# Lines as a trainer writes them, and what a full disk or a foreign hand leaves.
LINES = st.one_of(
    GOOD.map(lambda event: json.dumps(event).encode()),
    st.binary(max_size=12).map(lambda junk: junk.replace(b"\n", b"")),
    st.sampled_from([b"", b"[1]", b"null", b'{"cut": ', b"\x00\x00", b"\xff"]),
)


def write(path, block):
    with path.open("ab") as file:
        file.write(block)


def events(tail):
    return [event for news in tail.read_all() for event in news.events()]


def line(number):
    return json.dumps({"event": "StepEnd", "step": number}).encode() + b"\n"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "metrics.jsonl"


@settings(max_examples=40)
@given(lines=st.lists(LINES, max_size=12), data=st.data())
def test_the_events_are_the_same_however_the_file_grows(tmp_path_factory, lines, data):
    whole = b"".join(part + b"\n" for part in lines)
    path = tmp_path_factory.mktemp("grows") / "metrics.jsonl"
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=6)))
    growing, found = MetricsTail(path), []
    for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True):
        write(path, whole[start:end])
        found += events(growing)
    assert found == events(MetricsTail(path))
    assert found == [event for part in lines if isinstance(event := parsed(part), dict)]


def parsed(part):
    try:
        return json.loads(part)
    except ValueError:
        return None


@settings(max_examples=40)
@given(data=st.data())
def test_what_a_look_takes_at_most_makes_no_difference(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("slices") / "metrics.jsonl"
    write(path, b"".join(map(line, range(30))))
    limit = data.draw(st.integers(len(line(29)), 2000))
    assert [event["step"] for event in events(MetricsTail(path, limit))] == list(range(30))


@settings(max_examples=40)
@given(
    kept=st.integers(0, 20), first=st.integers(1, 20), grown=st.integers(0, 40), half=st.booleans()
)
def test_a_file_cut_back_and_grown_again_is_told_anew(tmp_path_factory, kept, first, grown, half):
    """As a resumed training leaves it, seen only after it has grown again."""
    path = tmp_path_factory.mktemp("resumed") / "metrics.jsonl"
    before = [line(number) for number in range(first)]
    write(path, b"".join(before))
    tail = MetricsTail(path)
    told = events(tail)
    kept_bytes = len(b"".join(before[:kept])) - (3 if half and kept else 0)
    os.truncate(path, min(max(kept_bytes, 0), path.stat().st_size))
    write(path, b"\n" + b"".join(line(1000 + number) for number in range(grown)))
    for news in tail.read_all():
        told = ([] if news.anew else told) + news.events()
    assert told == events(MetricsTail(path))


def test_nothing_is_read_twice(path):
    tail = MetricsTail(path)
    write(path, line(1))
    assert len(events(tail)) == 1
    assert events(tail) == []
    write(path, line(2)[:10])
    assert events(tail) == []
    write(path, line(2)[10:])
    assert [event["step"] for event in events(tail)] == [2]


def test_another_file_of_that_name_is_told_anew(path):
    write(path, line(1) + line(2))
    tail = MetricsTail(path)
    events(tail)
    other = path.with_name("other")
    write(other, line(7) + line(8) + line(9))
    other.replace(path)
    news = tail.read()
    assert news.anew
    assert [event["step"] for event in news.events()] == [7, 8, 9]


def test_a_file_that_is_out_of_reach_for_a_while_is_gone_on_with(path):
    write(path, line(1))
    tail = MetricsTail(path)
    events(tail)
    away = path.rename(path.with_name("away"))
    assert tail.read().lines == b""
    write(away, line(2))
    away.rename(path)
    news = tail.read()
    assert (news.anew, [event["step"] for event in news.events()]) == (False, [2])


def test_a_line_that_would_be_too_deep_is_left_out(path):
    write(path, b"[" * 50_000 + b"\n" + line(1))
    assert [event["step"] for event in events(MetricsTail(path))] == [1]


def test_an_emptied_file_is_news(path):
    write(path, line(1))
    tail = MetricsTail(path)
    events(tail)
    os.truncate(path, 0)
    assert tail.read().anew


def test_a_flood_without_line_ends_is_passed_over(path):
    write(path, b"x" * 1000)
    tail = MetricsTail(path, 100)
    assert events(tail) == []
    write(path, b"\n" + line(5))
    assert [event["step"] for event in events(tail)] == [5]
