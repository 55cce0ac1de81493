"""Images that take hours or all memory: skipped or refused, cancelled at once, nothing remains."""

import io
import os
import sys
import threading

import psutil
import pytest

from studio.data import isolated_images
from studio.data.image_folder import decode_pool
from studio.data.image_folder.importing import import_images
from studio.data.isolated_images import decode_model_input
from studio.data.opened_image import load_opened_image
from studio.errors import ImageError, Stopped
from studio.isolation import Limits
from studio.isolation.idle_processes import end_idle_processes
from tests.attacks.images import MEGAPIXEL, many_scans, plain
from tests.data.image_folder.make_files import (
    as_folder,
    as_tar,
    config,
    encoded,
    make_image,
    pets,
    reasons,
    table_here,
)

needs_timer = pytest.mark.skipif(os.name != "posix", reason="Windows has no such timer")
needs_linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a limit of Linux")


@pytest.fixture(scope="module")
def endless():
    """An image that takes a minute to decode."""
    return many_scans(1500, 3000)


@needs_timer
def test_an_image_that_takes_too_long_is_listed_and_the_others_are_read(
    tmp_path, endless, monkeypatch
):
    monkeypatch.setattr(decode_pool, "FILE_SECONDS", 0.3)
    monkeypatch.setattr(decode_pool, "_BATCH_SECONDS", 0.3)
    table = table_here(as_tar(tmp_path / "set.tar", {**pets(), "cats/endless.jpg": endless}))
    assert table.files == tuple(sorted(pets()))
    assert reasons(table.unreadable) == {"cats/endless.jpg": "takes longer than 0.3 s to decode"}


@needs_linux
def test_an_image_that_takes_too_much_memory_is_listed(tmp_path, monkeypatch):
    monkeypatch.setattr(decode_pool, "_BUDGET_BYTES", 20_000_000)
    files = {**pets(), "cats/large.png": plain("RGB", 9 * MEGAPIXEL, "PNG", compress_level=1)}
    table = table_here(as_folder(tmp_path / "set", files))
    assert table.files == tuple(sorted(pets()))
    assert reasons(table.unreadable) == {
        "cats/large.png": "needs more memory than 20 MB to decode, or is damaged"
    }


def test_large_images_wait_until_there_is_memory_for_them(tmp_path, monkeypatch):
    monkeypatch.setattr(decode_pool, "_SMALL_PIXELS", 1000)
    monkeypatch.setattr(decode_pool, "_BYTES_PER_PIXEL", decode_pool._BUDGET_BYTES // 20_000)
    large = {f"birds/{number}.png": encoded(make_image(number, (120, 90))) for number in range(6)}
    expected = table_here(as_folder(tmp_path / "set", pets() | large), size=9)
    monkeypatch.undo()
    table = table_here(tmp_path / "set", size=8)
    assert table.files == expected.files == tuple(sorted(pets() | large))
    assert table.widths.tolist() == expected.widths.tolist()
    assert not expected.unreadable


@needs_timer
def test_an_opened_image_that_takes_too_long_is_refused(endless, monkeypatch, tmp_path):
    monkeypatch.setattr(isolated_images, "LIMITS", Limits(seconds=0.3))
    path = tmp_path / "endless.jpg"
    path.write_bytes(endless)
    with pytest.raises(ImageError, match=r"^endless.jpg took longer than 0\.3 s to read"):
        load_opened_image(path)
    with pytest.raises(ImageError, match=r"^The image took longer"):
        decode_model_input(io.BytesIO(endless), 64, "crop", 3)


@needs_linux
def test_an_opened_image_that_takes_too_much_memory_is_refused(monkeypatch):
    monkeypatch.setattr(isolated_images, "LIMITS", Limits(memory_bytes=20_000_000))
    with pytest.raises(ImageError, match="needs more memory"):
        load_opened_image(plain("RGB", 9 * MEGAPIXEL, "PNG", compress_level=1))


WORK = {
    "import": lambda root, _, should_stop: import_images(config(root), should_stop=should_stop),
    "open": lambda _, content, should_stop: load_opened_image(content, should_stop),
}


@pytest.mark.parametrize("work", WORK)
def test_cancelling_ends_the_decoding_and_leaves_no_process(work, tmp_path, endless):
    end_idle_processes()
    before = set(psutil.Process().children(recursive=True))
    decoding = threading.Event()

    def should_stop():
        children = set(psutil.Process().children(recursive=True)) - before
        if any(sum(child.cpu_times()[:2]) > 0.5 for child in children):
            decoding.set()
        return decoding.is_set()

    root = as_folder(tmp_path / "set", {**pets(), "cats/endless.jpg": endless})
    with pytest.raises(Stopped):
        WORK[work](root, endless, should_stop)
    end_idle_processes()
    assert set(psutil.Process().children(recursive=True)) == before


def test_what_decoders_print_does_not_reach_the_terminal(tmp_path, capfd):
    tiff = encoded(make_image(3, (50, 50)), "TIFF", compression="tiff_lzw")
    cut = tiff[:200] + b"\xff" * 200 + tiff[400:]
    table = table_here(as_folder(tmp_path / "set", {**pets(), "cats/cut.tiff": cut}))
    assert len(table.files) + len(table.unreadable) == 5
    with pytest.raises(ImageError):
        load_opened_image(cut)
    assert capfd.readouterr() == ("", "")
