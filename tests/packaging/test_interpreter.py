"""The quickstart tells a Python that will not do, in words that Python can run."""

import ast
import sys
from pathlib import Path

import interpreter
import pytest

FOLDER = Path(interpreter.__file__).parent


def loaded_by(script):
    """The script and the files beside it that it imports, and those they import."""
    tree = ast.parse(script.read_text(encoding="utf-8"))
    found = {script}
    for name in imported(tree):
        beside = FOLDER / f"{name}.py"
        found |= loaded_by(beside) if beside.exists() else set()
    return found


def imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


@pytest.mark.parametrize("version", [(3, 11), (3, 12), (3, 13)])
def test_tested_versions_pass(version):
    assert interpreter.unsupported_reason(version, is_64_bit=True) == ""


@pytest.mark.parametrize(
    ("version", "words"),
    [((3, 10), "Python 3.10 is too old"), ((3, 14), "Python 3.14 is newer")],
)
def test_other_versions_are_named_with_the_ones_that_will_do(version, words):
    complaint = interpreter.unsupported_reason(version, is_64_bit=True)
    assert words in complaint
    assert "3.11, 3.12 or 3.13" in complaint


def test_a_32_bit_python_is_refused():
    assert "64-bit" in interpreter.unsupported_reason((3, 12), is_64_bit=False)


def test_advice_names_a_python_that_answers(monkeypatch):
    monkeypatch.setattr(interpreter, "candidates", lambda minor: [[sys.executable]])
    assert f"{sys.executable} packaging/quickstart.py" in interpreter.advice()


def test_advice_without_any_other_python(monkeypatch):
    monkeypatch.setattr(interpreter, "candidates", lambda minor: [["no-such-python"]])
    assert interpreter.advice().startswith("Install one")


@pytest.mark.parametrize(
    "script", sorted(loaded_by(FOLDER / "quickstart.py")), ids=lambda path: path.name
)
def test_old_pythons_can_load_every_file(script):
    tree = ast.parse(script.read_text(encoding="utf-8"), feature_version=(3, 7))
    for node in ast.walk(tree):
        for annotation in annotations(node):
            assert not isinstance(annotation, ast.Subscript | ast.BinOp), ast.unparse(annotation)


def annotations(node):
    found = [getattr(node, "annotation", None), getattr(node, "returns", None)]
    return [annotation for annotation in found if annotation is not None]
