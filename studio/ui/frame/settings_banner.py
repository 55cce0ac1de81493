"""Says once that the window's settings were damaged."""

from studio.ui.settings import Settings
from studio.ui.widgets.banner import Banner


class SettingsBanner(Banner):
    """Names the copy of the damaged file."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        copy = settings.damaged_copy
        kept = f"The damaged file is kept as “{copy}”." if copy else "No copy could be kept."
        self.show_message(f"Some saved window settings were damaged and were reset. {kept}", "warn")
