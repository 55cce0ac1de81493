import json

import pytest

from studio.data.overlay import Overlay, load_overlay, save_overlay
from studio.errors import OverlayError


def test_no_file_is_an_overlay_without_fixes(tmp_path):
    overlay = load_overlay(tmp_path / "mnist.json", "MNIST")
    assert (overlay.dataset, dict(overlay.fixes), overlay.can_undo) == ("MNIST", {}, False)


def test_the_file_is_readable_json_with_one_operation_a_line(tmp_path):
    overlay, path = Overlay("MNIST"), tmp_path / "overlays" / "mnist.json"
    overlay.relabel(["test:729"], "9")
    overlay.set_note(["test:729"], "a “9”")
    overlay.undo()
    save_overlay(path, overlay)
    values = json.loads(path.read_text("utf-8"))
    assert (values["version"], values["dataset"], values["cursor"]) == (1, "MNIST", 1)
    first = values["operations"][0]
    assert (first["action"], first["value"], first["samples"]) == ("relabel", "9", ["test:729"])
    assert "a “9”" in path.read_text("utf-8").splitlines()[5]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        '{"version": 2, "cursor": 0, "operations": []}',
        '{"version": 1, "cursor": 1, "operations": []}',
        '{"version": 1, "cursor": true, "operations": [{"action": "reset", "samples": []}]}',
        '{"version": 1, "cursor": 0, "operations": [{"action": "burn", "samples": []}]}',
        '{"version": 1, "cursor": 0, "operations": [{"action": "reset", "samples": [1]}]}',
        '{"version": 1, "cursor": 0, "operations": [{"action": "set", "fixes": {"a": {"x": 1}}}]}',
        '{"version": 1, "cursor": 0, "operations": [3]}',
    ],
)
def test_a_damaged_file_is_reported_and_a_copy_kept(tmp_path, content):
    path = tmp_path / "mnist.json"
    path.write_text(content)
    for _ in range(2):
        with pytest.raises(OverlayError, match="cannot be used") as caught:
            load_overlay(path)
    (copy,) = tmp_path.glob("*.damaged-*.json")
    assert copy.read_text() == content
    assert copy.name in caught.value.hint
    assert path.read_text() == content


def test_a_folder_that_cannot_be_written_is_reported(tmp_path):
    (tmp_path / "overlays").write_text("")
    with pytest.raises(OverlayError, match="cannot be written"):
        save_overlay(tmp_path / "overlays" / "mnist.json", Overlay())


def test_the_error_about_a_damaged_file_stays_short(tmp_path):
    path = tmp_path / "overlay.json"
    path.write_text('{"version": "' + "9" * 5000 + '"}')
    with pytest.raises(OverlayError) as caught:
        load_overlay(path)
    assert len(str(caught.value)) < 1000
