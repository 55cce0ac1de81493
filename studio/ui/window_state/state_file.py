"""One file of the window's state: a checksum, then JSON. No Qt.

Unlike the settings, nobody edits these files by hand, so any change of a byte is damage.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

from studio.files import read_regular, write_atomic

MAX_STATE_BYTES = 32 << 20  # a drawing of an hour takes less than a tenth


def write_state(path: Path, value: object) -> None:
    """Write a value of dicts, lists, strings, numbers and booleans, atomically.

    Raises OSError or DiskFullError; ValueError for NaN and infinities.
    """
    content = _to_json(value).encode()
    digest = hashlib.sha256(content).hexdigest().encode()
    write_atomic(path, lambda partial: partial.write_bytes(digest + b"\n" + content))


def _to_json(value: object) -> str:
    """Convert to JSON in small steps: the window waits while a single long one is made."""
    if isinstance(value, dict):
        members = (f"{json.dumps(str(name))}:{_to_json(member)}" for name, member in value.items())
        return f"{{{','.join(members)}}}"
    if isinstance(value, list | tuple):
        return f"[{','.join(map(_to_json, value))}]"
    return json.dumps(value, allow_nan=False)


def read_state(path: Path) -> Any:
    """Return the value in a file of `write_state`.

    Raises FileNotFoundError if there is none, OSError if it cannot be read, and ValueError if its
    content is not what was written.
    """
    digest, separator, content = read_regular(path, MAX_STATE_BYTES).partition(b"\n")
    if not separator or hashlib.sha256(content).hexdigest().encode() != digest:
        raise ValueError("the checksum does not match")
    try:
        return json.loads(content)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
