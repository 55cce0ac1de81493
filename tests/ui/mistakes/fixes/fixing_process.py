"""A process that fixes samples through the controller of the window until it is killed."""

import os
import sys
from pathlib import Path
from types import SimpleNamespace

from PySide6.QtCore import QCoreApplication, QTimer

from studio.data.overlay.history import Overlay
from studio.ui.mistakes.fixes.controller import FixesController
from studio.ui.tasks import TaskHost


def evaluation() -> SimpleNamespace:
    """What the controller uses of an evaluation, without importing torch."""
    return SimpleNamespace(
        source_key="made",
        source=None,
        dataset="digits",
        labels=[0] * 1_000_000,
        published_labels=None,
        class_names=("a", "b"),
        sample_id="test:{}".format,
        fixes={},
    )


class Fixer:
    """Relabels the next sample as soon as all changes are saved, and says how many are."""

    def __init__(self, data_dir: Path) -> None:
        self.tasks = TaskHost()
        context = SimpleNamespace(data_dir=data_dir, tasks=self.tasks)
        self.fixes = FixesController(context)
        self.fixes.state_changed.connect(self.go_on)
        self.fixes.set_evaluation(evaluation())

    def go_on(self) -> None:
        overlay: Overlay | None = self.fixes.overlay
        if overlay is not None and self.fixes.is_saved:
            os.write(1, f"{len(overlay.operations)}\n".encode())
            QTimer.singleShot(0, self.relabel)

    def relabel(self) -> None:
        count = len(self.fixes.overlay.operations)
        self.fixes.relabel([count], 1)


def fix_forever(data_dir: Path) -> None:
    app = QCoreApplication([])
    fixer = Fixer(data_dir)
    app.exec()
    del fixer


def main() -> None:
    """Fork a fixing process for each line of stdin and print its id. Importing once is enough."""
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            fix_forever(Path(sys.argv[1]))
        os.write(1, f"pid {child}\n".encode())
        os.waitpid(child, 0)
        os.write(1, b"killed\n")


if __name__ == "__main__":
    assert "torch" not in sys.modules
    main()
