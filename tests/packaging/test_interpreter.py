"""The quickstart refuses unsupported versions of Python, and these can run its code."""

import ast
import sys
from pathlib import Path

import interpreter
import pytest

FOLDER = Path(interpreter.__file__).parent


def find_imported_files(script):
    """Return the script and the files in its folder that it imports, directly or indirectly."""
    tree = ast.parse(script.read_text(encoding="utf-8"))
    found = {script}
    for name in imported(tree):
        file = FOLDER / f"{name}.py"
        found |= find_imported_files(file) if file.exists() else set()
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
    ("version", "message"),
    [((3, 10), "Python 3.10 is too old"), ((3, 14), "Python 3.14 is newer")],
)
def test_other_versions_are_refused_with_a_list_of_supported_ones(version, message):
    reason = interpreter.unsupported_reason(version, is_64_bit=True)
    assert message in reason
    assert "3.11, 3.12 or 3.13" in reason


def test_a_32_bit_python_is_refused():
    assert "64-bit" in interpreter.unsupported_reason((3, 12), is_64_bit=False)


def test_the_advice_names_a_python_that_runs(monkeypatch):
    monkeypatch.setattr(interpreter, "candidates", lambda minor: [[sys.executable]])
    assert f"{sys.executable} packaging/quickstart.py" in interpreter.advice()


def test_without_another_python_the_advice_is_to_install_one(monkeypatch):
    monkeypatch.setattr(interpreter, "candidates", lambda minor: [["no-such-python"]])
    assert interpreter.advice().startswith("Install one")


@pytest.mark.parametrize(
    "script", sorted(find_imported_files(FOLDER / "quickstart.py")), ids=lambda path: path.name
)
def test_old_pythons_can_load_every_file(script):
    tree = ast.parse(script.read_text(encoding="utf-8"), feature_version=(3, 7))
    for node in ast.walk(tree):
        for annotation in annotations(node):
            assert not isinstance(annotation, ast.Subscript | ast.BinOp), ast.unparse(annotation)


def annotations(node):
    found = [getattr(node, "annotation", None), getattr(node, "returns", None)]
    return [annotation for annotation in found if annotation is not None]
