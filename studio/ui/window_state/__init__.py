"""What the window shows, kept on disk while it runs, so that it comes back after a crash."""

from studio.ui.window_state.damaged_files import StateFiles
from studio.ui.window_state.window_state import WindowState

__all__ = ["StateFiles", "WindowState"]
