"""The commands as a person types them: words in, text, JSON and exit codes out."""

import json

import pytest


@pytest.fixture
def ask(cli):
    """Call a command with --json; returns exit code and the object on the last line."""

    def call(*words):
        code, out, err = cli(*words, "--json")
        assert "Traceback" not in err
        return code, json.loads(out.splitlines()[-1])

    return call
