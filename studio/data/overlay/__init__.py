"""Label fixes: what a person changed of a dataset, kept beside the data with its history.

The user's files never change. `Overlay` records operations; `load_dataset` applies the fixes that
`data.overlay` names.
"""

from studio.data.overlay.fixes_csv import ImportResult, export_csv, import_csv
from studio.data.overlay.history import Overlay, OverlayDocument
from studio.data.overlay.locations import overlay_path
from studio.data.overlay.overlay_file import load_overlay, save_overlay
from studio.data.overlay.sample_fix import Fixes, SampleFix, fixes_hash
from studio.data.overlay.snapshots import load_snapshot, save_snapshot

__all__ = [
    "Fixes",
    "ImportResult",
    "Overlay",
    "OverlayDocument",
    "SampleFix",
    "export_csv",
    "fixes_hash",
    "import_csv",
    "load_overlay",
    "load_snapshot",
    "overlay_path",
    "save_overlay",
    "save_snapshot",
]
