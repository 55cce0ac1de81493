"""The settings of the window: typed values, and what becomes of a damaged file."""

import os
import sys

import pytest
from PySide6.QtCore import QByteArray

from studio.ui.settings import MAX_FILE_BYTES, MAX_NESTING, Settings, parse_path
from studio.ui.window_state.damaged_files import MAX_COPIES


@pytest.fixture
def file(tmp_path):
    return tmp_path / "window.conf"


@pytest.fixture
def open_settings(qapp, file):
    def build(content=None):
        if content is not None:
            file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return Settings(file)

    return build


def as_list(value):
    if not isinstance(value, list):
        raise TypeError("no list")
    return value


def copies(file):
    return sorted(path.name for path in file.parent.glob("*.damaged-*"))


def test_every_type_survives_a_restart(open_settings):
    first = open_settings()
    first.setValue("theme", "dark")
    first.setValue("page", 3)
    first.setValue("geometry", QByteArray(b"\x00\x01(,)\xff"))
    first.write_json("folders", ["/a, b", "/é 中"])
    first.sync()
    again = open_settings()
    assert again.read_text("theme", "system", ("dark", "light")) == "dark"
    assert again.read_int("page", 0, range(4)) == 3
    assert again.read_bytes("geometry") == QByteArray(b"\x00\x01(,)\xff")
    assert again.read_json("folders", as_list, []) == ["/a, b", "/é 中"]
    assert not again.is_damaged


def test_missing_values_are_defaults_and_no_damage(open_settings, file):
    settings = open_settings()
    assert settings.read_text("theme", "system", ("dark",)) == "system"
    assert settings.read_int("page", 2, range(4)) == 2
    assert settings.read_bytes("geometry") is None
    assert settings.read_json("folders", as_list, []) == []
    assert not settings.is_damaged
    assert copies(file) == []


READERS = {
    "text": lambda settings: settings.read_text("key", "default", ("dark", "light")),
    "int": lambda settings: settings.read_int("key", "default", range(4)),
    "bytes": lambda settings: settings.read_bytes("key") or "default",
    "json": lambda settings: settings.read_json("key", as_list, "default"),
}
WRONG = {
    "text": ["pink", "", "a, b", "@Invalid()", "@ByteArray(dark)", "@Rect(1 2 3 4)"],
    "int": ["7", "-1", "", "x", "1.0", "1e0", "0x1", "1, 2", "9" * 5000, "@Size(1 2)"],
    "bytes": ["hello", "", "@ByteArray(\\x1\\xd9", "1, 2", "@Point(1 2)", "@Invalid()"],
    "json": ["", "{}", '"{"', "[1", "nul", "a, b", "1" * 5000, "@ByteArray([])", "@Invalid()"],
}


@pytest.mark.parametrize(
    ("kind", "value"), [(kind, value) for kind, values in WRONG.items() for value in values]
)
def test_a_wrong_value_is_absent_copied_and_removed(open_settings, file, kind, value):
    content = f"[General]\nkey={value}\nother=kept\n"
    settings = open_settings(content)
    assert READERS[kind](settings) == "default"
    assert settings.is_damaged
    assert settings.damaged_copy.read_text() == content
    settings.sync()
    again = open_settings()
    assert READERS[kind](again) == "default"
    assert not again.is_damaged
    assert again.read_text("other") == "kept"


@pytest.mark.parametrize("bracket", ["[", '{"a":'])
@pytest.mark.parametrize("depth", [MAX_NESTING + 1, 900, 5_000, 100_000])
def test_deep_json_is_absent(open_settings, bracket, depth):
    closing = ("]" if bracket == "[" else "}") * depth
    content = (bracket * depth + "1" + closing).replace('"', '\\"')
    settings = open_settings(f'[General]\nkey="{content}"\n')
    assert settings.read_json("key", lambda value: value, "default") == "default"
    assert settings.is_damaged


def test_json_as_deep_as_allowed_is_read(open_settings):
    settings = open_settings()
    value = []
    for _ in range(MAX_NESTING - 1):
        value = [value]
    settings.write_json("key", value)
    assert settings.read_json("key", as_list, None) == value


def deep_variant(depth):
    """Lists of lists as Qt serializes them."""
    return b"".join(b"\\x%x" % byte for byte in b"\0\0\0\x09\0\0\0\x01" * depth)


UNUSABLE = {
    "binary": bytes(range(256)) * 4,
    "nul": b"[General]\npage=1\0\n",
    "utf-16": "[General]\npage=1\n".encode("utf-16"),
    "latin-1": "[General]\nfolder=/é\n".encode("latin-1"),
    "huge": b"[General]\nkey=" + b"x" * MAX_FILE_BYTES,
    "variant": b"[General]\nkey=@Variant(" + deep_variant(20_000) + b")\n",
    "variant, hexadecimal": b"[General]\nkey=\\x40Variant(" + deep_variant(20_000) + b")\n",
    "variant, octal": b"[General]\nkey=\\100Variant(" + deep_variant(20_000) + b")\n",
}


@pytest.mark.parametrize("content", UNUSABLE.values(), ids=UNUSABLE)
def test_a_file_that_holds_no_settings_is_moved_aside(open_settings, file, content):
    settings = open_settings(content)
    assert settings.is_damaged
    assert settings.read_int("page", 2, range(4)) == 2
    assert settings.read_text("key", "default") == "default"
    assert settings.damaged_copy == file.with_name("window.conf.damaged-1")
    assert settings.damaged_copy.read_bytes() == content
    settings.setValue("page", 1)
    settings.sync()
    assert open_settings().read_int("page", 2, range(4)) == 1


@pytest.mark.parametrize("stray", ["hello", "[General", "geomet", "\\"])
def test_a_stray_line_costs_nothing_but_itself(open_settings, stray):
    settings = open_settings(f"[General]\npage=1\n{stray}\n")
    assert settings.is_damaged
    assert settings.damaged_copy.read_text().endswith(f"{stray}\n")
    assert settings.read_int("page", 2, range(4)) == 1


def test_comments_are_no_damage(open_settings):
    assert not open_settings("; by hand\n\n# too\n[General]\npage=1\n").is_damaged


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
@pytest.mark.parametrize("kind", ["folder", "pipe", "device", "loop"])
def test_what_is_no_file_is_moved_aside_unopened(open_settings, file, kind):
    if kind == "folder":
        file.mkdir()
    elif kind == "pipe":
        os.mkfifo(file)
    else:
        file.symlink_to("/dev/zero" if kind == "device" else file)
    settings = open_settings()
    assert settings.is_damaged
    assert os.path.lexists(settings.damaged_copy)
    settings.setValue("page", 1)
    settings.sync()
    assert open_settings().read_int("page", 2, range(4)) == 1
    assert file.is_file()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo])
def test_nobody_waits_for_a_lock_that_is_no_file(open_settings, file, make):
    make(f"{file}.lock")
    settings = open_settings("[General]\npage=1\n")
    assert settings.damaged_copy == file.with_name("window.conf.lock.damaged-1")
    assert settings.read_int("page", 2, range(4)) == 1
    settings.setValue("page", 3)
    settings.sync()
    assert open_settings().read_int("page", 2, range(4)) == 3


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
def test_where_nothing_can_be_moved_nothing_is_remembered(open_settings, file, monkeypatch):
    def refuse(path, target):
        raise PermissionError("read-only")

    os.mkfifo(file)
    monkeypatch.setattr("pathlib.Path.replace", refuse)
    settings = open_settings()
    assert settings.is_damaged
    assert settings.damaged_copy is None
    assert settings.read_int("page", 2, range(4)) == 2


def test_the_folder_of_the_settings_may_be_a_file(tmp_path, qapp):
    (tmp_path / "folder").write_text("")
    settings = Settings(tmp_path / "folder" / "window.conf")
    settings.setValue("page", 1)
    settings.sync()
    assert settings.read_int("page", 2, range(4)) == 1


def test_copies_are_few_and_the_oldest_goes(open_settings, file):
    for number in range(MAX_COPIES + 2):
        settings = open_settings(f"[General]\nkey=wrong {number}\n")
        settings.read_int("key", 0, range(4))
        os.utime(settings.damaged_copy, (number, number))
        settings.sync()
    assert copies(file) == [f"window.conf.damaged-{n}" for n in range(1, MAX_COPIES + 1)]
    assert b"wrong 6" in file.with_name("window.conf.damaged-2").read_bytes()
    assert b"wrong 2" in file.with_name("window.conf.damaged-3").read_bytes()


def test_two_wrong_values_make_one_copy(open_settings, file):
    settings = open_settings("[General]\npage=x\ntheme=pink\n")
    settings.read_int("page", 0, range(4))
    settings.read_text("theme", "system", ("dark",))
    assert copies(file) == ["window.conf.damaged-1"]


@pytest.mark.parametrize("wrong", ["", "relative", "/nul\0", "/\ud800", 3, None, ["/a"]])
def test_a_wrong_path_is_refused(wrong):
    with pytest.raises(ValueError):  # noqa: PT011 - of any kind
        parse_path(wrong)
