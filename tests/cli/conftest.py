"""The commands as a person types them: words in, text, JSON and exit codes out."""

import json
import sys

import pytest

from studio.cli import main


@pytest.fixture
def cli(monkeypatch, capsys):
    """Call `vgg-studio` in this process; returns exit code, stdout and stderr."""

    def call(*words):
        monkeypatch.setattr(sys, "argv", ["vgg-studio", *map(str, words)])
        with pytest.raises(SystemExit) as caught:
            main()
        printed = capsys.readouterr()
        return int(caught.value.code or 0), printed.out, printed.err

    return call


@pytest.fixture
def ask(cli):
    """Call a command with --json; returns exit code and the object on the last line."""

    def call(*words):
        code, out, err = cli(*words, "--json")
        assert "Traceback" not in err
        return code, json.loads(out.splitlines()[-1])

    return call
