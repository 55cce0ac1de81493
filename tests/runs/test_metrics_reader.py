"""Events appended to a metrics file are read once, however they arrive."""

import json
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.runs.metrics_reader import MetricsReader

GOOD = st.dictionaries(st.text(max_size=4), st.integers() | st.text(max_size=6), max_size=3)
# Lines as a trainer writes them, and damaged ones.
LINES = st.one_of(
    GOOD.map(lambda event: json.dumps(event).encode()),
    st.binary(max_size=12).map(lambda junk: junk.replace(b"\n", b"")),
    st.sampled_from([b"", b"[1]", b"null", b'{"cut": ', b"\x00\x00", b"\xff"]),
)


def write(path, block):
    with path.open("ab") as file:
        file.write(block)


def events(reader):
    return [event for chunk in reader.read_all() for event in chunk.events()]


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
    growing, found = MetricsReader(path), []
    for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True):
        write(path, whole[start:end])
        found += events(growing)
    assert found == events(MetricsReader(path))
    assert found == [event for part in lines if isinstance(event := parsed(part), dict)]


def parsed(part):
    try:
        return json.loads(part)
    except ValueError:
        return None


@settings(max_examples=40)
@given(data=st.data())
def test_the_size_of_chunks_makes_no_difference(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("slices") / "metrics.jsonl"
    write(path, b"".join(map(line, range(30))))
    limit = data.draw(st.integers(len(line(29)), 2000))
    assert [event["step"] for event in events(MetricsReader(path, limit))] == list(range(30))


@settings(max_examples=40)
@given(
    kept=st.integers(0, 20), first=st.integers(1, 20), grown=st.integers(0, 40), half=st.booleans()
)
def test_a_file_that_was_cut_back_and_has_grown_again_is_restarted(
    tmp_path_factory, kept, first, grown, half
):
    """A resumed training cuts the file back; it is read again only after it has grown."""
    path = tmp_path_factory.mktemp("resumed") / "metrics.jsonl"
    before = [line(number) for number in range(first)]
    write(path, b"".join(before))
    reader = MetricsReader(path)
    found = events(reader)
    kept_bytes = len(b"".join(before[:kept])) - (3 if half and kept else 0)
    os.truncate(path, min(max(kept_bytes, 0), path.stat().st_size))
    write(path, b"\n" + b"".join(line(1000 + number) for number in range(grown)))
    for chunk in reader.read_all():
        found = ([] if chunk.is_restarted else found) + chunk.events()
    assert found == events(MetricsReader(path))


def test_nothing_is_read_twice(path):
    reader = MetricsReader(path)
    write(path, line(1))
    assert len(events(reader)) == 1
    assert events(reader) == []
    write(path, line(2)[:10])
    assert events(reader) == []
    write(path, line(2)[10:])
    assert [event["step"] for event in events(reader)] == [2]


def test_a_replaced_file_is_restarted(path):
    write(path, line(1) + line(2))
    reader = MetricsReader(path)
    events(reader)
    other = path.with_name("other")
    write(other, line(7) + line(8) + line(9))
    other.replace(path)
    chunk = reader.read()
    assert chunk.is_restarted
    assert [event["step"] for event in chunk.events()] == [7, 8, 9]


def test_reading_continues_after_the_file_was_unreachable(path):
    write(path, line(1))
    reader = MetricsReader(path)
    events(reader)
    away = path.rename(path.with_name("away"))
    assert reader.read().lines == b""
    write(away, line(2))
    away.rename(path)
    chunk = reader.read()
    assert (chunk.is_restarted, [event["step"] for event in chunk.events()]) == (False, [2])


def test_a_line_that_is_nested_too_deeply_is_skipped(path):
    write(path, b"[" * 50_000 + b"\n" + line(1))
    assert [event["step"] for event in events(MetricsReader(path))] == [1]


def test_an_emptied_file_is_restarted(path):
    write(path, line(1))
    reader = MetricsReader(path)
    events(reader)
    os.truncate(path, 0)
    assert reader.read().is_restarted


def test_a_long_block_without_line_ends_is_skipped(path):
    write(path, b"x" * 1000)
    reader = MetricsReader(path, 100)
    assert events(reader) == []
    write(path, b"\n" + line(5))
    assert [event["step"] for event in events(reader)] == [5]
