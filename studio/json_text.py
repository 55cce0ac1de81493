"""JSON as the standard defines it, which has neither NaN nor infinities."""

import json
import math
from typing import Any


def to_json(values: Any, *, ensure_ascii: bool = False) -> str:
    """Format values on one line; numbers that are not finite become null."""
    try:
        return json.dumps(values, ensure_ascii=ensure_ascii, allow_nan=False)
    except ValueError:
        return json.dumps(_replace_non_finite(values), ensure_ascii=ensure_ascii, allow_nan=False)


def _replace_non_finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _replace_non_finite(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_replace_non_finite(inner) for inner in value]
    return value
