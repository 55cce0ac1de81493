"""The pixel cache: an entry is complete or absent, whatever happens while it is written."""

import os
import subprocess
import sys
import textwrap
import time

import numpy as np
import pytest

from studio.data import pixel_cache
from studio.data.pixel_cache import build_pixels, open_pixels, pixel_cache_dir
from studio.errors import DatasetError

SHAPE = (3, 4, 4)


def pixels(count=5, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (count, *SHAPE), dtype=np.uint8)


def build(key, rows=None, **extras):
    return build_pixels(key, SHAPE, iter(pixels() if rows is None else rows), lambda: extras)


def entries():
    return sorted(path.name for path in pixel_cache_dir().iterdir())


def test_what_is_built_is_opened_again_mapped_and_read_only():
    built, _ = build("one", numbers=np.arange(3), words=np.array(["a", "bc"]))
    opened, extras = open_pixels("one")
    assert isinstance(opened, np.memmap)
    assert np.array_equal(opened, pixels())
    assert np.array_equal(built, opened)
    assert extras["numbers"].tolist() == [0, 1, 2]
    assert extras["words"].tolist() == ["a", "bc"]
    with pytest.raises(ValueError, match="read-only"):
        opened[0] = 0


def test_nothing_is_kept_under_another_key():
    assert open_pixels("one") is None
    build("one")
    assert open_pixels("two") is None


def test_no_rows_at_all():
    opened, extras = build("none", [], numbers=np.arange(2))
    assert opened.shape == (0, *SHAPE)
    assert extras["numbers"].tolist() == [0, 1]


def test_extras_are_asked_for_when_all_rows_are_written():
    seen = []
    rows = (seen.append(index) or row for index, row in enumerate(pixels()))
    _, extras = build_pixels("late", SHAPE, rows, lambda: {"seen": np.array(seen)})
    assert extras["seen"].tolist() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("kept", [0, 1, 30, 240, 300, -1])
def test_a_truncated_entry_is_not_opened_and_can_be_rebuilt(kept):
    build("one", numbers=np.arange(3))
    path = pixel_cache_dir() / "one.pixels"
    path.write_bytes(path.read_bytes()[:kept])
    assert open_pixels("one") is None
    build("one", pixels(seed=1))
    assert np.array_equal(open_pixels("one")[0], pixels(seed=1))


def test_damaged_extras_are_noticed():
    build("one", numbers=np.arange(1000))
    path = pixel_cache_dir() / "one.pixels"
    content = bytearray(path.read_bytes())
    content[len(pixels().tobytes()) + 500] ^= 255
    path.write_bytes(content)
    assert open_pixels("one") is None


def test_an_error_while_writing_leaves_nothing():
    def rows():
        yield from pixels()
        raise KeyError("stop")

    with pytest.raises(KeyError, match="stop"):
        build("one", rows())
    assert entries() == []


def test_rows_of_another_shape_are_refused():
    with pytest.raises(ValueError, match="uint8"):
        build("one", [np.zeros((1, 4, 4), np.uint8)])
    assert entries() == []


def test_a_process_killed_while_writing_leaves_no_entry():
    script = """
        import os, signal, sys
        import numpy as np
        from studio.data.pixel_cache import build_pixels
        def rows():
            for _ in range(100_000):
                yield np.zeros((3, 4, 4), np.uint8)
            os.kill(os.getpid(), signal.SIGKILL)
        build_pixels("one", (3, 4, 4), rows(), dict)
    """
    run = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], check=False, timeout=60)
    assert run.returncode < 0
    (left,) = entries()
    assert left.endswith(".partial")
    assert open_pixels("one") is None
    # Such a rest is swept away when nothing has been written to it for long.
    old = time.time() - 2 * 3600
    os.utime(pixel_cache_dir() / left, (old, old))
    build("two")
    assert entries() == ["two.pixels"]


def test_a_full_disk_is_a_clear_error_and_leaves_nothing():
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(DatasetError) as caught:
            build("one", (row for _ in range(3000) for row in pixels()))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "cannot be written" in caught.value.message
    assert "Free some space" in caught.value.hint
    assert entries() == []


def test_a_folder_that_cannot_be_made_is_a_plain_error():
    pixel_cache_dir().parent.mkdir(parents=True)
    pixel_cache_dir().write_text("a file in the way")
    with pytest.raises(DatasetError, match="cannot be written"):
        build("one")


def test_what_was_not_used_for_longest_goes_first(monkeypatch):
    for key in ("old", "used", "idle"):
        build(key)
    now = time.time()
    for age, key in ((300, "old"), (200, "used"), (100, "idle")):
        os.utime(pixel_cache_dir() / f"{key}.pixels", (now - age, now - age))
    open_pixels("old")  # and with that it is the youngest
    size = (pixel_cache_dir() / "old.pixels").stat().st_size
    monkeypatch.setattr(pixel_cache, "MAX_CACHE_BYTES", 3 * size)
    build("new")
    assert entries() == ["idle.pixels", "new.pixels", "old.pixels"]


def test_a_new_entry_stays_even_if_it_is_above_the_limit_alone(monkeypatch):
    build("old")
    monkeypatch.setattr(pixel_cache, "MAX_CACHE_BYTES", 10)
    mapped, _ = open_pixels("old")
    build("new")
    assert entries() == ["new.pixels"]
    assert np.array_equal(mapped, pixels())  # who has it open keeps it
