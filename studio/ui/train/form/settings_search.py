"""Which settings a search finds. No Qt here."""

from collections.abc import Iterable
from functools import cache

from studio.config import setting
from studio.errors import ConfigError


def find_settings(names: Iterable[str], query: str) -> set[str]:
    """Return the settings whose label, name, help or choices contain every word of `query`."""
    words = query.casefold().split()
    return {name for name in names if all(word in _text(name) for word in words)}


@cache
def _text(name: str) -> str:
    try:
        info = setting(name)
    except ConfigError:
        return name
    return " ".join((info.label, name, info.help, *info.choices.values())).casefold()
