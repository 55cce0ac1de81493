"""The fixes that a run is trained with: kept by their hash, independent of later changes."""

import contextlib
import json
from pathlib import Path
from typing import Any

from studio.data.overlay.locations import overlays_dir
from studio.data.overlay.overlay_file import MAX_OVERLAY_BYTES
from studio.data.overlay.sample_fix import Fixes, SampleFix, fixes_hash
from studio.errors import OverlayError
from studio.files import read_regular, write_text

RUN_FILE = "overlay.json"  # in the folder of a run
_VERSION = 1


def save_snapshot(fixes: Fixes, data_dir: Path, run_dir: Path | None = None) -> str:
    """Keep fixes below the overlays and in the folder of a run; returns their hash.

    Files that exist are kept, as their content cannot differ. Without fixes nothing is written.
    Raises OverlayError when the folder of the run cannot be written.
    """
    content_hash = fixes_hash(fixes)
    if not content_hash:
        return ""
    text = _format(fixes, content_hash)
    with contextlib.suppress(OSError):  # the run has its own copy
        _write_once(_snapshot_path(content_hash, data_dir), content_hash, text)
    if run_dir is not None:
        try:
            _write_once(run_dir / RUN_FILE, content_hash, text)
        except OSError as error:
            raise OverlayError(
                f"The label fixes cannot be written into the run: {error.strerror or error}.",
                "Free disk space, then train again.",
            ) from None
    return content_hash


def load_snapshot(content_hash: str, data_dir: Path, run_dir: Path | None = None) -> Fixes:
    """Return the fixes of a hash, from the folder of a run or from below the overlays.

    Raises OverlayError when neither has them.
    """
    if not content_hash:
        return {}
    paths = [_snapshot_path(content_hash, data_dir)]
    if run_dir is not None:
        paths.insert(0, run_dir / RUN_FILE)
    for path in paths:
        fixes = _read(path, content_hash)
        if fixes is not None:
            return fixes
    raise OverlayError(
        f"The label fixes “{content_hash}” of this run are missing or damaged.",
        f"Copy {RUN_FILE} of the run from a backup, or train again with the current fixes.",
    )


def _snapshot_path(content_hash: str, data_dir: Path) -> Path:
    return overlays_dir(data_dir) / "snapshots" / f"{content_hash}.json"


def _format(fixes: Fixes, content_hash: str) -> str:
    lines = (
        f"{json.dumps(sample)}: {json.dumps(fix.to_dict(), ensure_ascii=False)}"
        for sample, fix in sorted(fixes.items())
    )
    text = ",\n".join(lines)
    return f'{{"version": {_VERSION},\n"hash": "{content_hash}",\n"fixes": {{\n{text}\n}}}}\n'


def _write_once(path: Path, content_hash: str, text: str) -> None:
    if _read(path, content_hash) is None:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, text)


def _read(path: Path, content_hash: str) -> dict[str, SampleFix] | None:
    """Return the fixes in a file; None where it is missing, damaged or has other fixes."""
    try:
        values: Any = json.loads(read_regular(path, MAX_OVERLAY_BYTES))
        fixes = {sample: SampleFix.from_dict(fix) for sample, fix in values["fixes"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return fixes if fixes_hash(fixes) == content_hash else None
