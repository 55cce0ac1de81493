"""If Qt does not start, the missing library is named."""

import os
import sys
from pathlib import Path

import pytest
import qt_libraries
from environment import Environment
from terminal import SetupError

CANNOT_OPEN = (
    "Traceback (most recent call last):\n"
    "ImportError: libnotthere.so.9: cannot open shared object file: No such file or directory\n"
)
CANNOT_LOAD = (
    'qt.qpa.plugin: Could not load the Qt platform plugin "xcb" in "" even though it was found.\n'
)
CANNOT_CONNECT = "qt.qpa.xcb: could not connect to display :987\n" + CANNOT_LOAD


@pytest.fixture
def venv():
    """The environment of these tests."""
    return Environment(Path(sys.prefix))


@pytest.fixture
def offscreen():
    return dict(os.environ, QT_QPA_PLATFORM="offscreen")


@pytest.fixture(autouse=True)
def installed(monkeypatch):
    """The packages that would be installed; no test changes the system."""
    requests = []
    monkeypatch.setattr(
        qt_libraries.debian, "install", lambda names, reason: requests.append(names)
    )
    return requests


@pytest.fixture
def missing_library(monkeypatch):
    monkeypatch.setitem(qt_libraries.QT, "libnotthere.so.9", "libnotthere9")


def test_qt_starts_here(venv, offscreen):
    qt_libraries.require(venv, offscreen)


def test_an_unknown_platform_is_reported(venv, offscreen, installed, missing_library):
    with pytest.raises(SetupError, match="Qt does not start"):
        qt_libraries.require(venv, dict(offscreen, QT_QPA_PLATFORM="no-such-platform"))
    assert installed == []


def test_missing_libraries_are_mapped_to_packages(venv, offscreen, missing_library):
    assert "libnotthere9" in qt_libraries.missing_packages(venv, offscreen, CANNOT_OPEN)


def test_an_unreachable_display_is_no_missing_library(venv, offscreen, missing_library):
    assert qt_libraries.missing_packages(venv, offscreen, CANNOT_CONNECT) == []
    assert "train digits-quickstart" in qt_libraries.failure_reason(CANNOT_CONNECT)


def test_missing_packages_are_installed_and_qt_is_started_again(
    venv, offscreen, installed, missing_library, monkeypatch
):
    starts = iter([qt_libraries.Start(False, CANNOT_OPEN), qt_libraries.Start(True, "")])
    monkeypatch.setattr(qt_libraries, "start_qt", lambda venv, env: next(starts))
    qt_libraries.require(venv, offscreen)
    assert installed == [["libnotthere9"]]


@pytest.mark.parametrize(
    ("output", "lacks_library"), [(CANNOT_OPEN, True), (CANNOT_LOAD, True), (CANNOT_CONNECT, False)]
)
def test_the_output_of_qt_shows_whether_a_library_is_missing(output, lacks_library):
    assert qt_libraries.lacks_library(output) is lacks_library


def test_an_unknown_library_is_named():
    assert "system library libnotthere.so.9;" in qt_libraries.failure_reason(CANNOT_OPEN)


def test_only_libraries_of_the_platform_are_checked():
    assert qt_libraries.libraries_for({"QT_QPA_PLATFORM": "offscreen"}) == qt_libraries.QT
    on_x11 = qt_libraries.libraries_for({"DISPLAY": ":0"})
    assert "libxcb-cursor.so.0" in on_x11
    assert "libwayland-client.so.0" not in on_x11
    assert "libwayland-client.so.0" in qt_libraries.libraries_for({"WAYLAND_DISPLAY": "w"})
