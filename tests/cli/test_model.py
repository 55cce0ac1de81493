"""vgg-studio model: the networks as tables, JSON and refusals."""

import json
import sys

import pytest

from studio.cli import main
from studio.models import VARIANTS


@pytest.fixture
def call(monkeypatch, capsys):
    """Call `vgg-studio model …` in this process; returns exit code, stdout and stderr."""

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["vgg-studio", "model", *words])
        with pytest.raises(SystemExit) as caught:
            main()
        printed = capsys.readouterr()
        return int(caught.value.code or 0), printed.out, printed.err

    return run


def ask(call, *words):
    code, out, err = call(*words, "--json")
    assert (code, err) == (0, "")
    return json.loads(out)


def test_every_network_is_listed(call):
    listed = ask(call, "list")["models"]
    assert [row["id"] for row in listed] == list(VARIANTS)
    sizes = {row["id"]: row["parameters"] for row in listed}
    assert sizes["vgg16"] == 138_357_544
    text = call("list")[1]
    assert all(name in text for name in VARIANTS)
    assert "138,357,544" in text


def test_a_network_is_shown_layer_by_layer(call):
    code, out, _ = call("show", "vgg19-cifar")
    assert code == 0
    rows = {line.split()[0]: line.split() for line in out.splitlines() if line}
    assert rows["conv1_1"][1:5] == ["3", "×", "3", "convolution"]
    assert rows["fc2"][-3:] == ["16,781,312", "16,777,216", "16,384"]
    assert rows["norm_fc1"][-3:-1] == ["8,192", "8,192"]  # learned, and running statistics
    assert rows["total"][1:3] == ["43,033,362", "19,408"]


def test_json_tells_every_figure(call):
    shown = ask(call, "show", "simple-vgg")
    first = shown["layers"][0]
    assert first == {
        "name": "conv1_1",
        "kind": "conv",
        "what": "3 × 3 convolution",
        "output_shape": [32, 28, 28],
        "parameters": 320,
        "buffers": 0,
        "multiply_adds": 32 * 9 * 28 * 28,
        "activation_bytes": 4 * 32 * 28 * 28,
    }
    for figure in ("parameters", "buffers", "multiply_adds", "activation_bytes"):
        assert shown[figure] == sum(layer[figure] for layer in shown["layers"])
    assert shown["smallest_size"] == 8
    assert shown["model"]["variant"] == "simple-vgg"


def test_settings_change_the_network(call):
    changes = ["model.filters=[[4],[8]]", "model.norm=batch", "model.image_size=16"]
    words = [word for change in changes for word in ("--set", change)]
    shown = ask(call, "show", "custom", *words)
    shapes = {layer["name"]: layer["output_shape"] for layer in shown["layers"]}
    assert shapes["norm1_1"] == [4, 16, 16]
    assert shapes["pool2"] == [8, 4, 4]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["show", "tinyvgg"], "tiny-vgg"),
        (["show", "vgg16", "--set", "model.image_size=31"], "at least 32 pixels"),
        (["show", "vgg16", "--set", "optim.lr=3"], "has no effect on a network"),
        (["show", "vgg16", "--set", "model.nrom=batch"], "model.norm"),
        (["show", "vgg16", "--set", "model.norm=bacth"], "batch"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(call, words, said):
    code, out, err = call(*words)
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1
