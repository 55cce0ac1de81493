"""A Qt that does not start is explained by the library it lacks."""

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
    """The environment these tests run in."""
    return Environment(Path(sys.prefix))


@pytest.fixture
def offscreen():
    return dict(os.environ, QT_QPA_PLATFORM="offscreen")


@pytest.fixture(autouse=True)
def installed(monkeypatch):
    """The packages asked for; no test changes the system it runs on."""
    asked = []
    monkeypatch.setattr(qt_libraries.debian, "install", lambda names, reason: asked.append(names))
    return asked


@pytest.fixture
def a_missing_library(monkeypatch):
    monkeypatch.setitem(qt_libraries.QT, "libnotthere.so.9", "libnotthere9")


def test_qt_starts_here(venv, offscreen):
    qt_libraries.require(venv, offscreen)


def test_a_platform_qt_does_not_know_is_told(venv, offscreen, installed, a_missing_library):
    with pytest.raises(SetupError, match="Qt does not start"):
        qt_libraries.require(venv, dict(offscreen, QT_QPA_PLATFORM="no-such-platform"))
    assert installed == []


def test_missing_libraries_become_packages(venv, offscreen, a_missing_library):
    assert "libnotthere9" in qt_libraries.missing_packages(venv, offscreen, CANNOT_OPEN)


def test_a_display_that_does_not_answer_is_no_missing_library(venv, offscreen, a_missing_library):
    assert qt_libraries.missing_packages(venv, offscreen, CANNOT_CONNECT) == []
    assert "train digits-quickstart" in qt_libraries.failure_reason(CANNOT_CONNECT)


def test_missing_packages_are_asked_for_and_qt_is_tried_again(
    venv, offscreen, installed, a_missing_library, monkeypatch
):
    starts = iter([qt_libraries.Start(False, CANNOT_OPEN), qt_libraries.Start(True, "")])
    monkeypatch.setattr(qt_libraries, "start_qt", lambda venv, env: next(starts))
    qt_libraries.require(venv, offscreen)
    assert installed == [["libnotthere9"]]


@pytest.mark.parametrize(
    ("words", "lacks"), [(CANNOT_OPEN, True), (CANNOT_LOAD, True), (CANNOT_CONNECT, False)]
)
def test_qt_says_why_it_does_not_start(words, lacks):
    assert qt_libraries.lacks_library(words) is lacks


def test_an_unknown_library_is_named():
    assert "system library libnotthere.so.9;" in qt_libraries.failure_reason(CANNOT_OPEN)


def test_only_what_the_platform_needs_is_looked_for():
    assert qt_libraries.libraries_for({"QT_QPA_PLATFORM": "offscreen"}) == qt_libraries.QT
    on_x11 = qt_libraries.libraries_for({"DISPLAY": ":0"})
    assert "libxcb-cursor.so.0" in on_x11
    assert "libwayland-client.so.0" not in on_x11
    assert "libwayland-client.so.0" in qt_libraries.libraries_for({"WAYLAND_DISPLAY": "w"})
