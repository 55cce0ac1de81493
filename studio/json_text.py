"""JSON as the standard defines it, which has neither NaN nor infinities."""

import datetime
import json
import math
import re
from typing import Any

# Characters that control a terminal or the direction of text, and halves of surrogate pairs, which
# stand for the bytes of file names that are not UTF-8 and cannot be written as UTF-8.
_UNPRINTABLE = re.compile("[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


def to_json(values: Any, *, ensure_ascii: bool = False) -> str:
    """Format values on one line; numbers that are not finite become null, and dates text.

    Characters that cannot be shown are escaped, so that the values are exact in any terminal.
    """
    try:
        text = json.dumps(values, ensure_ascii=ensure_ascii, allow_nan=False, default=_to_text)
    except ValueError:
        values = _replace_non_finite(values)
        text = json.dumps(values, ensure_ascii=ensure_ascii, allow_nan=False, default=_to_text)
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _to_text(value: object) -> str:
    """Dates and times, which TOML has and JSON has not. Raises TypeError for anything else."""
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is not JSON serializable")


def _replace_non_finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _replace_non_finite(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_replace_non_finite(inner) for inner in value]
    return value
