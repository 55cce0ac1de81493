"""Messages between a parent and a child process: JSON and bytes, never pickles."""

import json
import struct
from collections.abc import Iterator
from typing import Any

import studio.errors
from studio.errors import Stopped, StudioError

# Anything that JSON can hold, and bytes at any place in it.
Message = Any

_LENGTHS = struct.Struct(">QQ")  # of the JSON text and of all bytes after it
_BYTES = "$bytes"


def encode_message(message: Message) -> list[bytes | memoryview]:
    """Return the pieces to write one after the other. Raises TypeError for other types."""
    buffers: list[memoryview] = []

    def refer(value: object) -> dict[str, list[int]]:
        if not isinstance(value, bytes | bytearray | memoryview):
            raise TypeError(f"{type(value).__name__} cannot be sent to another process")
        buffers.append(memoryview(value).cast("B"))
        start = sum(len(buffer) for buffer in buffers[:-1])
        return {_BYTES: [start, start + len(buffers[-1])]}

    text = json.dumps(message, default=refer).encode()
    size = sum(len(buffer) for buffer in buffers)
    return [_LENGTHS.pack(len(text), size) + text, *buffers]


class MessageBuffer:
    """Collects what was read from a pipe, and returns the messages that are complete."""

    def __init__(self) -> None:
        self._received = bytearray()
        self.total_bytes = 0

    def feed(self, data: bytes) -> Iterator[Message]:
        """Add what was read; yields each message that it completes. Raises ValueError."""
        self._received += data
        self.total_bytes += len(data)
        while len(self._received) >= _LENGTHS.size:
            text_size, bytes_size = _LENGTHS.unpack_from(self._received)
            start = _LENGTHS.size + text_size
            end = start + bytes_size
            if len(self._received) < end:
                return
            text, buffers = bytes(self._received[_LENGTHS.size : start]), self._received[start:end]
            del self._received[:end]
            yield json.loads(text, object_hook=lambda value: _resolve(value, buffers))  # noqa: B023


def _resolve(value: dict[str, Any], buffers: bytearray) -> Any:
    if value.keys() != {_BYTES}:
        return value
    start, end = value[_BYTES]
    return bytes(memoryview(buffers)[start:end])


def encode_error(error: Exception) -> Message:
    """Make the message for an error of `studio.errors`, by the name of its class."""
    attributes = {name: value for name, value in vars(error).items() if name[0] != "_"}
    return {"class": type(error).__name__, "attributes": attributes}


def decode_error(message: Message) -> Exception | None:
    """Make the error again; None if it is no class of `studio.errors`."""
    found = getattr(studio.errors, str(message["class"]), None)
    if found is Stopped:
        return Stopped()
    if not (isinstance(found, type) and issubclass(found, StudioError)):
        return None
    attributes = message["attributes"]
    error = found.__new__(found, attributes["message"])
    for name, value in attributes.items():
        setattr(error, name, tuple(value) if isinstance(value, list) else value)
    return error
