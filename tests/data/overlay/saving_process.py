"""A process that changes and saves an overlay until it is killed, and says what is saved."""

import os
import sys
from pathlib import Path

from studio.data.overlay import load_overlay, save_overlay


def save_forever(path: Path) -> None:
    """Relabel one sample after the other; print the number of operations once they are saved."""
    overlay = load_overlay(path)
    while True:
        count = len(overlay.operations)
        overlay.relabel([f"test:{count}"], str(count))
        save_overlay(path, overlay)
        os.write(1, f"{count + 1}\n".encode())


def main() -> None:
    """Fork a saving process for each line of stdin and print its id. Importing once is enough."""
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            save_forever(Path(sys.argv[1]))
        os.write(1, f"pid {child}\n".encode())
        os.waitpid(child, 0)
        os.write(1, b"killed\n")


if __name__ == "__main__":
    assert "torch" not in sys.modules
    main()
